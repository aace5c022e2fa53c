"""Refinement of noisy images of the experiment itself."""
import _thread
import threading

import numpy
import pytest

import nanobragg

FLAGS = ("-cell 60 60 60 90 90 90 -misset 10 20 30 -N 8 -default_F 100 -round_xtal -lambda 1 "
         "-distance 60 -pixel 0.3 -detpixels 64 -phi 0 -osc 1 -phisteps 4 -oversample 1 "
         "-fluence 1e27 -nointerpolate -threads 2")


@pytest.fixture(name="truth", scope="module")
def _truth():
    return nanobragg.Experiment.from_flags(FLAGS.split())


def counted(experiment, seed=1, background=2.0):
    """Photons with their noise."""
    expected = nanobragg.simulate(experiment, "float64") + background
    return numpy.random.default_rng(seed).poisson(expected).astype(float)


@pytest.fixture(name="start", scope="module")
def _start(truth):
    return truth.with_values({"cell_a": 60.1, "cell_b": 60.1, "cell_c": 60.1,
                              "misset_x": 10.1, "fluence": 2e27})


def test_recovers_the_truth(truth, start):
    steps = []
    found = nanobragg.refine(start, counted(truth), ["cell", "misset", "scale"],
                             background="constant", monitor=steps.append)
    assert found.outcome == "converged"
    assert found.crystal_system == "cubic"
    names = ["cell_a=cell_b=cell_c", "misset_x", "misset_y", "misset_z", "fluence"]
    assert list(found.values) == names == list(found.uncertainties)
    for name, value in found.values.items():
        true = truth.value(name.split("=")[0])
        assert abs(value - true) < 4 * found.uncertainties[name]
        assert found.experiment.value(name.split("=")[0]) == pytest.approx(value, rel=1e-12)
    assert found.correlations.shape == (5, 5)
    assert found.backgrounds[0] == pytest.approx(2, abs=0.2)
    assert found.pixels == 64 * 64
    before, after = found.reduced_chi_squared
    assert before > 1.4 and after == pytest.approx(1, abs=0.1)
    assert [step.iteration for step in steps] == [step.iteration for step in found.history]
    assert found.image.shape == (64, 64)
    assert found.residuals.std() == pytest.approx(1, abs=0.1)
    assert "misset_x" in str(found)


def test_leaves_out_what_is_not_a_number(truth, start):
    image = counted(truth)
    image[:32] = numpy.nan
    found = nanobragg.refine(start, image, ["misset"], background="constant")
    assert found.pixels == 32 * 64
    assert not found.residuals[:32].any() and found.residuals[32:].all()


def test_leaves_out_negative_numbers_as_the_command_does(truth, start):
    image = counted(truth)
    image[:32] = -1
    with pytest.warns(UserWarning, match="2048 pixels are negative and do not count"):
        found = nanobragg.refine(start, image, ["misset"], background="constant")
    assert found.pixels == 32 * 64


def test_scales_readings(truth):
    found = nanobragg.refine(truth, 3 * counted(truth) + 40, ["scale"], background="constant",
                             offset=40, gain=3)
    assert abs(found.values["fluence"] - 1e27) < 4 * found.uncertainties["fluence"]
    assert found.reduced_chi_squared[1] == pytest.approx(1, abs=0.1)
    assert not found.doubts


def test_says_what_speaks_against_a_fit(truth):
    found = nanobragg.refine(truth, counted(truth, background=40.0), ["scale"])
    assert len(found.doubts) == 1 and "--background constant" in found.doubts[0]


def test_holds_what_stands_at_a_bound(truth, start):
    found = nanobragg.refine(start, counted(truth), ["misset_x", "scale"], background="constant",
                             bounds={"misset_x": (10.05, 11)})
    assert found.values["misset_x"] == pytest.approx(10.05, abs=1e-6)
    assert numpy.isnan(found.uncertainties["misset_x"]) and found.uncertainties["fluence"] > 0
    assert found.correlations.shape == (1, 1)


def test_takes_restraints_bounds_and_boxes(truth, start):
    found = nanobragg.refine(start, counted(truth), ["cell", "scale"], background="plane-per-spot",
                             pixels="spots:30:6", restraints={"cell_a": (60.05, 1e-6)})
    assert found.values["cell_a=cell_b=cell_c"] == pytest.approx(60.05, abs=1e-4)
    found = nanobragg.refine(start, counted(truth), ["cell", "scale"], background="constant",
                             bounds={"cell_a": (60.08, 61)})
    assert found.values["cell_a=cell_b=cell_c"] == pytest.approx(60.08, abs=1e-6)


