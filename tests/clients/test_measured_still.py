"""A measured still of an X-ray laser on 64 panels: its geometry, and where its spots are predicted."""

import lzma
import unittest
from pathlib import Path

import client
from client import FolderTest, nanobragg, needs, run

# A file of CBFlib's examples, beside the checkout: no part of the project.
STILL = Path(__file__).resolve().parents[3] / "shared" / "real" / "lcls_cxi_lysozyme_still.cbf.xz"
# Pixels to each side of a spot's prediction.
REACH = 6


def local_centre(panel, x, y):
    """Centroid of what lies around a prediction (px), and the brightest of it; None at an edge, or where
    it is not all there."""
    import numpy as np

    x0, y0 = int(np.floor(x)), int(np.floor(y))
    height, width = panel.shape
    if not (REACH <= x0 < width - REACH and REACH <= y0 < height - REACH):
        return None
    window = panel[y0 - REACH : y0 + REACH + 1, x0 - REACH : x0 + REACH + 1].astype(float)
    edges = np.concatenate([window[0], window[-1], window[:, 0], window[:, -1]])
    if not edges.max() <= 0.02 * window.max() or window.max() == 0:
        return None
    steps = np.arange(-REACH, REACH + 1) + 0.5
    centre = np.array([(window.sum(0) * steps).sum(), (window.sum(1) * steps).sum()]) / window.sum()
    return centre + (x0, y0), window.max()


@unittest.skipUnless(STILL.exists(), f"needs {STILL.name} in ../shared/real")
@needs("dials", module="dxtbx")
class MeasuredStill(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "still.cbf").write_bytes(lzma.decompress(STILL.read_bytes()))
        run("dials.import", "still.cbf", folder=cls.folder)

    def test_geometry_is_what_dials_reads(self):
        from dxtbx.model.experiment_list import ExperimentListFactory

        nanobragg(
            *"-geometry still.cbf -cell 79 79 38 90 90 90 -default_F 1 -N 1 -quiet -out ours.expt".split(),
            folder=self.folder,
        )
        ours, theirs = (
            ExperimentListFactory.from_json_file(str(self.folder / name), check_format=False)[0]
            for name in ("ours.expt", "imported.expt")
        )
        self.assertEqual(len(ours.detector), 64)
        self.assertAlmostEqual(ours.beam.get_wavelength(), theirs.beam.get_wavelength(), 9)
        for a, b in zip(ours.detector, theirs.detector):
            self.assertEqual(a.get_image_size(), b.get_image_size())
            for pair in ((a.get_origin(), b.get_origin()), (a.get_fast_axis(), b.get_fast_axis()),
                         (a.get_slow_axis(), b.get_slow_axis())):
                for x, y in zip(*pair):
                    self.assertAlmostEqual(x, y, 6)

    def test_spots_are_where_dials_predicts_them(self):
        import numpy as np
        from dials.array_family import flex

        run(
            "dials.find_spots", "imported.expt", "min_spot_size=3", "threshold.algorithm=dispersion",
            "threshold.dispersion.gain=10", "threshold.dispersion.global_threshold=50", folder=self.folder,
        )
        run(
            "dials.index", "imported.expt", "strong.refl", "unit_cell=79,79,38,90,90,90", "space_group=P43212",
            "stills.indexer=sequences", "indexing.method=real_space_grid_search", "detector.fix=all",
            "beam.fix=all", folder=self.folder,
        )
        # The narrow spots of the reference, as far from the sphere as DIALS indexes.
        nanobragg(
            *"-geometry indexed.expt -default_F 100 -gauss_xtal -Na 8 -Nb 8 -Nc 17 -oversample 3".split(),
            "-compat", "physical,+spots_of_volume",
            *"-nopgm -nonoise -quiet".split(), folder=self.folder,
        )
        panels = np.fromfile(self.folder / "floatimage.bin", "f4").reshape(64, 185, 194)
        spots = flex.reflection_table.from_file(str(self.folder / "indexed.refl"))
        spots = spots.select(spots.get_flags(spots.flags.indexed))
        self.assertGreater(len(spots), 150)
        from_dials, from_measured = [], []
        for panel, predicted, observed in zip(spots["panel"], spots["xyzcal.px"], spots["xyzobs.px.value"]):
            found = local_centre(panels[panel], *predicted[:2])
            # Those near the sphere: DIALS turns the others onto it, the light of a small crystal takes the
            # shortest way.
            if found is None or found[1] < 0.3 * panels.max():
                continue
            from_dials.append(found[0] - predicted[:2])
            from_measured.append(found[0] - observed[:2])
        self.assertGreater(len(from_dials), 25)
        rms = [np.sqrt((np.array(d) ** 2).mean(0)) for d in (from_dials, from_measured)]
        print(f"{len(from_dials)} spots, px r.m.s.: {rms[0]} from DIALS' predictions, {rms[1]} from the measured", end=" ")
        self.assertLess(rms[0].max(), 0.15)
        # As far as DIALS' own predictions.
        self.assertLess(rms[1].max(), 3.5)


if __name__ == "__main__":
    client.main()
