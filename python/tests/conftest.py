"""What the tests of the Python module share."""
import os

import pytest

import nanobragg

FLAGS = (
    "-cell 40 50 60 85 95 105 -misset 10 20 30 -N 5 -default_F 100 -lambda 1.2 -distance 60 "
    "-detpixels_f 40 -detpixels_s 30 -pixel 1 -fluence 1e27 -oversample 1"
).split()


@pytest.fixture
def flags():
    """A triclinic crystal on 30 × 40 pixels."""
    return list(FLAGS)


@pytest.fixture
def experiment():
    """The experiment of these flags."""
    return nanobragg.Experiment.from_flags(FLAGS)


@pytest.fixture
def program():
    """The program of the same build."""
    path = os.environ.get("NANOBRAGG_PROGRAM", "")
    if not os.path.exists(path):
        pytest.skip("NANOBRAGG_PROGRAM names no program")
    return path
