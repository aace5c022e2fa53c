"""Refinement with its options by name."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional, Tuple, Union

from numpy.typing import ArrayLike

from nanobragg import _arguments, _core

Observed = Union[ArrayLike, Sequence[ArrayLike], Sequence[Sequence[ArrayLike]]]
Pair = Tuple[float, float]


@_arguments.named("refine does")
def refine(
    experiment: _core.Experiment,
    observed: Observed,
    parameters: Sequence[str],
    *,
    pixels: str = "all",
    method: str = "lm",
    iterations: Optional[int] = None,
    background: str = "none",
    crystal_system: str = "auto",
    restraints: Optional[Mapping[str, Pair]] = None,
    bounds: Optional[Mapping[str, Pair]] = None,
    loss: str = "poisson",
    variance: str = "model",
    read_noise: float = 1.0,
    robust: Optional[float] = None,
    turned: Optional[Sequence[float]] = None,
    offset: Optional[float] = None,
    gain: Optional[float] = None,
    threads: Optional[int] = None,
    monitor: Optional[Callable[[_core.Step], Any]] = None,
) -> _core.Refinement:
    """Moves parameters of an experiment until its image fits an observed one.

    observed: photons, an array (slow, fast) or a list, one for each panel; NaN or negative where a pixel
    does not count. parameters: names or groups, 'F' for every amplitude that shows, 'F(1,-2,3)' for one.

    The options are those of `nanobragg refine`, of the same words:
    pixels: 'all', 'spots:N:HALF', 'random:N:SEED' or 'roi:FILE'.
    method: 'lm', 'lbfgs' or 'adam'; iterations: at most; not given: as many as the method has by itself.
    background: 'none', 'constant' or 'plane-per-spot'.
    crystal_system: a name, or 'auto': as the starting cell looks.
    restraints: {name: (value, sigma)}; bounds: {name: (lower, upper)}, in the units of parameters().
    loss: 'poisson' or 'gaussian'; variance of gaussian: 'model' or 'observed'; read_noise: photons;
    robust: deviations beyond which a pixel counts less; not given: all count.
    turned: angles of the spindle from the experiment's in °, one for each image; observed is then a
    list of images.
    offset, gain: photons are (observed - offset)/gain; not given: 0 and 1.
    threads: as -threads says where not given; without effect on the result.
    monitor: called with each Step; a true answer stops at the best state so far.

    Returns a Refinement. Raises UsageError for a request that contradicts itself, Error for images that
    cannot determine the parameters, KeyboardInterrupt on Ctrl-C.
    """
    options = dict(locals())
    for name in ("experiment", "observed", "parameters"):
        del options[name]
    return _core._refine(experiment, observed, parameters, options)
