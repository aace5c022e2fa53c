#!/usr/bin/env python3
"""Times training stills of one megapixel with everything in them, beside the operations of nanoBragg.c.

    PYTHONPATH=build/python/python /usr/bin/python3 bench/stills_rate.py [--images 20] [--domains 10] [--broad]

Three lattices, water and air, a point spread, gain, read-out noise, calibration and flicker, with labels. Each figure
is the processor time of one thread an image, without what is made once.
"""
import argparse
import time
import warnings

import nanobragg

FLAGS = (
    "-cell 79 79 38 90 90 90 -wilson 14.5,1 -dmin 1.8 -gauss_cells -Na 60 -Nb 60 -Nc 120 "
    "-mosaic_shape gauss -mosaic 0.05 -lambda 0.9768 -dispersion_shape gauss -dispersion 0.02 -divergence_shape gauss "
    "-hdivrange 0.1 -vdivrange 0.1 -fluence 2e19 -beamsize 0.05 -distance 200 -pixel 0.2 -detpixels 1024 "
    "-background water:50um -background air:150mm -threads 1"
).split()
# Spots of many more pixels.
BROAD = "-mosaic 0.2 -dispersion 0.1 -hdivrange 0.5 -vdivrange 0.5".split()
READ_OUT = "-gain 1.8 -readout 3 -calibration 0.02 -flicker 0.01".split()
PARTS = {
    "one lattice alone": ([], {}),
    "three lattices": ([], {"lattices": 3}),
    "and a Gaussian point spread": (["-psf", "gauss", "-psf_fwhm", "120"], {"lattices": 3}),
    "and read-out": (["-psf", "gauss", "-psf_fwhm", "120", *READ_OUT], {"lattices": 3}),
    "the same with a fibre's spread": (["-psf", "fibre", "-psf_fwhm", "120", *READ_OUT], {"lattices": 3}),
}


def seconds_an_image(flags, options, images):
    """Processor time; the first image makes what all share."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        series = nanobragg.stills(flags, images + 1, vary={"b_factor": "range:5,40"}, **options)
    series[0]
    start = time.process_time()
    for i in range(images):
        series[1 + i]
    return (time.process_time() - start) / images


def seconds_of_reference(domains):
    """Three lattices by the kernel that repeats nanoBragg.c's operations, sampled; without background and read-out."""
    flags = ("-cell 79 79 38 90 90 90 -default_F 100 -gauss_xtal -Na 60 -Nb 60 -Nc 120 -lambda 0.9768 -fluence 2e19 "
             "-distance 200 -pixel 0.2 -detpixels 1024 -oversample 1 -mosaic 0.2 -compat reference -threads 1").split()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        experiment = nanobragg.Experiment.from_flags([*flags, "-mosaic_dom", str(domains)])
    start = time.process_time()
    nanobragg.simulate(experiment)
    return 3 * (time.process_time() - start)


def main():
    """Prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--broad", action="store_true", help="mosaic 0.2°, bandwidth 0.1 %%, divergence 0.5 mrad")
    parser.add_argument("--domains", type=int, default=10, help="mosaic domains of the reference; 0: leave it out")
    arguments = parser.parse_args()
    whole = 0.0
    for name, (flags, options) in PARTS.items():
        ours = seconds_an_image([*FLAGS, *(BROAD if arguments.broad else []), *flags], options, arguments.images)
        print(f"{name:32} {1e3 * ours:7.1f} ms an image, {1 / ours:6.1f} a second and thread")
        if name == "and read-out":
            whole = ours
    if arguments.domains:
        theirs = seconds_of_reference(arguments.domains)
        print(f"{'reference, spots alone':32} {1e3 * theirs:7.1f} ms an image, {theirs / whole:6.1f} times 'and read-out'")


if __name__ == "__main__":
    main()
