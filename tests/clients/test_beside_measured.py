"""examples/thaumatin beside the frame that it imitates: background, noise, mask and spots as DIALS sees them."""

import bz2
import unittest
from pathlib import Path

import client
from client import FolderTest, nanobragg, needs, run

# Measured data beside the checkout, no part of the project.
MEASURED = Path(__file__).resolve().parents[3] / "shared" / "measured" / "thau_3_2_0005.cbf.bz2"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples/thaumatin"

# Of the measured frame's header.
PIXEL_MM, DISTANCE_MM, WAVELENGTH_A, BEAM_PX = 0.172, 351.0, 0.96859, (1261.61, 1306.96)
RINGS = [0.09, 0.13, 0.17, 0.21, 0.25, 0.27, 0.29, 0.33, 0.37, 0.41, 0.45, 0.49, 0.53, 0.57]
NOT_MEASURED, DEAD = -1, -2
INDEX = (
    "indexing.stills.indexer=sequences", "unit_cell=57.8,57.8,150.2,90,90,90", "space_group=P41212",
    "detector.fix=all",
)


def pixels_of(path):
    import fabio
    import numpy as np

    return np.asarray(fabio.open(str(path)).data)


def rings_of(pixels):
    """Mean and noise of each ring without the brightest 3 % of its pixels: the noise is half the variance of
    the difference of neighbours over the mean, 1 for Poisson but for what the cut takes."""
    import numpy as np

    slow, fast = np.indices(pixels.shape)
    radius = np.hypot(fast + 0.5 - BEAM_PX[0], slow + 0.5 - BEAM_PX[1]) * PIXEL_MM
    inverse_d = 2 * np.sin(0.5 * np.arctan2(radius, DISTANCE_MM)) / WAVELENGTH_A
    counts = pixels.astype(float)
    means, noises = [], []
    for ring in RINGS:
        here = (counts >= 0) & (counts < 1e5) & (abs(inverse_d - ring + 1e-9) <= 0.01)
        here &= counts <= np.quantile(counts[here], 0.97)
        pairs = here[:, 1:] & here[:, :-1]
        means.append(counts[here].mean())
        noises.append((counts[:, 1:] - counts[:, :-1])[pairs].var() / 2 / means[-1])
    return np.array(means), np.array(noises)


def shape_of_spot(counts, fast, slow, reach=7):
    """Standard deviations (px) along the two axes of what stands out around a place; None at an edge."""
    import numpy as np
    from scipy import ndimage

    x, y = int(fast), int(slow)
    window = counts[y - reach : y + reach + 1, x - reach : x + reach + 1]
    if window.shape != (2 * reach + 1, 2 * reach + 1) or window.min() < 0:
        return None
    background = np.median(np.concatenate([window[0], window[-1], window[:, 0], window[:, -1]]))
    spot = window - background
    spot[spot < 3 * np.sqrt(max(background, 1))] = 0
    parts, _ = ndimage.label(spot > 0, np.ones((3, 3)))
    spot[parts != parts[np.unravel_index(spot.argmax(), spot.shape)]] = 0
    places = np.indices(spot.shape).reshape(2, -1)
    return np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(places, aweights=spot.ravel(), ddof=0)), 1e-3))


def shapes_of_brightest(pixels, reflections):
    """Medians of width and elongation of the 100 brightest spots."""
    import numpy as np

    order = np.argsort(-np.array(reflections["intensity.sum.value"]))[:100]
    places = np.array(reflections["xyzobs.px.value"])
    shapes = [shape_of_spot(pixels.astype(float), *places[i, :2]) for i in order]
    minor, major = np.array([shape for shape in shapes if shape is not None]).T
    return np.median(np.sqrt(minor * major)), np.median(major / minor)


@unittest.skipUnless(MEASURED.exists(), f"needs {MEASURED.name} in ../shared/measured")
@needs("dials", module="dxtbx")
class BesideMeasured(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.images, cls.spots = {}, {}
        for name in ("measured", "simulated"):
            folder = cls.folder / name
            folder.mkdir()
            frame = folder / "still_00001.cbf"
            if name == "measured":
                frame.write_bytes(bz2.decompress(MEASURED.read_bytes()))
            else:
                nanobragg("-config", EXAMPLE / "still.toml", "-quiet", "-out", frame, folder=folder)
            cls.images[name] = pixels_of(frame)
            run("dials.import", frame.name, "convert_sequences_to_stills=True", folder=folder)
            run("dials.find_spots", "imported.expt", "spotfinder.filter.min_spot_size=3", folder=folder)
            cls.spots[name] = cls.reflections(folder / "strong.refl")

    @staticmethod
    def reflections(path):
        from dials.array_family import flex

        return flex.reflection_table.from_file(str(path))

    def pair(self, function):
        return function("measured"), function("simulated")

    def test_background(self):
        measured, simulated = self.pair(lambda name: rings_of(self.images[name])[0])
        for ring, a, b in zip(RINGS, measured, simulated):
            self.assertLess(abs(b / a - 1), 0.10, f"1/d = {ring}: {a:.2f} measured, {b:.2f} simulated")

    def test_noise(self):
        measured, simulated = self.pair(lambda name: rings_of(self.images[name])[1])
        for ring, a, b in zip(RINGS, measured, simulated):
            self.assertLess(abs(b - a), 0.05, f"1/d = {ring}: {a:.3f} measured, {b:.3f} simulated")

    def test_mask(self):
        measured, simulated = self.images["measured"], self.images["simulated"]
        alive = measured != DEAD
        self.assertTrue(((measured == NOT_MEASURED) == (simulated < 0))[alive].all())

    def test_number_of_spots(self):
        measured, simulated = self.pair(lambda name: len(self.spots[name]))
        self.assertLess(abs(simulated / measured - 1), 0.25, f"{measured} measured, {simulated} simulated")

    def test_shapes_of_spots(self):
        measured, simulated = self.pair(lambda name: shapes_of_brightest(self.images[name], self.spots[name]))
        for what, a, b in zip(("width", "elongation"), measured, simulated):
            self.assertLess(abs(b / a - 1), 0.20, f"{what}: {a:.3f} measured, {b:.3f} simulated")

    def test_lattice(self):
        from dxtbx.model.experiment_list import ExperimentListFactory

        def indexed(name):
            folder = self.folder / name
            run("dials.index", "imported.expt", "strong.refl", *INDEX, folder=folder)
            return ExperimentListFactory.from_json_file(str(folder / "indexed.expt"), check_format=False)[0].crystal

        measured, simulated = self.pair(indexed)
        for a, b in zip(measured.get_unit_cell().parameters(), simulated.get_unit_cell().parameters()):
            self.assertLess(abs(b / a - 1), 0.005)
        from dials.algorithms.indexing.compare_orientation_matrices import difference_rotation_matrix_axis_angle

        angle = difference_rotation_matrix_axis_angle(measured, simulated)[2]
        self.assertLess(abs(angle), 0.2)


if __name__ == "__main__":
    client.main()
