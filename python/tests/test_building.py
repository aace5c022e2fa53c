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


def test_crop_is_a_part_of_the_image():
    experiment = nanobragg.Experiment(**parts())
    whole = nanobragg.simulate(experiment, "float64")
    part = experiment.crop((3, 4, 12, 20))
    assert part.detector.panels[0].shape == (12, 20)
    numpy.testing.assert_allclose(nanobragg.simulate(part, "float64"), whole[3:15, 4:24], rtol=1e-9)
    binned = experiment.crop(bin=5)
    panel = binned.detector.panels[0]
    assert panel.shape == (6, 8) and panel.pixel_size == 5 and panel.corner == experiment.detector.panels[0].corner
    assert binned.oversample == 5 * experiment.oversample
    assert experiment.crop() == experiment
    for box, bin, text in [((25, 0, 6, 40), 1, "does not lie within the panel"), (None, 7, "crop it to 28"),
                           (None, 0, "'bin' does not take 0")]:
        with pytest.raises(nanobragg.UsageError, match=text):
            experiment.crop(box, bin=bin)


def test_toml_makes_the_same_experiment(tmp_path, flags):
    (tmp_path / "x.hkl").write_text("1 2 3 40\n0 0 1 7\n")
    of_flags = nanobragg.Experiment.from_flags([*flags, "-hkl", str(tmp_path / "x.hkl"), "-gain", "1.5"])
    of_flags.to_toml(tmp_path / "a.toml")
    assert not (tmp_path / "a.json").exists() and "x.hkl" in (tmp_path / "a.toml").read_text()
    again = nanobragg.Experiment.from_toml(tmp_path / "a.toml")
    assert again == of_flags and (nanobragg.simulate(again) == nanobragg.simulate(of_flags)).all()
    image = nanobragg.simulate(of_flags)
    assert (nanobragg.count(again, image) == nanobragg.count(of_flags, image)).all()
    for changed in (of_flags.with_values({"distance": 70}), nanobragg.Experiment(**parts())):
        changed.to_toml(tmp_path / "b.toml")
        assert nanobragg.Experiment.from_toml(tmp_path / "b.toml") == changed
        assert nanobragg.Experiment.from_flags(["-config", str(tmp_path / "b.toml")]) == changed
    with pytest.raises(nanobragg.UsageError, match="'path' does not take '.*e.json'"):
        of_flags.to_toml(tmp_path / "e.json")
    with pytest.raises(nanobragg.Error, match="none/e.toml"):
        of_flags.to_toml(tmp_path / "none" / "e.toml")
