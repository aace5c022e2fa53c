#!/usr/bin/env python3
"""Refines stills of a crystal of two lattices, from a guess of how it is split.

    refined_lattices.py PROGRAM

What comes back is where both lattices stand, in the table and in refined.expt, and their weights.
"""
import csv
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from crystals import turn_between

AMPLITUDES = "-wilson 18,3 -dmin 2.2".split()
WEIGHT = 0.4 / 0.6
STILLS = (
    "-cell 79.1 79.1 37.9 90 90 90 -N 60 -gauss_cells -mosaic_spread 0.05 -mosaic_shape gauss "
    "-hdivrange 0.5 -vdivrange 0.3 -divergence_shape gauss -dispersion 0.15 -dispersion_shape gauss "
    "-lambda 1 -distance 80 -detpixels 400 -pixel 0.18 -flux 3e10 -exposure 0.1 -beamsize 0.05 "
    "-crystal_size 50um -background water:100um -kernel analytic -seed 5 "
    "-lattice 0,0,0:0.6 -lattice 0.2,-0.3,0.25:0.4").split() + AMPLITUDES
START = AMPLITUDES + ("-N 80 -hdivrange 0.7 -vdivrange 0.45 -divergence_shape gauss "
                      "-lattice 0,0,0 -lattice {}:0.8").split()
# Off by 0.1° from where the second lattice stands.
GUESS_OFF = (0.06, 0.06, -0.05)
MOST_DEGREES, MOST_DEVIATIONS = 0.01, 4.0

program = sys.argv[1]


def run(folder, *words):
    result = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(words)}\n{result.stdout}{result.stderr}")
    return result.stdout


def degrees_between(first, second):
    return math.hypot(*turn_between(first, second).values())


def guess(first, second):
    """The turn that takes one to the other about this program's axes, and something more."""
    angles = turn_between(second, first).values()
    return ",".join(f"{angle + off:.4f}" for angle, off in zip(angles, GUESS_OFF))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run(folder, "stills", "--out", "s_####.cbf", "--images", "2", "--orientations", "random:9",
            "--", *STILLS)
        truth = json.loads((folder / "s.expt").read_text())["crystal"]
        for shot in range(2):
            # Each lattice is an experiment.
            first, second = truth[2 * shot], truth[2 * shot + 1]
            out = f"out{shot}"
            words = " ".join(START).format(guess(first, second)).split()
            run(folder, "refine", "--experiment", "s.expt", "--shots", str(2 * shot), "--rounds", "1",
                "--out", out, "--", *words)
            found = json.loads((folder / out / "refined.expt").read_text())["crystal"]
            with open(folder / out / "shots.csv", newline="") as table:
                row = next(csv.DictReader(table))
            if row["outcome"] != "converged" or not 0.9 < float(row["chi_squared"]) < 1.1:
                sys.exit(f"shot {shot}: {row['outcome']}, χ² {row['chi_squared']}")
            if len(found) != 2:
                sys.exit(f"{len(found)} crystals in refined.expt, not 2")
            off = [degrees_between(*pair) for pair in zip((first, second), found)]
            weight, sigma = (float(row[f"lattice[1].weight{end}"]) for end in ("", "_sigma"))
            deviations = abs(weight - WEIGHT) / sigma
            print(f"shot {shot}: off by {off[0]:.4f}° and {off[1]:.4f}°, weight {weight:.3f}({sigma:.3f})")
            if max(off) > MOST_DEGREES:
                sys.exit(f"lattices are off by {off}, allowed {MOST_DEGREES}°")
            if deviations > MOST_DEVIATIONS:
                sys.exit(f"the weight is {weight}, {deviations:.1f} deviations from {WEIGHT}")


main()