def test_takes_several_images(truth, start):
    images = [counted(truth.with_values({"phi": phi}), seed) for seed, phi in ((1, 0), (2, 1))]
    found = nanobragg.refine(start, images, ["misset", "scale"], background="constant",
                             turned=[0, 1])
    assert found.pixels == 2 * 64 * 64
    assert found.values["misset_x"] == pytest.approx(10, abs=4 * found.uncertainties["misset_x"])


def test_finds_amplitudes(truth):
    rng = numpy.random.default_rng(3)
    table = rng.uniform(60, 140, (25, 25, 25))
    def with_table(values):
        factors = nanobragg.StructureFactors.from_table((-12, -12, -12), values)
        return truth.replace(structure_factors=factors)
    off = table * rng.choice([0.8, 1.2], table.shape)
    found = nanobragg.refine(with_table(off), counted(with_table(table), background=0), ["F"],
                             method="lbfgs")
    deviations = [(value - table[h + 12, k + 12, l + 12]) / sigma
                  for (h, k, l), (value, sigma) in found.amplitudes.items() if sigma < 0.1 * value]
    assert len(deviations) > 10
    assert numpy.mean(numpy.square(deviations)) == pytest.approx(1, abs=0.8)


def test_finds_single_amplitudes_with_the_crystal(truth):
    rng = numpy.random.default_rng(3)
    table = rng.uniform(60, 140, (25, 25, 25))
    def with_table(experiment, values):
        factors = nanobragg.StructureFactors.from_table((-12, -12, -12), values)
        return experiment.replace(structure_factors=factors)
    right = with_table(truth, table)
    observed = counted(right, background=0)
    known = nanobragg.refine(right, observed, ["F"], method="lbfgs", iterations=2).amplitudes
    best = sorted(known, key=lambda hkl: known[hkl][1] / known[hkl][0])[:3]
    off = table.copy()
    for h, k, l in best:
        off[h + 12, k + 12, l + 12] *= 1.2
    start = with_table(truth.with_values({"misset_x": 10.05}), off)
    names = ["F({},{},{})".format(*hkl) for hkl in best]
    found = nanobragg.refine(start, observed, ["misset", *names])
    assert found.outcome == "converged"
    assert list(found.amplitudes) == best and found.correlations.shape == (6, 6)
    for (h, k, l), (value, sigma) in found.amplitudes.items():
        assert abs(value - table[h + 12, k + 12, l + 12]) < 4 * sigma < value


def test_a_monitor_stops_it(truth, start):
    found = nanobragg.refine(start, counted(truth), ["misset"], background="constant",
                             monitor=lambda step: step.iteration >= 2)
    assert found.outcome == "interrupted"
    assert len(found.history) == 3


def test_errors_of_a_monitor_are_raised(truth, start):
    def monitor(_):
        raise RuntimeError("enough")
    with pytest.raises(RuntimeError, match="enough"):
        nanobragg.refine(start, counted(truth), ["misset"], monitor=monitor)


def test_ctrl_c_ends_it(truth, start):
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        nanobragg.refine(start, counted(truth), ["misset", "scale"], background="constant",
                         method="adam", iterations=100000)
    timer.join()


@pytest.mark.parametrize("options, text", [
    ({"metod": "lm"}, "did you mean 'method'"),
    ({"metod": "lm"}, "refine does not take 'metod'"),
    ({"method": "newton"}, "lm, lbfgs or adam"),
    ({"loss": "cauchy"}, "gaussian or poisson"),
    ({"method": 3}, "'method' does not take 3"),
    ({"bounds": {"cell_a": (1, 2)}}, "exclude its start"),
    ({"background": "plane-per-spot"}, "without boxes"),
    ({"turned": [0, 1]}, "64 images turned by 2 angles"),
])
def test_refuses_options(truth, start, options, text):
    with pytest.raises(nanobragg.UsageError, match=text):
        nanobragg.refine(start, counted(truth), ["cell"], **options)


def test_refuses_images(truth, start):
    with pytest.raises(nanobragg.UsageError):
        nanobragg.refine(start, counted(truth)[1:], ["cell"])
    with pytest.raises(nanobragg.UsageError, match="misset"):
        nanobragg.refine(start, counted(truth), ["mistet"])
    with pytest.raises(nanobragg.Error, match="no pixel"):
        nanobragg.refine(start, numpy.full((64, 64), numpy.nan), ["cell"])
