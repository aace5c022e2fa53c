"""Experiments from parts, amplitudes from files, equality, and counts."""
import numpy
import pytest

import nanobragg


def parts():
    return {
        "crystal": nanobragg.Crystal([40, 50, 60, 90, 90, 90], cells=[5, 5, 5]),
        "beam": nanobragg.Beam(1.2, fluence=1e27),
        "detector": nanobragg.Detector([nanobragg.Panel((30, 40), 1.0, (60, -15, -20), (0, 0, 1), (0, 1, 0))]),
        "structure_factors": nanobragg.StructureFactors(100.0),
    }


def test_experiment_of_parts_is_that_of_flags():
    built = nanobragg.Experiment(**parts())
    flags = (
        "-cell 40 50 60 90 90 90 -N 5 -default_F 100 -lambda 1.2 -distance 60 -detpixels_f 40 -detpixels_s 30 "
        "-pixel 1 -fluence 1e27"
    ).split()
    by_flags = nanobragg.Experiment.from_flags(flags)
    assert built.oversample == by_flags.oversample
    moved = by_flags.replace(detector=built.detector)
    a, b = (nanobragg.simulate(e, "float64") for e in (built, moved))
    numpy.testing.assert_allclose(a, b, rtol=1e-12)
    assert a.max() > 0


def test_oversample_is_as_asked():
    assert nanobragg.Experiment(**parts(), oversample=3).oversample == 3
    with pytest.raises(nanobragg.UsageError, match="'oversample' does not take 0"):
        nanobragg.Experiment(**parts(), oversample=0)


def test_values_are_equal_by_what_they_say():
    for name, value in parts().items():
        other = parts()[name]
        assert value is not other and value == other and hash(value) == hash(other), name
        assert value != 5 and not value == None, name  # noqa: E711
    assert nanobragg.Experiment(**parts()) == nanobragg.Experiment(**parts())
    assert nanobragg.Beam(1.2) != nanobragg.Beam(1.3)
    assert nanobragg.Beam(1.2) != parts()["crystal"]
    experiment = nanobragg.Experiment(**parts())
    assert experiment.with_values({"distance": 61}) != experiment
    assert experiment.with_values({"distance": experiment.value("distance")}) == experiment
    table = numpy.arange(27.0).reshape(3, 3, 3)
    factors = nanobragg.StructureFactors.from_table((-1, -1, -1), table)
    assert factors == nanobragg.StructureFactors.from_table((-1, -1, -1), table.copy())
    table[1, 1, 1] += 1
    assert factors != nanobragg.StructureFactors.from_table((-1, -1, -1), table)
    assert len({factors, factors, nanobragg.StructureFactors(1.0)}) == 2


def test_amplitudes_of_a_list(tmp_path):
    (tmp_path / "x.hkl").write_text("1 2 3 40\n0 0 1 7\n")
    factors = nanobragg.StructureFactors.from_file(tmp_path / "x.hkl", cell=[40, 50, 60, 90, 90, 90], default=2.0)
    assert factors.at(1, 2, 3) == 40 and factors.at(9, 9, 9) == 2
    with pytest.raises(nanobragg.Error, match="none.hkl"):
        nanobragg.StructureFactors.from_file(tmp_path / "none.hkl", cell=[40, 50, 60, 90, 90, 90])
    with pytest.raises(nanobragg.UsageError, match="'cell' does not take 3 numbers"):
        nanobragg.StructureFactors.from_file(tmp_path / "x.hkl", cell=[40, 50, 60])


def test_counts_are_those_that_are_written(tmp_path):
    experiment = nanobragg.Experiment(**parts())
    image = nanobragg.simulate(experiment)
    counts = nanobragg.count(experiment, image, seed=4)
    assert counts.dtype == numpy.int32 and counts.shape == image.shape
    nanobragg.write(experiment, image, tmp_path / "x.cbf", seed=4)
    assert (nanobragg.read(tmp_path / "x.cbf", raw=True) == counts).all()
    assert (nanobragg.count(experiment, image, seed=5) != counts).any()
    assert abs(counts.sum() - image.sum()) < 6 * numpy.sqrt(image.sum())
