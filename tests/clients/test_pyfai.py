"""A calibration for pyFAI: every pixel has there the scattering angle that DIALS's geometry gives it."""

import json

import client
from client import FolderTest, nanobragg, needs

CRYSTAL = "-cell 79 79 38 90 90 90 -default_F 1 -N 1 -oversample 1 -quiet".split()
CASES = {
    "plain": "-distance 100 -pixel 0.172 -detpixels_x 60 -detpixels_y 40 -Xbeam 3 -Ybeam 5 -lambda 0.9768",
    "swung": "-distance 80 -pixel 0.5 -detpixels_x 40 -detpixels_y 60 -lambda 1.2 -twotheta 25 -detector_rotx 5"
    " -detector_roty -3 -detector_rotz 12",
    "adxv": "-adxv -distance 80 -pixel 0.5 -detpixels_x 40 -detpixels_y 60 -lambda 1.2 -twotheta 10",
    "mirrored": "-fdet_vector 0 0 1 -sdet_vector 0 1 0 -odet_vector 1 0 0 -beam_vector 1 0 0 -spindle_axis 0 0 1"
    " -polar_vector 0 0 1 -pix0_vector 0.09 -0.012 -0.011 -pixel 0.5 -detpixels_x 40 -detpixels_y 30",
}


def positions(expt):
    """The middle of each pixel in the frame of imgCIF, m, and the beam's direction."""
    import numpy as np

    document = json.loads(expt.read_text())
    panel = document["detector"][0]["panels"][0]
    fast, slow, origin = (np.array(panel[key]) for key in ("fast_axis", "slow_axis", "origin"))
    width, height = panel["image_size"]
    steps = [panel["pixel_size"][0] * (np.arange(n) + 0.5) for n in (width, height)]
    points = origin + steps[0][None, :, None] * fast + steps[1][:, None, None] * slow
    return 1e-3 * points, -np.array(document["beam"][0]["direction"])


@needs("python3-pyfai", module="pyFAI")
class PyFai(FolderTest):
    def test_pixels_stand_where_dials_has_them(self):
        import numpy as np
        import pyFAI

        for name, flags in CASES.items():
            with self.subTest(name):
                nanobragg(*CRYSTAL, *flags.split(), "-out", "x.poni", "-out", "x.expt", folder=self.folder)
                points, beam = positions(self.folder / "x.expt")
                along = points @ beam
                expected = np.arctan2(np.linalg.norm(points - along[..., None] * beam, axis=-1), along)
                calibration = pyFAI.load(str(self.folder / "x.poni"))
                self.assertEqual(tuple(calibration.detector.shape), points.shape[:2])
                np.testing.assert_allclose(calibration.twoThetaArray(points.shape[:2]), expected, atol=1e-7)
                wavelength = json.loads((self.folder / "x.expt").read_text())["beam"][0]["wavelength"]
                self.assertAlmostEqual(calibration.wavelength * 1e10, wavelength, places=9)
                # Axis 2 is along the spindle; axis 1 has the hand of the stored image. pyFAI computes
                # in single precision.
                third, first, second = (x.reshape(points.shape[:2]) for x in calibration.calc_pos_zyx())
                np.testing.assert_allclose(third, along, atol=1e-8)
                np.testing.assert_allclose(second, points[..., 0], atol=1e-8)
                np.testing.assert_allclose(np.abs(first), np.abs(points[..., 1]), atol=1e-8)

    def test_several_panels_are_refused(self):
        nanobragg(*CRYSTAL, "-detpixels", "20", "-out", "one.expt", folder=self.folder)
        document = json.loads((self.folder / "one.expt").read_text())
        detector = document["detector"][0]
        detector["panels"] *= 2
        detector.pop("hierarchy", None)
        (self.folder / "two.expt").write_text(json.dumps(document))
        with self.assertRaisesRegex(AssertionError, "a .poni describes one flat panel"):
            nanobragg("-geometry", "two.expt", *CRYSTAL, "-out", "x.poni", folder=self.folder)


if __name__ == "__main__":
    client.main()
