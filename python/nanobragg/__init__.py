"""X-ray diffraction images of crystals on an absolute scale, and their derivatives."""
from typing import TYPE_CHECKING

from nanobragg import _arguments, _core
from nanobragg._batch import simulate_batch
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
)
from nanobragg._refine import refine
from nanobragg._stills import Stills, stills
from nanobragg.show import picture, plot

if TYPE_CHECKING:
    from nanobragg._core import (
        amplitude_gradient,
        count,
        exposures,
        gradient,
        jacobian,
        parameter_names,
        parameters,
        read,
        simulate,
        trace,
        write,
    )
else:
    for _name in ("amplitude_gradient", "count", "exposures", "gradient", "jacobian", "parameter_names",
                  "parameters", "read", "simulate", "trace", "write"):
        globals()[_name] = _arguments.explained(getattr(_core, _name), _name)

for _class in (Beam, Crystal, Detector, Experiment, Panel, StructureFactors):
    _arguments.explain(_class)

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
