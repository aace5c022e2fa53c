"""Whole experiments through files."""
import json

import numpy
import pytest

import nanobragg

FLAGS = ("-cell 60 50 40 80 95 100 -default_F 100 -N 5 -lambda 1.1 -distance 80 -detpixels 24 -pixel 0.4 "
         "-misset 10 20 30 -phi 3 -osc 1 -phisteps 3 -oversample 1").split()


def test_keeps_every_bit(tmp_path):
    """The image and the file of what was read are those of what was written."""
    experiment = nanobragg.Experiment.from_flags(FLAGS).with_values({"misset_x": 1 / 3, "distance": 81.7})
    experiment.to_file(tmp_path / "e.json")
    again = nanobragg.Experiment.from_file(str(tmp_path / "e.json"))
    assert again.values() == experiment.values()
    assert numpy.array_equal(nanobragg.simulate(again, "float64"), nanobragg.simulate(experiment, "float64"))
    again.to_file(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "e.json").read_bytes()


def test_names_what_is_wrong(tmp_path):
    """Errors name the file and the key."""
    file = tmp_path / "e.json"
    nanobragg.Experiment.from_flags(FLAGS).to_file(file)
    text = json.loads(file.read_text())
    text["beam"]["wavelength_m"] = -1
    file.write_text(json.dumps(text))
    with pytest.raises(nanobragg.Error, match="e.json: beam: impossible wavelength"):
        nanobragg.Experiment.from_file(file)
    with pytest.raises(nanobragg.Error, match="none.json"):
        nanobragg.Experiment.from_file(tmp_path / "none.json")
