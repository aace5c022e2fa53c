#!/usr/bin/env python3
"""Times whole runs against a reference, side by side, and prints the ratios.

    scripts/bench.py build/bench/apps/nanobragg/nanobragg [--reference /path/to/nanoBragg]

Without a reference program the stand-in is `-compat reference`: its operations in its order, on one
thread. Runs alternate; figures are medians. Times are processor time of the whole process. A run is
repeated with a region of one pixel: what is left without it is the time of the rendering alone.
Where the reference would take minutes, it renders a part of the image, and the rendering is scaled.
"""
import argparse
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"
ONE_PIXEL = ["-roi", "0", "0", "0", "0"]
LYSOZYME = "-cell 79.1 79.1 37.9 90 90 90 -misset 10 20 30 -hkl lysozyme.hkl"
CUBE = "-cell 100 100 100 90 90 90 -N 5 -default_F 100 -lambda 6.2 -distance 100 -detpixels 1024"
LEAN = "-nonoise -nopgm"


class Work:
    """A command line, and how much of the image the reference renders of it."""

    def __init__(self, name, flags, pixels, reference_region=None):
        self.name = name
        self.flags = flags.split()
        self.pixels = pixels  # fast, slow
        self.reference_region = reference_region  # pixels a side, in the middle

    def reference_flags(self):
        if not self.reference_region:
            return [], 1.0
        side = self.reference_region
        low = [(n - side) // 2 for n in self.pixels]
        region = [low[0], low[0] + side - 1, low[1], low[1] + side - 1]
        return ["-roi", *map(str, region)], self.pixels[0] * self.pixels[1] / side**2


def works(real):
    """The works of the table; the first needs files that are no part of the project."""
    if (real / "supervisor.args").exists():
        flags = (real / "supervisor.args").read_text().strip()
        for name in ("A.mat", "scaled.hkl"):
            flags = flags.replace(name, str(real / name))
        yield Work("supervisor", flags, (2463, 2527))
    for domains in (1, 10, 100, 1000):
        flags = f"{CUBE} -oversample 1 -mosaic 0.5 -mosaic_domains {domains} {LEAN}"
        yield Work(f"domains-{domains}", flags, (1024, 1024), 100 if domains > 10 else None)
    yield Work(
        "stills-gauss",
        f"{LYSOZYME} -gauss_xtal -N 20 -lambda 1 -distance 231 -pixel 0.172 "
        "-detpixels_x 2463 -detpixels_y 2527 -oversample 1 -mosaic 0.2 -mosaic_domains 50 "
        f"-dispersion 1 -dispsteps 100 {LEAN}",
        (2463, 2527), 50)
    yield Work(
        "tricubic",
        "-cell 40 40 40 90 90 90 -misset 10 20 30 -hkl grid.hkl -N 1 -interpolate -lambda 1 "
        f"-distance 100 -detpixels 1024 -oversample 1 {LEAN}", (1024, 1024))
    yield Work("oversample", f"{CUBE} -oversample 4 {LEAN}", (1024, 1024), 400)
    yield Work(
        "big",
        f"{LYSOZYME} -N 20 -lambda 1 -distance 200 -pixel 0.075 -detpixels 4096 -oversample 1 "
        "-flux 1e12 -beamsize 0.1 -seed 1", (4096, 4096))


def write_amplitudes(path, limits, amplitude):
    """A list of h k l F over a box of indices."""
    h_max, k_max, l_max = limits
    with open(path, "w", encoding="ascii") as file:
        for h in range(-h_max, h_max + 1):
            for k in range(-k_max, k_max + 1):
                for l in range(-l_max, l_max + 1):
                    file.write(f"{h} {k} {l} {amplitude(h, k, l):.2f}\n")


def write_inputs(folder):
    """Amplitudes like lysozyme's to about 2 Å, and a smooth grid that interpolation stays inside."""
    rng = random.Random(1)
    write_amplitudes(folder / "lysozyme.hkl", (39, 39, 19),
                     lambda h, k, l: 300.0 * math.sqrt(-math.log(1.0 - rng.random())))
    write_amplitudes(folder / "grid.hkl", (29, 29, 29),
                     lambda h, k, l: 100.0 + 50.0 * math.sin(0.5 * h) * math.cos(0.4 * k + 0.3 * l))


class Program:
    """A program with the flags that it always gets."""

    def __init__(self, label, command):
        self.label = label
        self.command = command

    def seconds(self, flags, folder):
        """Processor time and peak memory (MB) of one run."""
        with subprocess.Popen([*self.command, *flags], cwd=folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as child:
            errors = child.stderr.read()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{self.label} failed: {errors.decode()}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(work, ours, reference, runs, folder):
    """Medians of alternating runs, as a row of the table."""
    region, scale = work.reference_flags()
    plans = {
        "ours": (ours, work.flags),
        "ours_empty": (ours, work.flags + ONE_PIXEL),
        "reference": (reference, work.flags + region),
        "reference_empty": (reference, work.flags + ONE_PIXEL),
    }
    times = {key: [] for key in plans}
    memory = 0.0
    for _ in range(runs):
        for key, (program, flags) in plans.items():
            seconds, peak = program.seconds(flags, folder)
            times[key].append(seconds)
            memory = max(memory, peak) if key == "ours" else memory
    median = {key: statistics.median(values) for key, values in times.items()}
    kernel = max(median["ours"] - median["ours_empty"], 1e-4)
    reference_kernel = (median["reference"] - median["reference_empty"]) * scale
    reference_whole = median["reference_empty"] + reference_kernel
    return {"name": work.name, "whole_s": median["ours"], "kernel_s": kernel,
            "reference_whole_s": reference_whole, "reference_kernel_s": reference_kernel,
            "whole_ratio": reference_whole / median["ours"],
            "kernel_ratio": reference_kernel / kernel, "peak_MB": memory,
            "extrapolated_from_pixels": scale != 1.0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--reference", help="the C program, built -O2 -ffp-contract=off")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", help="names of works that match this expression")
    parser.add_argument("--flags", default="-threads 1", help="of ours (%(default)s)")
    parser.add_argument("--real", type=Path, default=REAL, help="folder of the supervisor command")
    parser.add_argument("--json", type=Path, help="writes the rows here too")
    arguments = parser.parse_args()
    program = str(Path(arguments.program).resolve())
    ours = Program("nanobragg", [program, "-quiet", *arguments.flags.split()])
    reference = (Program("reference", [arguments.reference]) if arguments.reference else
                 Program("stand-in", [program, "-quiet", "-compat", "reference", "-threads", "1"]))

    print(f"reference: {arguments.reference or '-compat reference of this program (stand-in)'}; "
          f"medians of {arguments.runs}, seconds of processor time; (x) from a part of the image")
    print(f"{'work':<14}{'whole':>9}{'ref':>10}{'ratio':>7}{'kernel':>10}{'ref':>10}{'ratio':>7}"
          f"{'peak MB':>9}")
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(folder)
        for work in works(arguments.real):
            if arguments.only and not re.search(arguments.only, work.name):
                continue
            row = measure(work, ours, reference, arguments.runs, folder)
            rows.append(row)
            mark = " (x)" if row["extrapolated_from_pixels"] else ""
            print(f"{row['name']:<14}{row['whole_s']:>9.3f}{row['reference_whole_s']:>10.2f}"
                  f"{row['whole_ratio']:>7.1f}{row['kernel_s']:>10.4f}"
                  f"{row['reference_kernel_s']:>10.2f}{row['kernel_ratio']:>7.1f}"
                  f"{row['peak_MB']:>9.0f}{mark}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
