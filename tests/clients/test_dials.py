"""A simulated sweep of lysozyme in DIALS: the true geometry is read, spots are found and indexed."""

import json
import re
import sys
import unittest
from pathlib import Path

import client
from client import FolderTest, dumped_amplitudes, nanobragg, needs, run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/lysozyme"
MEASURED = Path("/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz")
IMAGES = 40
OUT = {"nxs": "x.nxs", "cbf": "x_####.cbf", "img": "x_####.img"}


def experiment(path):
    from dxtbx.model.experiment_list import ExperimentListFactory

    return ExperimentListFactory.from_json_file(str(path), check_format=False)[0]


class Sweep:
    """The same for every format; mixed into a test class for each."""

    @classmethod
    def coordinates(cls):
        return EXAMPLE / "1hel.pdb"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # PILATUS 300K; the crystal's orientation, the beam centre and the start have no round numbers.
        cls.flags = ("-quiet", "-config", EXAMPLE / "sweep.toml", "-model", cls.coordinates())
        nanobragg(
            "sweep", "--images", IMAGES, "--osc", "0.5", "--out", OUT[cls.format], "--", *cls.flags,
            folder=cls.folder,
        )
        files = sorted(cls.folder.glob(OUT[cls.format].replace("####", "*")))
        run("dials.import", *files, folder=cls.folder)
        cls.truth = experiment(cls.folder / "x.expt")

    def test_1_geometry_is_true(self):
        read = experiment(self.folder / "imported.expt")
        truth = self.truth
        ours = truth.detector[0].get_beam_centre_px(truth.beam.get_s0())
        theirs = read.detector[0].get_beam_centre_px(read.beam.get_s0())
        for a, b in zip(ours, theirs):
            self.assertAlmostEqual(a, b, delta=0.01)
        self.assertAlmostEqual(ours[0], 43.2 / 0.172 + 0.5, 6)
        self.assertAlmostEqual(read.detector[0].get_distance(), 90, delta=1e-3)
        self.assertAlmostEqual(read.beam.get_wavelength(), 0.9768, 6)
        self.assertEqual(read.goniometer.get_rotation_axis(), (1, 0, 0))
        self.assertEqual(read.detector[0].get_fast_axis(), (1, 0, 0))
        self.assertEqual(read.detector[0].get_slow_axis(), (0, -1, 0))
        self.assertEqual(read.detector[0].get_image_size(), (487, 619))
        for a, b in zip(read.scan.get_oscillation(), (11, 0.5)):
            self.assertAlmostEqual(a, b, 6)
        self.assertEqual(read.scan.get_num_images(), IMAGES)

    def test_2_spots_are_indexed_and_the_crystal_is_true(self):
        run("dials.find_spots", "imported.expt", "nproc=2", folder=self.folder)
        log = run("dials.index", "imported.expt", "strong.refl", "space_group=P43212", folder=self.folder)
        shares = re.findall(r"\|\s*([\d.]+)%\s*\|", log)
        self.assertGreater(float(shares[-1]), 99.0, log[-2000:])
        log = run("dials.refine", "indexed.expt", "indexed.refl", "scan_varying=False", folder=self.folder)
        rmsds = [float(x) for x in re.findall(r"\|\s+0 \|\s+\d+ \|\s+([\d.]+) \|\s+([\d.]+)", log)[-1]]
        self.assertLess(max(rmsds), 0.2)
        refined = experiment(self.folder / "refined.expt")
        for a, b in zip(refined.crystal.get_unit_cell().parameters(), self.truth.crystal.get_unit_cell().parameters()):
            self.assertAlmostEqual(a / b, 1, delta=5e-4)
        from dials.algorithms.indexing.compare_orientation_matrices import difference_rotation_matrix_axis_angle

        self.truth.crystal.set_space_group(refined.crystal.get_space_group())
        angle = difference_rotation_matrix_axis_angle(refined.crystal, self.truth.crystal)[2]
        self.assertLess(abs(angle), 0.02)


def merged_amplitudes(folder):
    """Integrates, scales and merges what was refined: indices, and F of mean, plus and minus."""
    import numpy as np
    from iotbx import mtz

    run("dials.integrate", "refined.expt", "refined.refl", "nproc=2", folder=folder)
    run("dials.scale", "integrated.expt", "integrated.refl", "anomalous=True", "d_min=1.9", folder=folder)
    run("dials.merge", "scaled.expt", "scaled.refl", "anomalous=True", folder=folder)
    merged = mtz.object(str(folder / "merged.mtz"))

    def amplitude(name):
        column = merged.get_column(name)
        values = column.extract_values().as_numpy_array().astype(float)
        values[~column.selection_valid().as_numpy_array() | (values < 0)] = np.nan
        return np.sqrt(values)

    return np.array(merged.extract_miller_indices()), *(amplitude(n) for n in ("IMEAN", "I(+)", "I(-)"))


