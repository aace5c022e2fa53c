#!/usr/bin/env python3
"""Refines an experiment whose files lie about, moves what came of it, and repeats it from elsewhere.

    refined_toml.py PROGRAM
"""
import pathlib
import subprocess
import sys
import tempfile

RUN = ("-lambda 1.2 -N 5 -distance 60 -detpixels 64 -pixel 0.6 -oversample 1 -fluence 1e29 -seed 1 "
       "-nopgm").split()
MATRIX = "0.02 0.001 0\n-0.001 0.018 0.0005\n0 0.0003 0.025\n"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def run(place, *words):
            result = subprocess.run([program, *map(str, words)], cwd=folder / place, capture_output=True, text=True)
            if result.returncode != 0:
                sys.exit(f"{' '.join(map(str, words))}\n{result.stdout}{result.stderr}")

        for place in ("inputs", "elsewhere", "deep/er"):
            (folder / place).mkdir(parents=True)
        (folder / "inputs/a.mat").write_text(MATRIX)
        (folder / "inputs/a.hkl").write_text(
            "".join(f"{h} {k} {l} {30 + (h * 7 + k * 3 + l * 11) % 40}\n"
                    for h in range(-9, 10) for k in range(-9, 10) for l in range(-9, 10)))
        files = ["-mat", "inputs/a.mat", "-hkl", "inputs/a.hkl"]
        run(".", *files, *RUN, "-out", "seen.bin", "-out", "seen.cbf")
        # The wavelength moves, so that a matrix is written beside the configuration.
        run(".", "refine", "--image", "seen.cbf", "--parameters", "misset,wavelength", "--iterations", "2",
            "--out", "refined", "--", *files, *RUN, "-misset", "0.05", "0", "0")
        run(".", "-config", "refined/refined.toml", "-nonoise", "-out", "there.bin")
        (folder / "refined").rename(folder / "deep/er/moved")
        run("elsewhere", "-config", "../deep/er/moved/refined.toml", "-nonoise", "-out", "moved.bin")
        if (folder / "there.bin").read_bytes() != (folder / "elsewhere/moved.bin").read_bytes():
            sys.exit("the moved configuration gives another image")
        # What is shown works in any folder, too.
        shown = subprocess.run([program, *files, *RUN, "-nonoise", "-show_config"], cwd=folder, capture_output=True,
                               text=True, check=True).stdout
        (folder / "deep/shown.toml").write_text(shown)
        run("elsewhere", "-config", "../deep/shown.toml", "-out", "shown.bin")
        if (folder / "seen.bin").read_bytes() != (folder / "elsewhere/shown.bin").read_bytes():
            sys.exit("the shown configuration gives another image")


if __name__ == "__main__":
    main()
