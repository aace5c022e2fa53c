#!/usr/bin/env python3
"""Reads back the truth that was written beside images, and renders the same photons from it.

    truth.py PROGRAM CASE

Each case is a function below. Images are CBF files of expected photons, rounded (-nonoise); what is
rendered from a truth are floats. They agree within the digits that the format of the truth has.
"""
import array
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

CRYSTAL = "-cell 79 81 38 88 95 101 -N 6 -bfactor 12 -default_F 90".split()
DETECTOR = "-distance 61.5 -pixel 0.31 -detpixels_x 97 -detpixels_y 83".split()
# The brightest pixel has about a million photons: rounding is 1e-6 of it.
BRIGHT = "-fluence 1e32 -oversample 2 -nonoise".split()

program = None
folder = None


def run(*words):
    words = [str(word) for word in words]
    result = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(words)}\n{result.stdout}{result.stderr}")
    return result.stdout


def cbf(name):
    """The pixels of a CBF image: byte offsets (International Tables G, 2.3.3.3)."""
    content = (folder / name).read_bytes()
    count = int(re.search(rb"X-Binary-Number-of-Elements: (\d+)", content)[1])
    at = content.index(b"\x0c\x1a\x04\xd5") + 4
    pixels, value = [], 0
    for _ in range(count):
        for size, code in ((1, "<b"), (2, "<h"), (4, "<i"), (8, "<q")):
            step = struct.unpack_from(code, content, at)[0]
            at += size
            if step != -(1 << (8 * size - 1)):
                break
        value += step
        pixels.append(value)
    return pixels


def floats(name):
    values = array.array("f")
    values.frombytes((folder / name).read_bytes())
    return list(values)


def expect_same(what, rendered, image, within=4e-6):
    brightest = max(image)
    apart = max(abs(a - b) for a, b in zip(rendered, image)) / brightest
    if len(rendered) != len(image) or brightest < 1e4 or apart > within:
        sys.exit(f"{what}: {apart:.3g} of the brightest pixel ({brightest}), allowed {within:.3g}")
    print(f"{what}: {apart:.2g}")


def render(*words):
    run(*words, *BRIGHT, "-out", "rendered.bin")
    return floats("rendered.bin")


def with_crystal(*words):
    """The same with what no truth holds: amplitudes, size and disorder of the crystal."""
    return render("-N", 6, "-bfactor", 12, "-default_F", 90, *words)


def matrix_of(solution):
    """A line of a .sol as a file for -crystal: from nm⁻¹ and the frame of CrystFEL."""
    numbers = [float(word) / 10.0 for word in solution.split()[2:11]]
    axes = [numbers[i : i + 3] for i in (0, 3, 6)]
    columns = [(z, y, -x) for x, y, z in axes]
    rows = zip(*columns)
    (folder / "solution.txt").write_text("\n".join(" ".join(map(repr, row)) for row in rows))
    return "solution.txt"


def check_stills(flags, wavelength_A):
    stills = ["stills", "--images", 3, "--orientations", "random:7"]
    run(*stills, "--out", "s_###.cbf", "--", *CRYSTAL, *DETECTOR, *BRIGHT, *flags)
    run(*stills, "--out", "t.nxs", "--", *CRYSTAL, *DETECTOR, *BRIGHT, *flags)
    solutions = (folder / "s.sol").read_text().splitlines()
    for i in range(3):
        image = cbf(f"s_{i + 1:03}.cbf")
        expect_same(f"still {i} by .expt", with_crystal("-geometry", "s.expt", "-experiment", i), image)
        expect_same(f"still {i} by .nxs", with_crystal("-geometry", "t.nxs", "-experiment", i), image)
        expect_same(f"still {i} by the .expt of .nxs",
                    with_crystal("-geometry", "t.expt", "-experiment", i), image)
        expect_same(f"still {i} by .geom and .sol",
                    with_crystal("-geometry", "s.geom", "-lambda", wavelength_A,
                                 "-crystal", matrix_of(solutions[i])), image, 2e-5)
        expect_same(f"still {i} by its own header and .sol",
                    with_crystal("-geometry", f"s_{i + 1:03}.cbf", "-phi", 0, "-osc", 0,
                                 "-crystal", matrix_of(solutions[i])), image, 2e-5)