class Merged(FolderTest):
    def assert_agree(self, found, true, at_least):
        """Correlation and R of the amplitudes that both lists have."""
        import numpy as np

        both = np.isfinite(found) & np.isfinite(true)
        f, t = found[both], true[both]
        scale = (f * t).sum() / (f * f).sum()
        r = np.abs(scale * f - t).sum() / t.sum()
        correlation = np.corrcoef(f, t)[0, 1]
        print(f"{both.sum()} amplitudes: CC {correlation:.4f}, R {r:.4f}", end=" ")
        self.assertGreater(both.sum(), at_least)
        self.assertGreater(correlation, 0.998)
        self.assertLess(r, 0.03)


@needs("dials", module="dxtbx")
class Nxmx(Sweep, Merged):
    """With selenium for sulphur, above its K edge, Friedel mates differ by several per cent."""

    format = "nxs"

    @classmethod
    def coordinates(cls):
        lines = (EXAMPLE / "1hel.pdb").read_text().splitlines()
        path = cls.folder / "selenium.pdb"
        path.write_text("\n".join(x[:76] + "SE" if x[76:78] == " S" else x for x in lines) + "\n")
        return path

    def test_3_merged_amplitudes_are_those_of_the_model(self):
        import numpy as np

        hkl, _, plus, minus = merged_amplitudes(self.folder)
        nanobragg(*self.flags, "-dump", "F.bin", "-roi", 0, 1, 0, 1, "-out", "y.bin", folder=self.folder)
        table, least = dumped_amplitudes(self.folder / "F.bin")
        true_plus, true_minus = table[tuple((hkl - least).T)], table[tuple((-hkl - least).T)]
        self.assert_agree(np.append(plus, minus), np.append(true_plus, true_minus), 5000)
        # The hand: with the other one, the signs of the Bijvoet differences would be the other ones.
        true_difference = true_plus - true_minus
        both = np.isfinite(plus) & np.isfinite(minus) & (np.abs(true_difference) > 1e-6)
        largest = both & (np.abs(true_difference) > np.percentile(np.abs(true_difference[both]), 75))
        agree = (np.sign(plus - minus) == np.sign(true_difference))[largest]
        print(f"{agree.mean():.1%} of {agree.size} large Bijvoet differences have the right sign", end=" ")
        self.assertGreater(agree.size, 200)
        self.assertGreater(agree.mean(), 0.97)


@unittest.skipUnless(MEASURED.exists(), "apt-get install --no-install-recommends libpdb-redo-dev")
@needs("dials", module="dxtbx")
class MeasuredAmplitudes(Merged):
    """Amplitudes measured from a crystal, from their MTZ file to images and back through DIALS."""

    def test_they_come_back(self):
        import numpy as np
        from iotbx import mtz

        without_model = (EXAMPLE / "sweep.toml").read_text().replace('model_file = "1hel.pdb"', "")
        (self.folder / "sweep.toml").write_text(without_model)
        nanobragg(
            "sweep", "--images", IMAGES, "--osc", "0.5", "--out", "x.nxs", "--", "-quiet",
            "-config", "sweep.toml", "-hkl", MEASURED, "-column", "FP",
            *"-Na 20 -Nb 20 -Nc 12".split(), folder=self.folder,
        )
        # The truth beside the images has the ideal sensor, which absorbs all, whatever the angle.
        run("dials.import", "x.nxs", "reference_geometry=x.expt", folder=self.folder)
        run("dials.find_spots", "imported.expt", "nproc=2", folder=self.folder)
        run("dials.index", "imported.expt", "strong.refl", "space_group=P212121", folder=self.folder)
        run("dials.refine", "indexed.expt", "indexed.refl", "scan_varying=False", folder=self.folder)
        hkl, found, _, _ = merged_amplitudes(self.folder)
        measured = mtz.object(str(MEASURED))
        fp = dict(zip(measured.extract_miller_indices(), measured.get_column("FP").extract_values()))
        true = np.array([fp.get(tuple(map(int, np.abs(i))), np.nan) for i in hkl])
        self.assert_agree(found, true, 4000)


@needs("dials", module="dxtbx")
class Cbf(Sweep, FolderTest):
    format = "cbf"


@needs("dials", module="dxtbx")
class Smv(Sweep, FolderTest):
    format = "img"


