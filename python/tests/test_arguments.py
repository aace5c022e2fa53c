"""Arguments of a wrong type, by name."""
import inspect

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


@pytest.mark.parametrize(
    "wrong, text",
    [
        (lambda e: nanobragg.simulate("flags"), "'experiment' does not take 'flags' (it takes Experiment)"),
        (lambda e: nanobragg.simulate(e, threads="two"), "'threads' does not take 'two' (it takes a whole number, or None)"),
        (lambda e: nanobragg.simulate(e, threads=-1), "'threads' does not take -1 (it takes a whole number, at least 0)"),
        (lambda e: nanobragg.simulate(e, dtyp="float64"), "simulate does not take 'dtyp': did you mean 'dtype'?"),
        (lambda e: nanobragg.simulate(), "'experiment' is missing"),
        (lambda e: nanobragg.simulate(e, "float32", 1, None, 5), "simulate does not take 5 arguments in order"),
        (lambda e: nanobragg.Beam(wavelength="long"), "'wavelength' does not take 'long' (it takes a number)"),
        (lambda e: nanobragg.Beam(), "'wavelength' is missing"),
        (lambda e: nanobragg.Beam(1.0, fluense=1), "did you mean 'fluence'?"),
        (lambda e: nanobragg.Crystal(5), "'cell' does not take 5 (it takes 6 numbers)"),
        (lambda e: nanobragg.Crystal([1, 2, 3]), "'cell' does not take [1, 2, 3] (it takes 6 numbers)"),
        (lambda e: nanobragg.Experiment(e.crystal, e.beam, e.detector), "'structure_factors' is missing"),
        (lambda e: nanobragg.Experiment(e.crystal, e.crystal, e.detector, e.structure_factors), "'beam' does not take"),
        (lambda e: nanobragg.Detector(5), "'panels' does not take 5 (it takes a list of Panel)"),
        (lambda e: nanobragg.Experiment.from_flags("-cell 1 2 3"), "'flags' does not take '-cell 1 2 3' (it takes texts)"),
        (lambda e: e.with_values([1, 2]), "'values' does not take [1, 2] (it takes a dict by name of"),
        (lambda e: e.value(3), "'name' does not take 3 (it takes text)"),
        (lambda e: nanobragg.StructureFactors("large"), "'default' does not take 'large'"),
        (lambda e: nanobragg.StructureFactors.from_model("x.pdb"), "'dmin' is missing"),
        (lambda e: nanobragg.write(e, nanobragg.simulate(e), "x.cbf", seed="a"), "'seed' does not take 'a'"),
        (lambda e: nanobragg.jacobian(e, "cell"), "'names' does not take 'cell' (it takes texts)"),
        (lambda e: nanobragg.refine(e, numpy.ones((30, 40)), "cell"), "'parameters' does not take 'cell'"),
        (lambda e: nanobragg.refine(5, numpy.ones((30, 40)), ["cell"]), "'experiment' does not take 5"),
        (lambda e: nanobragg.refine(e, numpy.ones((30, 40)), ["cell"], bounds={"cell_a": 3}), "'bounds' does not take"),
        (lambda e: nanobragg.refine(e, numpy.ones((30, 40)), ["cell"], gain=-1), "'gain' does not take -1"),
        (lambda e: nanobragg.refine(e, numpy.ones((30, 40)), ["cell"], iterations=-1), "'iterations' does not take -1"),
        (lambda e: nanobragg.refine(e, numpy.ones((30, 40)), ["cell"], monitor=5), "'monitor' does not take 5"),
        (lambda e: nanobragg.stills(e), "'images' is missing"),
        (lambda e: nanobragg.stills(5, 3), "'experiment' does not take 5"),
        (lambda e: nanobragg.stills(e, "many"), "'images' does not take 'many'"),
        (lambda e: nanobragg.stills(e, 3, seed="a"), "'seed' does not take 'a'"),
        (lambda e: nanobragg.stills(e, 3, vary=["distance"]), "'vary' does not take ['distance']"),
        (lambda e: nanobragg.stills(e, 3, fluence=2), "'fluence' does not take 2"),
        (lambda e: nanobragg.simulate_batch(e, [1, 2]), "'values' does not take [1, 2]"),
        (lambda e: nanobragg.plot(numpy.ones((3, 4)), ring=True), "plot does not take 'ring': did you mean 'rings'?"),
        (lambda e: nanobragg.read(5), "'path' does not take 5"),
        (lambda e: e.crop((1, 2, 3)), "'box' does not take (1, 2, 3) (it takes 4 whole numbers, or None)"),
    ],
)
def test_says_what_is_wrong(experiment, wrong, text):
    with pytest.raises(nanobragg.UsageError) as raised:
        wrong(experiment)
    assert text in str(raised.value)
    assert raised.value.problem and isinstance(raised.value.hint, str)


def test_signatures_can_be_asked_for():
    assert str(inspect.signature(nanobragg.simulate)).startswith("(experiment, dtype='float32', threads=None")
    assert list(inspect.signature(nanobragg.Beam.replace).parameters) == ["self", "kwargs"]
    assert "monitor" in inspect.signature(nanobragg.refine).parameters


def test_errors_of_callbacks_are_theirs(experiment):
    def progress(done, pixels):
        raise TypeError("incompatible, I say")
    with pytest.raises(TypeError, match="incompatible, I say"):
        nanobragg.simulate(experiment, progress=progress)
