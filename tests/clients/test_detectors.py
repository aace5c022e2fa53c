"""Images of detectors by their names: DIALS and fabio see the true geometry, mask and sensor."""

import gzip
import math
import unittest
from pathlib import Path

import client
from client import FolderTest, nanobragg, needs

FLAGS = (
    "-cell 79 79 38 90 90 90 -default_F 100 -N 8 -lambda 0.97 -phi 10 -osc 0.5 -phisteps 2 -fluence 1e26 "
    "-seed 3 -roi 0 60 0 40 -quiet"
).split()
MEASURED = Path(__file__).resolve().parents[3] / "shared/measured"

# Name, file, class of dxtbx, panels, fast and slow pixels of each, pixel in mm, material, sensor in mm.
# SMV headers say nothing of a sensor.
DETECTORS = [
    ("pilatus3-6m", "_0001.cbf", "FormatCBFMiniPilatus", 1, (2463, 2527), 0.172, "Si", 0.45),
    ("pilatus3-6m", ".nxs", "FormatNXmx", 1, (2463, 2527), 0.172, "Si", 0.45),
    ("pilatus-12m", ".nxs", "FormatNXmx", 24, (2463, 195), 0.172, "Si", 0.32),
    ("eiger2-4m", ".nxs", "FormatNXmx", 1, (2068, 2162), 0.075, "Si", 0.45),
    ("eiger2-9m", ".nxs", "FormatNXmx", 1, (3108, 3262), 0.075, "Si", 0.45),
    ("eiger2-16m", ".nxs", "FormatNXmx", 1, (4148, 4362), 0.075, "Si", 0.45),
    ("jungfrau-4m", ".nxs", "FormatNXmx", 8, (1030, 514), 0.075, "Si", 0.32),
    ("jungfrau-16m", ".nxs", "FormatNXmx", 32, (1030, 514), 0.075, "Si", 0.32),
    ("cspad", ".nxs", "FormatNXmx", 64, (194, 185), 0.10992, "Si", 0.5),
    ("mpccd", ".nxs", "FormatNXmx", 8, (512, 1024), 0.05, "Si", 0.05),
    ("rayonix-mx340", "_0001.img", "FormatSMVJHSim", 1, (3840, 3840), 0.0885417, "", 0),
    ("adsc-q315r", "_0001.img", "FormatSMVJHSim", 1, (3072, 3072), 0.1026, "", 0),
    # A reader of NXmx knows no phosphor: one without depth.
    ("adsc-q315r", ".nxs", "FormatNXmx", 1, (3072, 3072), 0.1026, "Si", 1e-6),
]

# Modules and the gaps between them: fast and slow.
MODULES = {
    "pilatus3-6m": ((487, 195), (7, 17)),
    "pilatus-12m": ((487, 195), (7, 17)),
    "eiger2-4m": ((1028, 512), (12, 38)),
    "eiger2-9m": ((1028, 512), (12, 38)),
    "eiger2-16m": ((1028, 512), (12, 38)),
}


# The largest reading that can be trusted, where the detector saturates: in NXmx files the one below
# it, as brighter pixels read the saturation, too.
SATURATION = {"pilatus3-6m": 1048575, "pilatus-12m": 1048575, "jungfrau-4m": 10000, "jungfrau-16m": 10000,
              "cspad": 8750, "mpccd": 24000}


def detector_of(path):
    from dxtbx.model.experiment_list import ExperimentListFactory

    return ExperimentListFactory.from_json_file(str(path), check_format=False)[0].detector


def measures(name, size):
    """Which pixels of a panel lie on a module."""
    import numpy as np

    (module, gap) = MODULES.get(name, (size, (0, 0)))
    fast, slow = (np.arange(n) % (m + g) < m for n, m, g in zip(size, module, gap))
    return slow[:, None] & fast[None, :]


