"""Copies of values, in this process and through others."""
import copy
import multiprocessing
import pickle
import re

import numpy
import pytest

import nanobragg


def pixels(experiment):
    """What a worker of a pool computes."""
    return nanobragg.simulate(experiment, "float64", threads=1)


def fails(experiment):
    """What a worker cannot compute."""
    return nanobragg.trace(experiment, 1000, 0)


@pytest.fixture
def changed(experiment):
    """One that flags alone do not make, with a table, sources, two panels and a mask of a part."""
    table = nanobragg.StructureFactors.from_table((-3, -3, -3), numpy.random.rand(7, 7, 7), 50.0)
    sources = [[-1, 0, 0, 1.2, 0.7], [-1, 0.001, 0, 1.21, 0.3]]
    panel = experiment.detector.panels[0]
    other = nanobragg.Panel((20, 10), 1.0, (60, 30, 30), panel.fast, panel.slow)
    return experiment.replace(
        structure_factors=table,
        beam=experiment.beam.replace(sources=sources),
        detector=nanobragg.Detector([panel, other], curvature="spherical"),
    ).with_values({"misset": [1, 2, 3], "fluence": 3e27})


def same(a, b):
    """Whether two experiments make the same bits."""
    one, two = pixels(a), pixels(b)
    one, two = (x if isinstance(x, list) else [x] for x in (one, two))
    return all((x == y).all() for x, y in zip(one, two)) and a.values() == b.values()


def fields(value):
    """All that can be read of a value."""
    names = [n for n in dir(value) if not n.startswith("_") and not callable(getattr(value, n))]
    assert names
    return {n: re.sub(" at 0x[0-9a-f]+", "", repr(getattr(value, n))) for n in names}


def test_experiments(experiment, changed):
    for e in (experiment, changed):
        assert copy.copy(e) is e and copy.deepcopy(e) is e
        again = pickle.loads(pickle.dumps(e))
        assert same(again, e)
        assert (again.kernel, again.threads, again.warnings) == (e.kernel, e.threads, e.warnings)
        assert repr(again) == repr(e)


def test_every_class(changed):
    observed = nanobragg.simulate(changed, "float64")
    refined = nanobragg.refine(changed, observed, ["fluence"], iterations=2)
    values = [
        changed.crystal, changed.beam, changed.detector, changed.detector.panels[1],
        changed.structure_factors, nanobragg.StructureFactors(7.0), nanobragg.parameters()[3],
        refined, refined.history[0], nanobragg.trace(changed, 3, 4),
    ]
    for value in values:
        assert copy.copy(value) is value
        assert copy.deepcopy([value])[0] is value
        again = pickle.loads(pickle.dumps(value))
        assert type(again) is type(value)
        assert fields(again) == fields(value)
    again = pickle.loads(pickle.dumps(refined))
    assert str(again) == str(refined) and same(again.experiment, refined.experiment)
    assert (again.residuals[0] == refined.residuals[0]).all()
    assert {type(v).__name__ for v in values} >= {"Crystal", "Beam", "Panel", "Step", "Trace"}


def test_pools(experiment):
    fluences = [1e27, 2e27, 3e27]
    series = [experiment.with_values({"fluence": f}) for f in fluences]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        images = pool.map(pixels, series)
        with pytest.raises(nanobragg.Error, match="outside the detector"):
            pool.map(fails, series[:1])
    for e, image in zip(series, images):
        assert (image == pixels(e)).all()


def test_functions_go_to_pools(experiment):
    for function in (nanobragg.simulate, nanobragg.gradient, len, [].append, "a".join):
        assert pickle.loads(pickle.dumps(function)).__name__ == function.__name__
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (image,) = pool.map(nanobragg.simulate, [experiment])
    assert (image == nanobragg.simulate(experiment)).all()


def test_bytes_of_others_are_refused(experiment):
    made, _, state = experiment.__reduce_ex__(2)[:3]
    for wrong in (b"", state[:-1], state + b"x", state.replace(b"nanobragg", b"nonabragg", 1)):
        with pytest.raises(nanobragg.Error, match="pickled"):
            type(experiment).__new__(type(experiment)).__setstate__(wrong)
    assert made
