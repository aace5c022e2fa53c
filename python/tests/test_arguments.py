"""Arguments of a wrong type, by name."""
import numpy
import pytest

import nanobragg


@pytest.mark.parametrize(
    "wrong, name",
    [
        (lambda e: e.replace(crystal=5), "crystal"),
        (lambda e: e.replace(structure_factors=None), "structure_factors"),
        (lambda e: e.crystal.replace(cell="large"), "cell"),
        (lambda e: e.crystal.replace(cells=3), "cells"),
        (lambda e: e.beam.replace(sources="two"), "sources"),
        (lambda e: nanobragg.gradient(e, "ones"), "d_image"),
        (lambda e: nanobragg.gradient(e, None), "d_image"),
        (lambda e: nanobragg.gradient(e, [[1, 2], [3]]), "d_image"),
        (lambda e: nanobragg.write(e, {}, "x.cbf"), "image"),
        (lambda e: nanobragg.refine(e, "image", ["cell"]), "observed"),
        (lambda e: nanobragg.refine(e, 5, ["cell"], turned=[0, 1]), "observed"),
        (lambda e: nanobragg.refine(e, numpy.ones((30, 40)), ["cell"], iterations="many"),
         "iterations"),
        (lambda e: nanobragg.StructureFactors.from_reflections("hkl", [1.0]), "hkl"),
        (lambda e: nanobragg.StructureFactors.from_reflections([[1, 2, 3]], "f"), "amplitudes"),
        (lambda e: nanobragg.StructureFactors.from_table((0, 0, 0), object()), "table"),
    ],
)
def test_is_named(experiment, wrong, name):
    with pytest.raises(TypeError, match=f"'{name}' does not take") as raised:
        wrong(experiment)
    assert isinstance(raised.value, nanobragg.UsageError)


def test_panels_are_named(experiment):
    two = experiment.replace(detector=nanobragg.Detector(2 * experiment.detector.panels))
    with pytest.raises(TypeError, match="'d_image' does not take 5"):
        nanobragg.gradient(two, 5)
