"""Images read by other programs: the same pixels in every format, and what their headers say."""

import sys
import unittest

import client
from client import FolderTest, nanobragg, needs, run

FLAGS = (
    "-cell 79 79 38 90 90 90 -wilson 20,1 -dmin 3 -N 12 -lambda 0.9768 -distance 100 -pixel 0.172 "
    "-detpixels_x 487 -detpixels_y 195 -Xbeam 25.5 -Ybeam 42.1 -phi 10 -osc 0.5 -phisteps 2 -fluence 1e26 "
    "-seed 3 -roi 0 486 0 175"
).split()
# Fast and slow position of the beam from the corner of the first pixel: MOSFLM's centre counts half
# a pixel less, and its X is slow.
BEAM = (42.1 / 0.172 + 0.5, 25.5 / 0.172 + 0.5)


class Images(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ["x_0001.cbf", "x_0001.img", "x.tif", "x.png", "x.nxs", "x.bin"]
        nanobragg("-quiet", *FLAGS, *[w for n in names for w in ("-out", n)], folder=cls.folder)


class SeveralFiles(FolderTest):
    """A series in files of pixels with a master is read as if it were one file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, more in (("one", []), ("several", ["--images-per-file", 2])):
            nanobragg("sweep", "--images", 5, "--osc", 0.5, "--out", f"{name}.nxs", *more, "--", "-quiet",
                      *FLAGS[: FLAGS.index("-phi")], "-detpixels_x", 60, "-fluence", "1e28", folder=cls.folder)
        import h5py
        import hdf5plugin  # noqa: F401: the filters of the images

        with h5py.File(cls.folder / "one.nxs") as file:
            cls.images = file["entry/data/data"][:]

    @needs("python3-h5py", module="h5py")
    def test_by_h5py(self):
        import h5py

        with h5py.File(self.folder / "several_master.nxs") as file:
            self.assertTrue((file["entry/data/data"][:] == self.images).all())

    @needs("python3-fabio", module="fabio")
    def test_by_fabio(self):
        import fabio

        with fabio.open(str(self.folder / "several_master.nxs")) as file:
            self.assertEqual(file.nframes, 5)
            for i in range(5):
                self.assertTrue((file.get_frame(i).data == self.images[i]).all())

    @needs("dials", module="dxtbx")
    def test_by_dials(self):
        import dxtbx

        for name in ("one.nxs", "several_master.nxs"):
            file = dxtbx.load(str(self.folder / name))
            self.assertEqual(file.get_num_images(), 5)
            for i in range(5):
                raw = file.get_raw_data(i)
                raw = raw[0] if isinstance(raw, tuple) else raw
                counts = raw.as_numpy_array()
                measured = counts >= 0
                self.assertGreater(counts.sum(), 1000)
                self.assertTrue((counts == self.images[i])[measured].all())


class Fabio(Images):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        import fabio

        cls.images = {
            name: fabio.open(str(cls.folder / name)) for name in ("x_0001.cbf", "x_0001.img", "x.tif", "x.nxs")
        }

    def test_pixels_are_those_of_every_other_format(self):
        import numpy as np

        counts = self.images["x_0001.cbf"].data
        self.assertEqual(counts.shape, (195, 487))
        self.assertEqual(counts.dtype, np.int32)
        measured = counts >= 0
        self.assertEqual((~measured).sum(), 19 * 487)
        self.assertGreater(counts.max(), 1000)
        for name, pedestal in (("x_0001.img", 40), ("x.tif", 0), ("x.nxs", 0)):
            others = self.images[name].data.astype(np.int64)
            np.testing.assert_array_equal(others[measured] - pedestal, counts[measured], name)
        # What a detector would read, not what is expected; but not far from it.
        photons = np.fromfile(self.folder / "x.bin", "<f4").reshape(195, 487)
        lit = photons > 50
        z = (counts[lit] - photons[lit]) / np.sqrt(photons[lit])
        self.assertLess(abs(z.std() - 1), 5 / np.sqrt(2 * lit.sum()))

    def test_headers_say_where_and_when(self):
        smv = self.images["x_0001.img"].header
        self.assertAlmostEqual(float(smv["DISTANCE"]), 100)
        self.assertAlmostEqual(float(smv["OSC_START"]), 10)
        self.assertAlmostEqual(float(smv["ADC_OFFSET"]), 40)
        text = self.images["x_0001.cbf"].header["_array_data.header_contents"]
        lines = dict(line[2:].split(" ", 1) for line in text.splitlines() if " " in line[2:])
        self.assertEqual(lines["Wavelength"], "0.9768 A")
        self.assertEqual(lines["Detector_distance"], "0.1 m")
        self.assertEqual(lines["Start_angle"], "10.000000 deg.")
        beam = [float(x) for x in lines["Beam_xy"].removesuffix(" pixels").strip("()").split(",")]
        self.assertAlmostEqual(beam[0], BEAM[0], 5)
        self.assertAlmostEqual(beam[1], BEAM[1], 5)


class OwnLibraries(Images):
    """TIFF and PNG through libtiff and libpng, by Pillow."""

    def test_pixels(self):
        import numpy as np
        from PIL import Image

        tif = np.array(Image.open(self.folder / "x.tif")).astype(int)
        png = np.array(Image.open(self.folder / "x.png")).astype(int)
        self.assertGreater(tif.max(), 1000)
        np.testing.assert_array_equal(tif, png)


class Hdf5(Images):
    def test_h5dump_reads_every_dataset(self):
        text = run("h5dump", "-p", "-H", "x.nxs", folder=self.folder)
        self.assertIn('ATTRIBUTE "signal"', text)
        run("h5dump", "-d", "/entry/sample/ub_matrix", "x.nxs", folder=self.folder)

    def test_data_come_through_their_filter(self):
        import h5py
        import hdf5plugin  # noqa: F401  (registers the filters)
        import numpy as np

        with h5py.File(self.folder / "x.nxs") as file:
            data = file["/entry/data/data"]
            self.assertEqual(data.shape, (1, 195, 487))
            self.assertEqual(data.dtype, np.uint32)
            mask = file["/entry/instrument/detector/pixel_mask"][()]
            self.assertEqual(mask.sum(), 19 * 487)
            self.assertTrue((data[0][mask == 1] == 2**32 - 1).all())
            self.assertAlmostEqual(file["/entry/instrument/detector/beam_center_x"][()], BEAM[0], 9)
            self.assertAlmostEqual(file["/entry/instrument/detector/beam_center_y"][()], BEAM[1], 9)

    def test_silx_shows_it(self):
        if client.importlib.util.find_spec("silx") is None:
            self.skipTest("apt-get install --no-install-recommends python3-silx")
        import h5py
        import hdf5plugin  # noqa: F401
        from silx.io import nxdata

        with h5py.File(self.folder / "x.nxs") as file:
            plot = nxdata.get_default(file)
            self.assertTrue(plot.is_valid)


class Cbflib(Images):
    def test_cif2cbf_reads_the_pixels(self):
        # Once more without compression, by the library that defines the format.
        run("cif2cbf", "-c", "n", "-e", "n", "-b", "f", "x_0001.cbf", "plain.cbf", folder=self.folder)
        import fabio
        import numpy as np

        binary = (self.folder / "plain.cbf").read_bytes()
        pixels = binary[binary.index(b"\x0c\x1a\x04\xd5") + 4 :][: 4 * 195 * 487]
        np.testing.assert_array_equal(
            np.frombuffer(pixels, "<i4").reshape(195, 487), fabio.open(str(self.folder / "x_0001.cbf")).data
        )


needs_fabio = needs("python3-fabio", module="fabio")
Fabio = needs_fabio(Fabio)
OwnLibraries = needs("python3-pil python3-numpy", module="PIL")(OwnLibraries)
Hdf5 = needs("python3-h5py python3-hdf5plugin", module="hdf5plugin")(needs("hdf5-tools", program="h5dump")(Hdf5))
Cbflib = needs_fabio(needs("cbflib-bin", program="cif2cbf")(Cbflib))
del Images

if __name__ == "__main__":
    client.main()
