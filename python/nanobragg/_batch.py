"""Many images of one experiment in one call."""
import concurrent.futures

import numpy

from nanobragg import _core


def simulate_batch(experiment, values, dtype="float32", threads=None):
    """Images of an experiment at many values of its parameters: an array (n, slow, fast).

        images = nanobragg.simulate_batch(experiment, {"misset": missets})    # missets: (n, 3), °

    values: a dict from names of parameters to arrays (n,), of groups to arrays (n, k), in their
    units; each image is simulate(experiment.with_values(...)) of its row, bit for bit. Several images
    are made at once, on one thread each. Raises UsageError for arrays of other lengths, and for a
    detector of several panels.
    """
    arrays = {name: numpy.asarray(array, dtype="float64") for name, array in dict(values).items()}
    lengths = {name: len(array) if array.ndim else -1 for name, array in arrays.items()}
    if len(set(lengths.values())) != 1 or -1 in lengths.values():
        said = ", ".join(f"'{name}' has {n}" for name, n in lengths.items()) or "there are none"
        raise _core.UsageError(f"'values' does not take arrays of different lengths ({said})")
    if len(experiment.detector.panels) != 1:
        raise _core.UsageError("simulate_batch takes a detector of one panel")
    (length,) = set(lengths.values())
    images = numpy.zeros((length, *experiment.detector.panels[0].shape), dtype)

    def render(i):
        at = experiment.with_values({name: array[i].tolist() for name, array in arrays.items()})
        images[i] = _core.simulate(at, dtype, 1)

    with concurrent.futures.ThreadPoolExecutor(threads or experiment.threads) as pool:
        for _ in pool.map(render, range(length)):
            pass
    return images