@needs("dials", module="dxtbx")
class Dials(FolderTest):
    def test_every_detector(self):
        for row in DETECTORS:
            with self.subTest(detector=row[0], file=row[1]):
                self.check(row)

    def check(self, row):
        import dxtbx

        name, end, reader, panels, size, pixel, material, thickness = row
        # dxtbx remembers files by their names.
        file = name + end
        nanobragg(*FLAGS, "-detector", name, "-out", file, "-out", "t.expt", folder=self.folder)
        image = dxtbx.load(str(self.folder / file))
        self.assertEqual(type(image).__name__, reader)
        read, truth = image.get_detector(), detector_of(self.folder / "t.expt")
        self.assertEqual(len(read), panels)
        self.assertEqual(len(truth), panels)
        for a, b in zip(read, truth):
            self.assertEqual(a.get_image_size(), size)
            self.assertAlmostEqual(a.get_pixel_size()[0], pixel, 6)
            for ours, theirs, places in (
                (b.get_fast_axis(), a.get_fast_axis(), 6), (b.get_slow_axis(), a.get_slow_axis(), 6),
                # The headers of SMV images have six digits.
                (b.get_origin(), a.get_origin(), 2 if file.endswith("img") else 4),
            ):
                for x, y in zip(ours, theirs):
                    self.assertAlmostEqual(x, y, places)
            self.assertAlmostEqual(a.get_thickness(), thickness, 9)
            self.assertEqual(a.get_material(), material)
            if name in SATURATION:
                below = 1 if reader == "FormatNXmx" else 0
                self.assertEqual(a.get_trusted_range()[1], SATURATION[name] - below)
        self.check_mask(image, name, file, size)

    def check_mask(self, image, name, file, size):
        """As DIALS masks an image: what the file says, and what cannot be trusted."""
        imageset = image.get_imageset([str(self.folder / file)])
        for mask in imageset.get_mask(0):
            # Only the region was rendered; beside it, all pixels of the panel are masked.
            pixels = mask.as_numpy_array()
            expected = measures(name, size)
            self.assertFalse((pixels & ~expected).any())
        if image.__class__.__name__ == "FormatNXmx":
            first = imageset.get_mask(0)[0].as_numpy_array()[:41, :61]
            self.assertTrue((first == measures(name, size)[:41, :61]).all())


@needs("dials", module="dxtbx")
class WholeImage(FolderTest):
    def test_mask_of_gaps(self):
        """Of images that are rendered whole, the gaps are masked and nothing else."""
        import dxtbx
        import numpy as np

        flags = FLAGS[: FLAGS.index("-roi")] + ["-quiet", "-oversample", "1", "-water", "10"]
        for name, file in (("pilatus3-6m", "x_0001.cbf"), ("eiger2-4m", "x.nxs")):
            nanobragg(*flags, "-detector", name, "-out", file, folder=self.folder)
            image = dxtbx.load(str(self.folder / file))
            imageset = image.get_imageset([str(self.folder / file)])
            (mask,) = imageset.get_mask(0)
            size = image.get_detector()[0].get_image_size()
            np.testing.assert_array_equal(mask.as_numpy_array(), measures(name, size), name)


class Fabio(FolderTest):
    def test_shapes(self):
        import fabio

        for name, file, shape in (
            ("pilatus3-6m", "p_0001.cbf", (2527, 2463)), ("eiger2-4m", "e.nxs", (2162, 2068)),
            ("rayonix-mx340", "r_0001.img", (3840, 3840)), ("adsc-q315r", "a_0001.img", (3072, 3072)),
            ("mpccd", "m.nxs", (8 * 1024, 512)),
        ):
            nanobragg(*FLAGS, "-detector", name, "-out", file, folder=self.folder)
            self.assertEqual(fabio.open(str(self.folder / file)).data.shape, shape, name)


