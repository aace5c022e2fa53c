"""Many images in one call."""
import numpy
import pytest

import nanobragg


def test_is_image_for_image_that_of_single_calls(experiment):
    missets = numpy.random.default_rng(1).uniform(-180, 180, (7, 3))
    distances = numpy.linspace(50, 70, 7)
    images = nanobragg.simulate_batch(experiment, {"misset": missets, "distance": distances}, threads=3)
    assert images.shape == (7, 30, 40) and images.dtype == numpy.float32
    for image, misset, distance in zip(images, missets, distances):
        alone = experiment.with_values({"misset": misset.tolist(), "distance": distance})
        assert (image == nanobragg.simulate(alone)).all()
    assert nanobragg.simulate_batch(experiment, {"misset": missets[:0]}).shape == (0, 30, 40)
    exact = nanobragg.simulate_batch(experiment, {"phi": [0.0, 1.0]}, "float64")
    assert exact.dtype == numpy.float64


@pytest.mark.parametrize(
    "values, part",
    [
        ({"misset": numpy.zeros((3, 3)), "phi": [1.0]}, "different lengths ('misset' has 3, 'phi' has 1)"),
        ({"phi": 1.0}, "different lengths"),
        ({}, "there are none"),
        ({"fi": [1.0]}, "fi"),
        ({"misset": numpy.zeros((2, 2))}, "'misset' takes 3 numbers"),
        ({"distance": [-1.0]}, "distance"),
    ],
)
def test_what_is_wrong_is_named(experiment, values, part):
    with pytest.raises(nanobragg.Error) as error:
        nanobragg.simulate_batch(experiment, values)
    assert part in str(error.value)


def test_several_panels_and_progress(experiment):
    panel = experiment.detector.panels[0]
    other = nanobragg.Panel((20, 10), 1.0, (60, 30, 30), panel.fast, panel.slow)
    two = experiment.replace(detector=nanobragg.Detector([panel, other]))
    told = []
    images = nanobragg.simulate_batch(two, {"phi": [0.0, 1.0, 2.0]}, progress=lambda *numbers: told.append(numbers))
    assert [part.shape for part in images] == [(3, 30, 40), (3, 20, 10)]
    assert told == [(1, 3), (2, 3), (3, 3)]
    alone = nanobragg.simulate(two.with_values({"phi": 2.0}))
    assert all((part[2] == one).all() for part, one in zip(images, alone))

    def enough(*_):
        raise RuntimeError("enough")
    with pytest.raises(RuntimeError, match="enough"):
        nanobragg.simulate_batch(two, {"phi": [0.0, 1.0, 2.0]}, progress=enough)
