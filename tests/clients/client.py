"""What the tests with other programs share: running things, and saying how to install what is missing."""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SKIPPED = 77  # what ctest takes for "skipped"
PROGRAM = None  # set by main()


def needs(package, *, module=None, program=None):
    """Skips a test, naming the Debian package, where a Python module or a program is missing."""
    there = importlib.util.find_spec(module) is not None if module else shutil.which(program)
    return unittest.skipUnless(there, f"apt-get install --no-install-recommends {package}")


def run(*words, folder):
    """Runs a command in a folder and returns what it prints; fails with all of it."""
    done = subprocess.run(
        [str(w) for w in words], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}\nexit code {done.returncode}\n{done.stdout}")
    return done.stdout


def nanobragg(*words, folder):
    return run(PROGRAM, *words, folder=folder)


def dumped_amplitudes(path):
    """A dump of amplitudes (-dump): an array over h, k, l and the least index of each."""
    import numpy as np

    head, _, table = path.read_bytes().partition(b"\f")
    h0, h1, k0, k1, l0, l1 = map(int, head.split())
    # The dump has one more of each index, which is 0.
    shape = (h1 - h0 + 2, k1 - k0 + 2, l1 - l0 + 2)
    return np.frombuffer(table, "<f8").reshape(shape), np.array((h0, k0, l0))


class FolderTest(unittest.TestCase):
    """A test class with a temporary folder of its own."""

    @classmethod
    def setUpClass(cls):
        cls._temporary = tempfile.TemporaryDirectory(prefix="nanobragg-client-")
        cls.folder = Path(cls._temporary.name)
        cls.addClassCleanup(cls._temporary.cleanup)


def main():
    """Runs the tests of the calling file: FILE.py PROGRAM [TEST…]."""
    global PROGRAM
    sys.modules["client"].PROGRAM = PROGRAM = Path(sys.argv[1]).resolve()
    result = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2, exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if len(result.skipped) == result.testsRun else 0)
