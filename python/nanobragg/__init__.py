"""X-ray diffraction images of crystals on an absolute scale, and their derivatives."""
import copyreg as _copyreg

from nanobragg._core import (
    ArgumentTypeError,
    Beam,
    Crystal,
    Detector,
    Error,
    Experiment,
    Panel,
    Parameter,
    Refinement,
    Step,
    StructureFactors,
    Trace,
    UsageError,
    __version__,
    amplitude_gradient,
    count,
    exposures,
    gradient,
    jacobian,
    parameter_names,
    parameters,
    read,
    refine,
    simulate,
    trace,
    write,
)
from nanobragg._batch import simulate_batch
from nanobragg._stills import Stills, stills
from nanobragg.show import picture, plot


def _reduce_function(function):
    """What pickle keeps of a built-in function: of ours its name, which pybind11 does not say."""
    ours = getattr(function, "__module__", None) == "nanobragg._core"
    return function.__name__ if ours else function.__reduce_ex__(4)


_copyreg.pickle(type(simulate), _reduce_function)

__all__ = [
    "ArgumentTypeError",
    "Beam",
    "Crystal",
    "Detector",
    "Error",
    "Experiment",
    "Panel",
    "Parameter",
    "Refinement",
    "Step",
    "Stills",
    "StructureFactors",
    "Trace",
    "UsageError",
    "__version__",
    "amplitude_gradient",
    "count",
    "exposures",
    "gradient",
    "jacobian",
    "parameter_names",
    "parameters",
    "picture",
    "plot",
    "read",
    "refine",
    "simulate",
    "simulate_batch",
    "stills",
    "trace",
    "write",
]
