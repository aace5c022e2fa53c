#!/usr/bin/env python3
"""Runs the tests of the Python module of a build folder; says in one line what they lack.

    python/tests/run_tests.py build/python [arguments of pytest]
"""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

SKIPPED = 77  # what CTest is told to take for skipped
PACKAGES = {"numpy": "python3-numpy", "pytest": "python3-pytest"}


def what_is_missing(build):
    """A sentence about why the tests cannot run; empty where they can."""
    if not (build / "python" / "nanobragg" / "__init__.py").exists():
        return "this build has no Python module: make python (configures with NANOBRAGG_PYTHON)"
    missing = [p for module, p in PACKAGES.items() if not importlib.util.find_spec(module)]
    return f"apt-get install {' '.join(missing)}" if missing else ""


def main():
    build = Path(sys.argv[1]).resolve()
    missing = what_is_missing(build)
    if missing:
        print(f"skipped: {missing}")
        return SKIPPED
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
        "PYTHONPATH": str(build / "python"),
        "NANOBRAGG_PROGRAM": str(build / "apps" / "nanobragg" / "nanobragg"),
    }
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider",
               "-W", "ignore::UserWarning",
               *sys.argv[2:], str(root / "python" / "tests")]
    return subprocess.run(command, cwd=root, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