def relations(detector):
    """What turning and shifting the whole detector leaves: of each two panels the distance of their
    middles, and how their axes stand to each other."""
    import numpy as np

    middles, frames = [], []
    for panel in detector:
        size = [n * p for n, p in zip(panel.get_image_size(), panel.get_pixel_size())]
        origin, fast, slow = (np.array(v) for v in (panel.get_origin(), panel.get_fast_axis(), panel.get_slow_axis()))
        middles.append(origin + size[0] / 2 * fast + size[1] / 2 * slow)
        frames.append(np.array([fast, slow, np.cross(fast, slow)]))
    middles = np.array(middles)
    distances = np.linalg.norm(middles[:, None] - middles[None, :], axis=2)
    return distances, np.einsum("iab,jcb->ijac", np.array(frames), np.array(frames))


@unittest.skipUnless(MEASURED.exists(), f"no measured images in {MEASURED}")
@needs("dials", module="dxtbx")
class Measured(FolderTest):
    """The detectors of measured images, as DIALS has them."""

    def described(self, name):
        nanobragg(*FLAGS, "-detector", name, "-out", "t.expt", folder=self.folder)
        return detector_of(self.folder / "t.expt")

    def assert_alike(self, ours, theirs, distance_mm, angle):
        import numpy as np

        self.assertEqual([p.get_image_size() for p in ours], [p.get_image_size() for p in theirs])
        for a, b in zip(ours, theirs):
            self.assertAlmostEqual(a.get_pixel_size()[0], b.get_pixel_size()[0], 5)
        (distances, turns), (other_distances, other_turns) = relations(ours), relations(theirs)
        print(f"{abs(distances - other_distances).max():.3f} mm, {abs(turns - other_turns).max():.4f} rad", end=" ")
        np.testing.assert_allclose(distances, other_distances, atol=distance_mm)
        np.testing.assert_allclose(turns, other_turns, atol=angle)

    def test_pilatus_12m(self):
        import dxtbx

        (self.folder / "p12m_00001.cbf").write_bytes(
            gzip.decompress((MEASURED / "DLS_I23_P12M_thau_00001.cbf.gz").read_bytes()))
        theirs = dxtbx.load(str(self.folder / "p12m_00001.cbf")).get_detector()
        self.assert_alike(self.described("pilatus-12m"), theirs, 0.01, 1e-6)

    def test_cspad(self):
        import dxtbx

        # Each quadrant stands up to 1 mm from the mean of the four.
        theirs = dxtbx.load(str(MEASURED / "idx-20130301060858401.cbf")).get_detector()
        self.assert_alike(self.described("cspad"), theirs, 2.0, 0.02)

    def test_mpccd(self):
        theirs = detector_of(MEASURED / "SACLA-MPCCD-run266702-0-subset-known_orientations.expt")
        self.assert_alike(self.described("mpccd"), theirs, 0.6, 0.02)

    def test_pilatus3_6m(self):
        import bz2

        import dxtbx
        import numpy as np

        (self.folder / "p6m_00001.cbf").write_bytes(bz2.decompress((MEASURED / "thau_3_2_0005.cbf.bz2").read_bytes()))
        image = dxtbx.load(str(self.folder / "p6m_00001.cbf"))
        ours, theirs = self.described("pilatus3-6m"), image.get_detector()
        self.assert_alike(ours, theirs, 1e-9, 1e-9)
        self.assertAlmostEqual(ours[0].get_thickness(), theirs[0].get_thickness())
        # Gaps are −1 in the measured image, and so is nothing else.
        pixels = image.get_raw_data().as_numpy_array()
        np.testing.assert_array_equal(pixels == -1, ~measures("pilatus3-6m", (2463, 2527)))

    def test_rayonix(self):
        from dxtbx.model.experiment_list import ExperimentListFactory

        theirs = ExperimentListFactory.from_json_file(
            str(MEASURED / "rayonix_experiment.json"), check_format=False)[0].detector[0]
        ours = self.described("rayonix-mx340")[0]
        # Measured with binning 4 × 4.
        self.assertAlmostEqual(theirs.get_pixel_size()[0], 2 * ours.get_pixel_size()[0], 6)
        self.assertTrue(math.isclose(theirs.get_image_size()[0] * 2, ours.get_image_size()[0]))


if __name__ == "__main__":
    client.main()
