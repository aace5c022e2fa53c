#!/usr/bin/env python3
"""Refines stills that the program simulated, from a list of experiments that was put off.

    refined_stills.py PROGRAM

Amplitudes are known within 20 %, background and scale not at all: what comes back is the truth
within a few of its standard uncertainties, as the table says them.
"""
import csv
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from crystals import turn_between

# Full widths and cells as flags give them, in the units of the table.
TRUTH = {"Na=Nb=Nc": 60.0, "mosaic_a": 0.1, "mosaic_b": 0.06, "mosaic_c": 0.13,
         "mosaic_bc": -0.4, "mosaic_ac": 0.2, "mosaic_ab": 0.5, "divergence_h": 0.5,
         "divergence_v": 0.3, "bandwidth": 0.15, "cell_a=cell_b": 79.1, "cell_c": 37.9}
AMPLITUDES = "-wilson 18,3 -dmin 2.2".split()
# What is known of a beam and a crystal beforehand is about right.
START = AMPLITUDES + "-N 80 -hdivrange 0.7 -vdivrange 0.45 -divergence_shape gauss".split()
STILLS = (
    "-cell 79.1 79.1 37.9 90 90 90 -N 60 -gauss_cells "
    "-mosaic_spread_abc 0.1 0.06 0.13 -mosaic_correlation -0.4 0.2 0.5 -mosaic_shape gauss -hdivrange 0.5 -vdivrange 0.3 -divergence_shape gauss -dispersion 0.15 "
    "-dispersion_shape gauss -lambda 1 -distance 80 -detpixels 400 -pixel 0.18 -flux 3e10 "
    "-exposure 0.1 -beamsize 0.05 -crystal_size 50um -background water:100um -kernel analytic "
    "-seed 5").split() + AMPLITUDES
TURN_DEGREES, STRETCH = 0.08, 1.001
# Of a dozen numbers in two shots, none is further off by chance.
MOST_DEVIATIONS = 4.0

program = sys.argv[1]


def run(folder, *words):
    result = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(words)}\n{result.stdout}{result.stderr}")
    return result.stdout


def turned(v, axis, degrees):
    """Rodrigues' rotation of a vector about a unit vector."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    along = sum(a * b for a, b in zip(axis, v))
    cross = [axis[1] * v[2] - axis[2] * v[1], axis[2] * v[0] - axis[0] * v[2],
             axis[0] * v[1] - axis[1] * v[0]]
    return [x * c + y * s + a * along * (1.0 - c) for x, y, a in zip(v, cross, axis)]


def put_off(source, target):
    listed = json.loads(source.read_text())
    for number, crystal in enumerate(listed["crystal"]):
        axis = [0.6, 0.8, 0.0] if number % 2 else [0.0, -0.6, 0.8]
        for edge, stretch in zip("abc", (STRETCH, STRETCH, 1.0 / STRETCH)):
            vector = turned(crystal[f"real_space_{edge}"], axis, TURN_DEGREES)
            crystal[f"real_space_{edge}"] = [stretch * x for x in vector]
    target.write_text(json.dumps(listed))


def check_shared_cell(folder):
    """What shots share is the same in all rounds, and in the row of each."""
    run(folder, "refine", "--experiment", "start.expt", "--shared", "cell", "--out", "shared", "--",
        *START)
    crystals = json.loads((folder / "shared" / "refined.expt").read_text())["crystal"]
    first, second = (math.hypot(*crystal["real_space_a"]) for crystal in crystals)
    with open(folder / "shared" / "shots.csv", newline="") as table:
        edges = [row["cell_a=cell_b"] for row in csv.DictReader(table)]
    if abs(first - second) > 1e-9 * first or edges[0] != edges[1] or not edges[0]:
        sys.exit(f"a shared cell is {first} and {second}, {edges} in the table")


def check_hdf5(folder, rows):
    """The same columns as in the CSV file, with units."""
    try:
        import h5py
    except ImportError:
        print("without h5py: shots.h5 is not looked at")
        return
    with h5py.File(folder / "shots.h5") as file:
        if set(file) != set(rows[0]):
            sys.exit(f"columns of shots.h5: {sorted(set(file) ^ set(rows[0]))}")
        for name, dataset in file.items():
            for value, row in zip(dataset[()], rows):
                cell = row[name]
                text = value.decode() if isinstance(value, bytes) else value
                same = text == cell if isinstance(text, str) else (
                    math.isclose(value, float(cell), rel_tol=1e-3, abs_tol=1e-4) if cell
                    else math.isnan(value))
                if not same:
                    sys.exit(f"{name}: {value} in shots.h5, {cell} in shots.csv")
        units = {name: file[name].attrs.get("units") for name in ("cell_c", "cell_c_sigma", "spots")}
        if units != {"cell_c": "Å", "cell_c_sigma": "Å", "spots": None}:
            sys.exit(f"units {units}")


def check_pages(folder):
    """Of more than 20 shots each has a page, to which a table leads."""
    listed = json.loads((folder / "start.expt").read_text())
    listed["experiment"] = [dict(listed["experiment"][i % 2], identifier=f"e{i}") for i in range(21)]
    (folder / "many.expt").write_text(json.dumps(listed))
    run(folder, "refine", "--experiment", "many.expt", "--spots", "20", "--parameters", "scale",
        "--rounds", "1", "--out", "many", "--", *START)
    report = (folder / "many" / "report.html").read_text()
    for number in range(21):
        page = f"shots/shot_{number:06}.html"
        if f'<a href="{page}">{number}</a>' not in report:
            sys.exit(f"report.html does not lead to {page}")
        if "The worst box" not in (folder / "many" / page).read_text():
            sys.exit(f"{page} shows no box")
    if "The worst box" in report:
        sys.exit("report.html of many shots shows boxes")


def main():
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run(folder, "stills", "--out", "s_####.cbf", "--images", "2", "--orientations", "random:7",
            "--", *STILLS)
        put_off(folder / "s.expt", folder / "start.expt")
        run(folder, "refine", "--experiment", "start.expt", "--out", "out", "--", *START)
        truth = json.loads((folder / "s.expt").read_text())["crystal"]
        found = json.loads((folder / "out" / "refined.expt").read_text())["crystal"]
        with open(folder / "out" / "shots.csv", newline="") as table:
            rows = list(csv.DictReader(table))
        if len(rows) != 2 or len(found) != 2:
            sys.exit(f"{len(rows)} rows and {len(found)} crystals of 2 shots")
        for row in rows:
            if row["outcome"] != "converged":
                sys.exit(f"shot {row['shot']}: {row['outcome']}: {row['why']}")
            number = int(row["shot"])
            # What no pixel of a shot sees is held, and has no cell in the table.
            off = {key: float(row[key]) - value for key, value in TRUTH.items() if row[key]}
            off |= turn_between(found[number], truth[number])
            if len(off) < len(TRUTH) + 2:
                sys.exit(f"shot {number}: {', '.join(off)} alone are refined")
            for key, difference in off.items():
                deviations = abs(difference) / float(row[f"{key}_sigma"])
                worst = max(worst, deviations)
                print(f"shot {number}: {key}: off by {difference:.2g}, {deviations:.1f} deviations")
            if not 0.9 < float(row["chi_squared"]) < 1.1:
                sys.exit(f"χ² is {row['chi_squared']}")
        check_hdf5(folder / "out", rows)
        check_shared_cell(folder)
        check_pages(folder)
    if worst > MOST_DEVIATIONS:
        sys.exit(f"{worst:.1f} standard uncertainties off, allowed {MOST_DEVIATIONS}")


main()
