"""Detectors of several panels: a list of images."""
import numpy
import pytest

import nanobragg

GEOM = """photon_energy = 10332 eV
adu_per_photon = 1
res = 1000
clen = 0.06
left/min_fs = 0
left/max_fs = 19
left/min_ss = 0
left/max_ss = 29
left/corner_x = -20
left/corner_y = -15
left/fs = +1.0x
left/ss = +1.0y
right/min_fs = 0
right/max_fs = 14
right/min_ss = 30
right/max_ss = 54
right/corner_x = 1
right/corner_y = -12
right/fs = +1.0x
right/ss = +1.0y
"""
SHAPES = [(30, 20), (25, 15)]


@pytest.fixture
def panels(tmp_path):
    """An experiment with two panels of different shapes."""
    (tmp_path / "two.geom").write_text(GEOM, encoding="utf-8")
    flags = "-cell 40 50 60 85 95 105 -misset 10 20 30 -N 5 -default_F 100 -gauss_xtal -oversample 1"
    return nanobragg.Experiment.from_flags(
        [*flags.split(), "-fluence", "1e27", "-geometry", str(tmp_path / "two.geom")])


def test_one_image_for_each(panels):
    assert [panel.shape for panel in panels.detector.panels] == SHAPES
    for dtype in ("float32", "float64"):
        images = nanobragg.simulate(panels, dtype)
        assert [image.shape for image in images] == SHAPES
        assert all(image.any() for image in images)


def test_gradients_add_up(panels):
    rng = numpy.random.default_rng(5)
    weights = [rng.normal(size=shape) for shape in SHAPES]
    names = ["misset_x", "origin_y", "cell_a"]
    backward = nanobragg.gradient(panels, weights)
    forward = nanobragg.jacobian(panels, names)
    for i, name in enumerate(names):
        terms = [(image[i] * w).sum() for image, w in zip(forward, weights)]
        assert backward[name] == pytest.approx(sum(terms), rel=1e-9, abs=1e-9 * max(map(abs, terms)))


def test_derivatives_are_those_of_the_images(panels):
    step = 1e-6
    images = [nanobragg.simulate(panels.with_values({"misset_x": 10 + s}), "float64")
              for s in (step, -step)]
    for image, plus, minus in zip(nanobragg.jacobian(panels, ["misset_x"]), *images):
        expected = (plus - minus) / (2 * step)
        assert numpy.abs(image[0] - expected).max() < 1e-5 * numpy.abs(expected).max()


def test_files_hold_all(panels, tmp_path):
    images = nanobragg.simulate(panels)
    images = [image * (1000 / max(i.max() for i in images)) for image in images]
    nanobragg.write(panels, images, tmp_path / "two.nxs", values="photons")
    stacked = nanobragg.read(tmp_path / "two.nxs")
    for image, first in zip(images, (0, 30)):
        part = stacked[first:first + image.shape[0], :image.shape[1]]
        assert numpy.abs(part - image).max() <= 0.5 + 1e-3


def test_torch_gives_a_tuple(panels):
    torch = pytest.importorskip("torch", reason="apt-get install python3-torch")
    simulate = pytest.importorskip("nanobragg.torch").simulate
    misset = torch.tensor([10.0, 20.0, 30.0], dtype=torch.float64, requires_grad=True)
    first, second = simulate(panels, {"misset": misset})
    (first.sum() + 2 * second.sum()).backward()
    weights = [numpy.full(shape, i + 1.0) for i, shape in enumerate(SHAPES)]
    by = nanobragg.gradient(panels, weights)
    assert misset.grad.tolist() == pytest.approx([by[f"misset_{x}"] for x in "xyz"], rel=1e-9)
    misset.grad = None
    simulate(panels, {"misset": misset})[1].sum().backward()
    by = nanobragg.gradient(panels, [numpy.zeros(SHAPES[0]), numpy.ones(SHAPES[1])])
    assert misset.grad.tolist() == pytest.approx([by[f"misset_{x}"] for x in "xyz"], rel=1e-9)


def test_wrong_lists(panels):
    with pytest.raises(nanobragg.UsageError, match="1 arrays .*2 panels"):
        nanobragg.gradient(panels, [numpy.ones(SHAPES[0])])
    with pytest.raises(nanobragg.UsageError, match="shape"):
        nanobragg.gradient(panels, [numpy.ones(shape) for shape in SHAPES[::-1]])


def test_are_made_from_vectors(panels):
    made = []
    for panel in panels.detector.panels:
        made.append(nanobragg.Panel(panel.shape, panel.pixel_size, panel.corner, panel.fast,
                                    panel.slow))
        for field in ("shape", "corner", "fast", "slow", "normal"):
            assert getattr(made[-1], field) == pytest.approx(getattr(panel, field), abs=1e-12)
        assert made[-1].distance == pytest.approx(panel.distance)
        assert made[-1].close_distance == pytest.approx(panel.close_distance)
    again = panels.replace(detector=nanobragg.Detector(made))
    for image, expected in zip(nanobragg.simulate(again, "float64"),
                               nanobragg.simulate(panels, "float64")):
        assert image == pytest.approx(expected, rel=1e-9, abs=1e-9 * expected.max())
    curved = nanobragg.Detector(made, curvature="spherical", pixel_model="point")
    assert (curved.curvature, curved.pixel_model) == ("spherical", "point")


def test_that_cannot_be_are_refused():
    def panel(fast=(0, 1, 0), slow=(0, 0, 1), corner=(100, 0, 0), pixel_size=0.1):
        return nanobragg.Panel((10, 20), pixel_size, corner, fast, slow)
    assert panel().close_distance == pytest.approx(100)
    with pytest.raises(nanobragg.Error, match="right angles"):
        panel(slow=(0, 1, 1))
    with pytest.raises(nanobragg.Error, match="through the sample"):
        panel(corner=(0, 5, 5))
    with pytest.raises(nanobragg.Error, match="pixel size"):
        panel(pixel_size=-1)
    with pytest.raises(nanobragg.UsageError, match="without panels"):
        nanobragg.Detector([])
    with pytest.raises(nanobragg.UsageError, match="flat or spherical"):
        nanobragg.Detector([panel()], curvature="round")
