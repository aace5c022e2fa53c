"""Derivatives against differences of images."""
import _thread
import threading

import numpy
import pytest

import nanobragg

NAMES = ["misset_x", "cell_a", "distance", "wavelength", "fluence", "Na"]


def difference(experiment, name):
    """Derivatives of the pixels by a parameter, from two images."""
    value = experiment.value(name)
    step = 1e-6 * max(abs(value), 1.0)
    images = [
        nanobragg.simulate(experiment.with_values({name: value + s}), "float64")
        for s in (step, -step)
    ]
    return (images[0] - images[1]) / (2 * step)


@pytest.mark.parametrize("name", NAMES)
def test_jacobian(experiment, name):
    (jacobian,) = nanobragg.jacobian(experiment, [name])
    expected = difference(experiment, name)
    off = numpy.abs(jacobian - expected) > 1e-5 * numpy.abs(expected).max()
    # A pixel jumps where it changes the reflection it is nearest to.
    assert off.mean() < 0.01
    assert numpy.abs(jacobian).max() > 0


def test_groups_stand_for_their_parameters(experiment):
    names = nanobragg.parameter_names(["cell", "distance"])
    assert names == ["cell_a", "cell_b", "cell_c", "cell_alpha", "cell_beta", "cell_gamma",
                     "distance"]
    assert nanobragg.jacobian(experiment, ["cell", "distance"]).shape == (7, 30, 40)


def test_backward_is_the_transpose_of_forward(experiment):
    weights = numpy.random.default_rng(1).normal(size=(30, 40))
    names = list(experiment.values())
    backward = nanobragg.gradient(experiment, weights)
    assert set(backward) == set(names)
    forward = nanobragg.jacobian(experiment, names)
    for name, image in zip(names, forward):
        scale = numpy.linalg.norm(image) * numpy.linalg.norm(weights)
        assert abs(backward[name] - (image * weights).sum()) <= 1e-10 * scale


def test_weights_of_any_layout(experiment):
    weights = numpy.random.default_rng(2).normal(size=(40, 30))
    expected = nanobragg.gradient(experiment, numpy.ascontiguousarray(weights.T))
    assert nanobragg.gradient(experiment, weights.T) == expected
    assert nanobragg.gradient(experiment, weights.T.tolist()) == expected


def test_amplitudes(experiment):
    rng = numpy.random.default_rng(3)
    table = rng.uniform(50, 100, size=(13, 13, 13))

    def at(amplitudes):
        factors = nanobragg.StructureFactors.from_table([-6, -6, -6], amplitudes)
        return experiment.replace(structure_factors=factors)

    weights = rng.normal(size=(30, 40))
    by = nanobragg.amplitude_gradient(at(table), weights)
    assert by.shape == table.shape
    for index in [numpy.unravel_index(numpy.argsort(abs(by), axis=None)[i], by.shape)
                  for i in (-1, -2, -10, 0)]:
        losses = []
        for step in (0.01, -0.01):
            moved = table.copy()
            moved[index] += step
            losses.append((nanobragg.simulate(at(moved), "float64") * weights).sum())
        expected = (losses[0] - losses[1]) / 0.02
        assert by[index] == pytest.approx(expected, rel=1e-6, abs=1e-9 * abs(by).max())


def test_single_amplitudes(experiment):
    rng = numpy.random.default_rng(6)
    factors = nanobragg.StructureFactors.from_table(
        [-6, -6, -6], rng.uniform(50, 100, size=(13, 13, 13)))
    at = experiment.replace(structure_factors=factors)
    weights = rng.normal(size=(30, 40))
    every = nanobragg.amplitude_gradient(at, weights)
    brightest = [numpy.unravel_index(i, every.shape)
                 for i in numpy.argsort(-abs(every), axis=None)[:3]]
    names = ["F({},{},{})".format(*(int(i) - 6 for i in index)) for index in brightest]
    asked = [names[0], "distance", *names[1:]]
    by = nanobragg.gradient(at, weights, names=asked)
    images = nanobragg.jacobian(at, asked)
    assert list(by) == asked and len(images) == 4
    for index, name in zip(brightest, names):
        assert by[name] == every[index] != 0
    for name, image in zip(asked, images):
        scale = numpy.linalg.norm(image) * numpy.linalg.norm(weights)
        assert abs(by[name] - (image * weights).sum()) <= 1e-10 * scale


@pytest.mark.parametrize("name, text", [
    ("F(9,9,9)", "the table holds h -2 to 2"),
    ("F(1,2)", r"not F\(h,k,l\)"),
    ("F", "every amplitude"),
    ("f(1,1,1)", r"as in F\(1,-2,3\)"),
])
def test_names_of_amplitudes_that_are_wrong(experiment, name, text):
    factors = nanobragg.StructureFactors.from_table([-2, -2, -2], numpy.ones((5, 5, 5)))
    at = experiment.replace(structure_factors=factors)
    with pytest.raises(nanobragg.UsageError, match=text):
        nanobragg.jacobian(at, [name])
    with pytest.raises(nanobragg.UsageError, match=text):
        nanobragg.gradient(at, numpy.ones((30, 40)), names=[name])
    with pytest.raises(nanobragg.UsageError, match="no table of amplitudes"):
        nanobragg.jacobian(experiment, ["F(1,0,0)"])


def test_why_without_effect(experiment):
    assert experiment.why_without_effect("water") == "there is no water"
    assert experiment.why_without_effect("misset") == ""
    assert nanobragg.gradient(experiment, numpy.ones((30, 40)))["water"] == 0


def test_errors(flags, experiment):
    with pytest.raises(nanobragg.UsageError, match=r"shape \(40, 30\).*\(30, 40\)"):
        nanobragg.gradient(experiment, numpy.ones((40, 30)))
    with pytest.raises(nanobragg.UsageError, match="no table"):
        nanobragg.amplitude_gradient(experiment, numpy.ones((30, 40)))
    with pytest.raises(nanobragg.UsageError, match="no names"):
        nanobragg.jacobian(experiment, [])
    reference = nanobragg.Experiment.from_flags([*flags, "-compat", "reference"])
    with pytest.raises(nanobragg.UsageError, match="reference"):
        nanobragg.gradient(reference, numpy.ones((30, 40)))


def test_single_precision_is_near(experiment):
    weights = numpy.random.default_rng(4).normal(size=(30, 40))
    exact = nanobragg.jacobian(experiment, NAMES)
    single = nanobragg.jacobian(experiment, NAMES, precision="float32")
    for near, image in zip(single, exact):
        assert numpy.abs(near - image).max() <= 1e-5 * numpy.abs(image).max()
    assert not numpy.array_equal(single, exact)
    backward = nanobragg.gradient(experiment, weights, precision="float32")
    for name, image in zip(NAMES, single):
        scale = numpy.linalg.norm(image) * numpy.linalg.norm(weights)
        assert abs(backward[name] - (image * weights).sum()) <= 1e-6 * scale
    with pytest.raises(nanobragg.UsageError, match="float32 or float64"):
        nanobragg.gradient(experiment, weights, precision="float16")


def test_ctrl_c_ends_a_long_one(flags):
    large = nanobragg.Experiment.from_flags(
        [*flags, "-detpixels", "2000", "-mosaic", "1", "-mosaic_domains", "50", "-threads", "2"])
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        nanobragg.gradient(large, numpy.ones((2000, 2000)))
    timer.join()