def stills():
    check_stills(["-lambda", 1.27], 1.27)


def stills_with_start_angle():
    check_stills(["-lambda", 1.27, "-phi", 30], 1.27)


def stills_of_tilted_detector():
    check_stills("-dials -lambda 1.27 -phi -71 -detector_roty 8 -detector_rotx -3".split(), 1.27)


def stills_on_a_custom_spindle():
    check_stills("-lambda 1.27 -phi 20 -spindle_axis 0.1 0.7 0.2 -twotheta_axis 0 0 1 -twotheta 7".split(), 1.27)


def stills_with_scattered_wavelengths():
    run("stills", "--images", 2, "--wavelength", "normal:0.02", "--out", "s_###.cbf", "--",
        *CRYSTAL, *DETECTOR, *BRIGHT, "-phi", 12)
    for i in range(2):
        expect_same(f"still {i} by .expt", with_crystal("-geometry", "s.expt", "-experiment", i),
                    cbf(f"s_{i + 1:03}.cbf"))


def check_sweep(flags, start, width):
    """The steps of a sweep stand in the middles of equal parts of an image's range."""
    steps = 3
    sweep = ["sweep", "--images", 3, "--osc", width]
    flags = [*CRYSTAL, *DETECTOR, *BRIGHT, "-phi", start, "-phisteps", steps, *flags]
    run(*sweep, "--out", "s_###.cbf", "--", *flags)
    run(*sweep, "--out", "t.nxs", "--", *flags)
    turn = json.loads((folder / "s.expt").read_text())["scan"][0]["oscillation"]
    for i in range(3):
        image = cbf(f"s_{i + 1:03}.cbf")
        first = ["-phisteps", steps, "-phi", turn[0] + turn[1] * (i + 0.5 / steps)]
        expect_same(f"image {i} by .expt", with_crystal("-geometry", "s.expt", *first), image)
        middle = start + width * (i + 0.5 / steps)
        # Backwards is forwards about the opposite axis.
        first = ["-phisteps", steps, "-phi", middle if width > 0 else -middle]
        expect_same(f"image {i} by .nxs", with_crystal("-geometry", "t.nxs", "-experiment", i, *first),
                    image)
        expect_same(f"image {i} by its own header and the crystal of .nxs",
                    with_crystal("-geometry", f"s_{i + 1:03}.cbf", "-crystal", "t.nxs", *first),
                    image, 2e-5)


def sweep():
    check_sweep(["-lambda", 1.1], 0, 0.8)


def sweep_with_start_angle():
    check_sweep(["-lambda", 1.1, "-denzo"], 33.5, 0.8)


def sweep_backwards():
    check_sweep(["-lambda", 1.1], -20, -0.8)


def sweep_of_swung_detector_backwards():
    check_sweep(["-lambda", 1.1, "-xds", "-twotheta", 11], 14, -0.5)


def sweep_of_automatic_subpixels():
    """3 N a pixel / (λ distance) is whole: the digits that a truth loses must not add a sub-pixel."""
    bright = "-fluence 1e32 -nonoise".split()
    cases = ((100, 12, 0.9768, 0.1, 2, (-16, 70, 5)), (45.5, 10, 1.1, 0.1, 1, (-32, -19, 59)),
             (80, 20, 1.1, 0.1, 2, (21, 60, -8)), (75, 10, 1.3, 0.1, 3, (-70, 53, 3)))
    for i, (a, n, wavelength, pixel, subpixels, misset) in enumerate(cases):
        distance = 3 * n * a * pixel / (wavelength * subpixels)
        flags = ["-cell", a, 0.9 * a, 0.8 * a, 90, 90, 90, "-N", n, "-default_F", 90, "-lambda", wavelength,
                 "-distance", distance, "-pixel", pixel, "-detpixels", 48, "-phisteps", 1, "-misset", *misset]
        for image in (f"a{i}_#.cbf", f"b{i}.nxs"):
            run("sweep", "--images", 1, "--osc", 0.5, "--out", image, "--", *flags, *bright)
        for truth in (f"a{i}.expt", f"b{i}.nxs"):
            run("-geometry", truth, "-N", n, "-default_F", 90, "-phi", 0.25, "-phisteps", 1,
                *bright, "-out", "rendered.bin")
            expect_same(f"case {i} by {truth}", floats("rendered.bin"), cbf(f"a{i}_1.cbf"))


