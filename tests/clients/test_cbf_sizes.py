"""CBF images of any size, and of a spindle that turns either way, imported by DIALS."""

import itertools

import client
from client import FolderTest, nanobragg, needs

# Pixels fast × slow.
SIZES = {
    "the default": (1024, 1024),
    "odd": (333, 251),
    "EIGER 1M": (1030, 1065),
    "EIGER 4M": (2070, 2167),
    "EIGER 16M": (4150, 4371),
    "EIGER2 9M": (3108, 3262),
    "Rayonix MX170, binned": (1920, 1920),
    "Rayonix MX340": (3840, 3840),
    "a CSPAD panel": (194, 185),
    "a JUNGFRAU module": (1024, 512),
    "PILATUS 100K": (487, 195),
    "PILATUS 300K": (487, 619),
    "PILATUS 300K-W": (1475, 195),
    "PILATUS 1M": (981, 1043),
    "PILATUS 2M": (1475, 1679),
    "PILATUS 6M": (2463, 2527),
    "almost a PILATUS 300K": (487, 618),
}
CRYSTAL = "-cell 79 79 38 90 90 90 -default_F 100 -N 8 -lambda 1.3 -oversample 1 -fluence 1e27".split()


def imported(paths):
    from dxtbx.model.experiment_list import ExperimentListFactory

    return ExperimentListFactory.from_filenames([str(path) for path in paths])


class Sizes(FolderTest):
    def test_every_size_is_imported(self):
        for i, (name, (fast, slow)) in enumerate(SIZES.items()):
            with self.subTest(name):
                # Readers keep what they have read of a name.
                file = f"size{i}_0001.cbf"
                nanobragg(
                    "-quiet", *CRYSTAL, "-pixel", "0.11", "-distance", "83.5", "-detpixels_x", fast,
                    "-detpixels_y", slow, "-phi", "12", "-osc", "0.25", "-Xbeam", "9.75", "-Ybeam", "13.5",
                    "-out", file, folder=self.folder,
                )
                experiment = imported([self.folder / file])[0]
                panel = experiment.detector[0]
                self.assertEqual(panel.get_image_size(), (fast, slow))
                beam = panel.get_beam_centre_px(experiment.beam.get_s0())
                self.assertAlmostEqual(beam[0], 13.5 / 0.11 + 0.5, 4)
                self.assertAlmostEqual(beam[1], 9.75 / 0.11 + 0.5, 4)
                self.assertAlmostEqual(panel.get_distance(), 83.5, 6)
                self.assertAlmostEqual(experiment.beam.get_wavelength(), 1.3, 6)
                for a, b in zip(experiment.scan.get_oscillation(), (12, 0.25)):
                    self.assertAlmostEqual(a, b, 5)
                data = experiment.imageset.get_raw_data(0)[0]
                self.assertEqual(data.all(), (slow, fast))
                # The mask is where the assertion was.
                mask = experiment.imageset.get_mask(0)[0]
                self.assertEqual(mask.all(), (slow, fast))
                (self.folder / file).unlink()


class Directions(FolderTest):
    """The crystal as DIALS turns it, in the middle of every image, from images and from the truth."""

    def lattice(self, experiment, crystal, image):
        from scitbx import matrix

        middle = experiment.scan.get_angle_from_array_index(image + 0.5, deg=True)
        axis = matrix.col(experiment.goniometer.get_rotation_axis())
        turn = axis.axis_and_angle_as_r3_rotation_matrix(middle, deg=True)
        return turn * matrix.sqr(crystal.get_A())

    def check(self, size, width, out):
        from dxtbx.model.experiment_list import ExperimentListFactory

        for file in self.folder.glob("x*"):
            file.unlink()
        nanobragg(
            "sweep", "--images", 3, "--osc", width, "--out", out, "--", "-quiet", *CRYSTAL,
            "-detpixels_x", size[0], "-detpixels_y", size[1], "-phi", "21", "-phisteps", "2", folder=self.folder,
        )
        truth = ExperimentListFactory.from_json_file(str(self.folder / "x.expt"))[0]
        # The images are found beside the file.
        self.assertEqual(truth.imageset.get_raw_data(0)[0].all(), size[::-1])
        seen = imported(sorted(self.folder.glob(out.replace("##", "*"))))[0]
        self.assertEqual(seen.scan.get_num_images(), 3)
        for image in range(3):
            a = self.lattice(seen, truth.crystal, image)
            b = self.lattice(truth, truth.crystal, image)
            self.assertLess(max(abs(x) for x in a - b), 1e-7)

    def test_both_ways(self):
        for size, width, out in itertools.product(
            ((487, 195), (400, 300)), (0.5, -0.5), ("x_##.cbf", "x_##.img", "x.nxs")
        ):
            # dxtbx takes no negative range from an SMV header, which has no axis to turn round.
            if out.endswith(".img") and width < 0:
                continue
            with self.subTest(f"{size} {width} {out}"):
                self.check(size, width, out)


needs_dials = needs("dials", module="dxtbx")
Sizes = needs_dials(Sizes)
Directions = needs_dials(Directions)

if __name__ == "__main__":
    client.main()
