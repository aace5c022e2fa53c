"""What a type checker says of the package, and of what users write."""
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nanobragg

mypy_is_there = importlib.util.find_spec("mypy") is not None
pytestmark = pytest.mark.skipif(not mypy_is_there, reason="apt-get install mypy")

# Lines that end in a comment are wrong: it is a part of what mypy says of them.
USER = '''
import numpy
import nanobragg

panel = nanobragg.Panel((30, 40), 1.0, (60, -15, -20), [0, 0, 1], numpy.array([0.0, 1.0, 0.0]))
crystal = nanobragg.Crystal([40, 50, 60, 90, 90, 90], cells=[5, 5, 5], anisotropic_b=None)
experiment = nanobragg.Experiment(
    crystal=crystal, beam=nanobragg.Beam(wavelength=1.2, fluence=1e27), detector=nanobragg.Detector([panel]),
    structure_factors=nanobragg.StructureFactors(100.0))
turned = experiment.with_values({"misset": [1.0, 2.0, 3.0], "distance": 61})
small = experiment.replace(crystal=crystal.replace(mosaic_spread=0.1)).crop((0, 0, 10, 20), bin=2)
image = nanobragg.simulate(experiment, dtype=numpy.float64, progress=lambda done, pixels: None)
found = nanobragg.refine(turned, image, ["misset"], method="lm", restraints={"cell_a": (40.0, 0.1)},
                         monitor=lambda step: step.iteration > 3)
degrees: float = found.values["misset_x"]
for still, label in nanobragg.stills(experiment, 3, lattices="1-3", dtype="uint8", crop=(0, 0, 10, 20), vary={"distance": "offset:2"}):
    lattices: float = label["lattices"]
    pixels: int = still.size
images = nanobragg.simulate_batch(experiment, {"misset": numpy.zeros((2, 3))})
nanobragg.refine(turned, image, ["misset"], metod="lm")  # "metod"
nanobragg.refine(turned, image, ["misset"], iterations="many")  # "iterations"
nanobragg.stills(experiment, 3, bins=2)  # "bins"
nanobragg.simulate("flags")  # "simulate"
crystal.replace(cells=3)  # "cells"
crystal.replace(celsl=[1, 2, 3])  # "celsl"
experiment.replace(beam=crystal)  # "beam"
nanobragg.Beam(wavelength="long")  # "Beam"
nanobragg.simulat(experiment)  # "simulat"
word: str = found.values["misset_x"]  # "float"
'''


def mypy(*arguments):
    """Its lines about files; nothing is kept between runs."""
    environment = {**os.environ, "MYPYPATH": str(Path(nanobragg.__file__).parents[1])}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", os.devnull, *map(str, arguments)],
                          capture_output=True, text=True, check=False, env=environment)
    assert done.returncode in (0, 1), done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def test_the_package_is_right():
    assert not mypy("--ignore-missing-imports", "-p", "nanobragg")


def test_users_learn_of_mistakes(tmp_path):
    user = tmp_path / "user.py"
    user.write_text(USER)
    expected = {number: line.split("  # ")[1] for number, line in enumerate(USER.splitlines(), 1) if "  # " in line}
    found = {}
    for line in mypy("--strict", "--follow-imports=silent", user):
        number, text = re.match(r".*user\.py:(\d+): error: (.*)", line).groups()
        found[int(number)] = text
    assert set(found) == set(expected), found
    for number, part in expected.items():
        assert part in found[number]