def check_image(flags, by_smv=True):
    """One exposure of a spindle that turns, in every format that says something of it."""
    names = ["x.cbf", "x.nxs", "x.expt"] + (["x.img"] if by_smv else [])
    outputs = [word for name in names for word in ("-out", name)]
    run(*CRYSTAL, *DETECTOR, *BRIGHT, *flags, *outputs)
    image = cbf("x.cbf")
    steps = flags[flags.index("-phisteps"):][:2]
    for name in ("x.expt", "x.nxs"):
        expect_same(f"image by {name}", with_crystal("-geometry", name, *steps), image)
    expect_same("image by its own header",
                with_crystal("-geometry", "x.cbf", "-crystal", "x.expt", *steps), image, 2e-5)
    if by_smv:
        # The header has six digits of a length.
        expect_same("image by its SMV header",
                    with_crystal("-img", "x.img", "-crystal", "x.expt", *steps), image, 1e-3)


def image():
    for phi in ([], ["-phi", 25], ["-phi", 25, "-osc", -2]):
        for convention in ("-mosflm", "-denzo", "-adxv", "-xds", "-dials"):
            by_smv = convention in ("-mosflm", "-denzo", "-xds")
            check_image([convention, "-lambda", 1.3, "-osc", 2, *phi, "-phisteps", 2], by_smv)


def image_of_pilatus_size():
    check_image("-lambda 1.3 -detpixels_x 487 -detpixels_y 195 -pixel 0.172 -osc 2 -phi 3 -phisteps 2".split())


def image_in_polarised_light():
    for polar in (0.9, -0.37):
        check_image(["-polar", polar, *"-lambda 1.3 -osc 2 -phi 3 -phisteps 2".split()], by_smv=False)
        check_image(["-polar", polar, *"-lambda 1.3 -detpixels_x 487 -detpixels_y 195 -pixel 0.172 -osc 2 -phi 3 "
                     "-phisteps 2".split()], by_smv=False)


def smv_image():
    """What -intfile writes, -img reads: centre, distances, swing, spindle."""
    for flags in ("-phi 10 -osc 1", "-phi 10 -osc -1", "-twotheta 20 -Xbeam 12 -Ybeam 9.5",
                  "-twotheta 20 -close_distance 60", "-dials -twotheta 14", "-xds -twotheta -9 -ORGX 30",
                  "-adxv -twotheta 20 -Xbeam 11 -Ybeam 13.7", "-denzo -twotheta -12",
                  "-dials -Xbeam 12 -Ybeam 5", "-mosflm -ORGX 31.25 -Yclose 8 -twotheta 5"):
        words = flags.split()
        convention = [words[0]] if words[0] in ("-adxv", "-denzo", "-dials", "-xds", "-mosflm") else []
        written = [*CRYSTAL, "-lambda", 1.25, *DETECTOR, *words, "-phisteps", 2, *BRIGHT]
        run(*written, "-intfile", "x.img", "-scale", 1, "-out", "x.bin")
        image = floats("x.bin")
        read = render(*CRYSTAL, *convention, "-img", "x.img", "-phisteps", 2)
        # The header has six digits of a length.
        expect_same(f"-img of {flags}", read, image, 1e-3)


def main():
    global program, folder
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        globals()[sys.argv[2]]()


if __name__ == "__main__":
    main()