@needs("dials", module="dxtbx")
class Tilted(FolderTest):
    """Detectors that only axes describe: imgCIF and NXmx, in several laboratory frames."""

    def test_geometry_is_true(self):
        flags = "-cell 79 79 38 90 90 90 -default_F 80 -N 5 -lambda 1.1 -detpixels_x 80 -detpixels_y 60 -distance 70 -quiet"
        tilts = "-detector_rotx 5 -detector_roty -3 -detector_rotz 8 -twotheta 7"
        for frame in ("-mosflm", "-xds", "-adxv", "-dials"):
            names = ("t_0001.cbf", "t.nxs", "t.expt")
            nanobragg(*flags.split(), *tilts.split(), frame, *[w for n in names for w in ("-out", n)], folder=self.folder)
            truth = experiment(self.folder / "t.expt")
            for name in names[:2]:
                run("dials.import", name, "output.experiments=read.expt", folder=self.folder)
                read = experiment(self.folder / "read.expt")
                a, b = read.detector[0], truth.detector[0]
                pairs = [
                    (a.get_origin(), b.get_origin()), (a.get_fast_axis(), b.get_fast_axis()),
                    (a.get_slow_axis(), b.get_slow_axis()),
                    (read.beam.get_s0(), truth.beam.get_s0()),
                    (read.goniometer.get_rotation_axis(), truth.goniometer.get_rotation_axis()),
                ]
                for ours, theirs in pairs:
                    for x, y in zip(ours, theirs):
                        self.assertAlmostEqual(x, y, 6, (frame, name))


@needs("dials", module="dxtbx")
class Stills(FolderTest):
    """dxtbx opens a series of stills, each with its own wavelength."""

    def test_models(self):
        flags = "-cell 79 79 38 90 90 90 -default_F 80 -N 8 -lambda 1.2 -detpixels 64 -detector_rotx 5 -distance 70"
        nanobragg(
            "stills", "--images", "3", "--wavelength", "normal:0.01", "--out", "s.nxs", "--", "-quiet",
            *flags.split(), folder=self.folder,
        )
        run("dials.import", "s.nxs", folder=self.folder)
        from dxtbx.model.experiment_list import ExperimentListFactory

        read = ExperimentListFactory.from_json_file(str(self.folder / "imported.expt"))
        truth = ExperimentListFactory.from_json_file(str(self.folder / "s.expt"), check_format=True)
        self.assertEqual(len(truth), 3)
        self.assertEqual(len(read), 3)
        wavelengths = {t.beam.get_wavelength() for t in truth}
        self.assertEqual(len(wavelengths), 3)
        for i, still in enumerate(truth):
            self.assertAlmostEqual(read[i].beam.get_wavelength(), still.beam.get_wavelength(), 9)
            a, b = read[i].detector[0], still.detector[0]
            for ours, theirs in ((a.get_origin(), b.get_origin()), (a.get_fast_axis(), b.get_fast_axis()),
                                 (a.get_slow_axis(), b.get_slow_axis())):
                for x, y in zip(ours, theirs):
                    self.assertAlmostEqual(x, y, 9)
            self.assertGreater(max(still.imageset.get_raw_data(0)[0].as_1d()), 0)


@needs("dials", module="dxtbx")
class IndexedStills(FolderTest):
    def test_crystals_are_true(self):
        from dials.algorithms.indexing.compare_orientation_matrices import difference_rotation_matrix_axis_angle
        from dxtbx.model.experiment_list import ExperimentListFactory

        nanobragg(
            "stills", "--images", 2, "--out", "s.nxs", "--", "-quiet", "-model", EXAMPLE / "1hel.pdb",
            *"-lambda 0.9768 -distance 90 -detpixels_x 487 -detpixels_y 619 -pixel 0.172 -round_xtal -Na 12 -Nb 12".split(),
            *"-Nc 25 -fluence 2e27 -oversample 4 -water 0.5".split(), folder=self.folder,
        )
        run("dials.import", "s.nxs", folder=self.folder)
        run("dials.find_spots", "imported.expt", folder=self.folder)
        # The indexer for stills of DIALS 3.12 fails of itself.
        log = run(
            "dials.index", "imported.expt", "strong.refl", "joint=False", "stills.indexer=sequences",
            "unit_cell=79.1,79.1,37.9,90,90,90", "space_group=P43212", "detector.fix=all", "beam.fix=all",
            "indexing.method=real_space_grid_search", folder=self.folder,
        )
        for share in re.findall(r"\|\s*([\d.]+)%\s*\|", log):
            self.assertGreater(float(share), 90.0, log[-2000:])
        indexed, truth = (
            ExperimentListFactory.from_json_file(str(self.folder / name), check_format=name == "indexed.expt")
            for name in ("indexed.expt", "s.expt")
        )
        self.assertEqual(len(indexed), 2)
        for found in indexed:
            true = truth[found.imageset.indices()[0]].crystal
            for a, b in zip(found.crystal.get_unit_cell().parameters(), true.get_unit_cell().parameters()):
                self.assertAlmostEqual(a / b, 1, delta=0.01)
            true.set_space_group(found.crystal.get_space_group())
            angle = difference_rotation_matrix_axis_angle(found.crystal, true)[2]
            self.assertLess(abs(angle), 0.1)


if __name__ == "__main__":
    client.main()
