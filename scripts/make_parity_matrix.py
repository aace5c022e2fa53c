#!/usr/bin/env python3
"""Writes examples/parity.toml: the command lines of the golden cases as a matrix for compare."""
import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MATRIX = ROOT / "examples" / "parity.toml"
HEAD = """\
# The command lines of the golden cases, for two programs that should agree on all of them:
#   nanobragg compare --matrix examples/parity.toml --reference ./nanoBragg \\
#       --candidate-flags '-compat reference'
# Made by scripts/make_parity_matrix.py. Relative file names in the flags start at `inputs`, which
# is relative to this file.
inputs = "../tests/golden/inputs"
"""


def case_text(folder):
    """The table of one golden case."""
    flags = json.loads((folder / "case.json").read_text(encoding="utf-8"))["args"]
    for flag in flags:
        # The text is cut at spaces again, and a basic TOML string takes these as they are.
        if not flag or any(c in flag for c in ' \t\n"\\'):
            raise SystemExit(f"{folder}: flag {flag!r} cannot stand in the matrix")
    return f'\n[[case]]\nname = "{folder.name}"\nflags = "{" ".join(flags)}"\n'


def matrix_text(cases):
    """The whole file."""
    folders = sorted(folder for folder in cases.iterdir() if (folder / "case.json").is_file())
    return HEAD + "".join(case_text(folder) for folder in folders)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the file is not up to date")
    check = parser.parse_args().check
    text = matrix_text(ROOT / "tests" / "golden" / "cases")
    if check:
        if not MATRIX.is_file() or MATRIX.read_text(encoding="utf-8") != text:
            print(f"{MATRIX.relative_to(ROOT)} is out of date: run scripts/make_parity_matrix.py")
            return 1
        return 0
    MATRIX.parent.mkdir(exist_ok=True)
    MATRIX.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
