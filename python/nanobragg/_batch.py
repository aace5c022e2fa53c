"""Many images of one experiment in one call."""
from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Mapping
from typing import Any, Optional

import numpy
from numpy.typing import ArrayLike, DTypeLike

from nanobragg import _arguments, _core


def _arrays(values: Mapping[str, ArrayLike]) -> tuple[dict[str, numpy.ndarray], int]:
    """The values as arrays of one length, and this length."""
    if not isinstance(values, Mapping):
        raise _arguments.wrong_type("values", values, "a dict from names of parameters to arrays")
    arrays = {}
    for name, value in values.items():
        try:
            arrays[name] = numpy.asarray(value, dtype="float64")
        except (TypeError, ValueError):
            raise _arguments.wrong_type(f"values[{name!r}]", value, "an array of numbers") from None
    lengths = {name: len(array) if array.ndim else -1 for name, array in arrays.items()}
    if len(set(lengths.values())) != 1 or -1 in lengths.values():
        said = ", ".join(f"'{name}' has {n}" for name, n in lengths.items()) or "there are none"
        raise _arguments.usage_error(f"'values' does not take arrays of different lengths ({said})")
    return arrays, next(iter(lengths.values()))


@_arguments.named("simulate_batch does")
def simulate_batch(
    experiment: _core.Experiment,
    values: Mapping[str, ArrayLike],
    dtype: DTypeLike = "float32",
    threads: Optional[int] = None,
    progress: Optional[Callable[[int, int], Any]] = None,
) -> Any:
    """Images of an experiment at many values of its parameters: an array (n, slow, fast).

        images = nanobragg.simulate_batch(experiment, {"misset": missets})    # missets: (n, 3), °

    values: a dict from names of parameters to arrays (n,), of groups to arrays (n, k), in their
    units; each image is simulate(experiment.with_values(...)) of its row, bit for bit. Several images
    are made at once, on one thread each. progress: called with how many images are made and how many
    there are, after each. Of a detector of several panels, a list of arrays, one for each panel.
    Raises UsageError for arrays of other lengths.
    """
    if not isinstance(experiment, _core.Experiment):
        raise _arguments.wrong_type("experiment", experiment, "an Experiment")
    arrays, length = _arrays(values)
    panels = experiment.detector.panels
    images = [numpy.zeros((length, *panel.shape), dtype) for panel in panels]

    def render(i: int) -> None:
        at = experiment.with_values({name: array[i].tolist() for name, array in arrays.items()})
        image = _core.simulate(at, dtype, 1)
        for to, part in zip(images, image if len(panels) > 1 else [image]):
            to[i] = part

    with concurrent.futures.ThreadPoolExecutor(threads or experiment.threads) as pool:
        try:
            for done, _ in enumerate(pool.map(render, range(length)), 1):
                if progress is not None:
                    progress(done, length)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return images if len(panels) > 1 else images[0]
