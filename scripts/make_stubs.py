#!/usr/bin/env python3
"""Writes nanobragg/_core.pyi, the types of the compiled module, from the module itself.

    PYTHONPATH=build/python/python scripts/make_stubs.py

A test compares the file with what this makes.
"""
import inspect
import re
import textwrap
from pathlib import Path

from nanobragg import _core

STUBS = Path(__file__).resolve().parent.parent / "python" / "nanobragg" / "_core.pyi"
HEAD = '''"""Types of the compiled module; written by scripts/make_stubs.py."""
import os
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy
from numpy.typing import ArrayLike, DTypeLike

from nanobragg.show import View

# One array for a detector of one panel, else a list.
Image = Any
# What makes one: numpy's arrays, those of libraries with DLPack, nested lists.
Pixels = Union[ArrayLike, Sequence[ArrayLike]]
Array = numpy.ndarray[Any, Any]
Numbers = Union[Sequence[float], Array]
Path = Union[str, os.PathLike[str]]
'''
# What the module's own signatures leave open: (function, argument or "return").
TYPES = {
    ("simulate", "dtype"): "DTypeLike",
    ("simulate", "return"): "Image",
    ("jacobian", "return"): "Image",
    ("gradient", "d_image"): "Pixels",
    ("gradient", "return"): "Dict[str, float]",
    ("amplitude_gradient", "d_image"): "Pixels",
    ("image", "return"): "Image",
    ("residuals", "return"): "Image",
    ("correlations", "return"): "Array",
    ("amplitudes", "return"): "Dict[Tuple[int, int, int], Tuple[float, float]]",
    ("values", "return"): "Dict[str, float]",
    ("uncertainties", "return"): "Dict[str, float]",
    ("write", "image"): "Pixels",
    ("count", "image"): "Pixels",
    ("count", "return"): "Image",
    ("from_reflections", "hkl"): "ArrayLike",
    ("from_reflections", "amplitudes"): "ArrayLike",
    ("from_table", "table"): "ArrayLike",
    ("table", "return"): "Optional[Array]",
    ("reflections", "return"): "Optional[Array]",
    ("space_group", "return"): "Optional[str]",
    ("with_amplitudes", "amplitudes"): "ArrayLike",
    ("data", "return"): "Dict[str, Any]",
}
# Of arguments, which take more than results are.
TAKEN = {
    "List[List[float]]": "ArrayLike",
    "Array": "ArrayLike",
    "List[float]": "Numbers",
    "List[": "Sequence[",
    "Dict[": "Mapping[",
    "Optional[function]": "Optional[Callable[[int, int], Any]]",
}
PARTS = {"crystal": "Crystal", "beam": "Beam", "detector": "Detector", "structure_factors": "StructureFactors"}


def plain(types):
    """Types as Python writes them: no module names of ours, no element types of arrays."""
    types = re.sub(r"numpy\.ndarray(\[[^\]]*\])?", "Array", types)
    types = re.sub(r"\bdict\b", "Dict[str, Any]", types)
    types = re.sub(r"\[\d+\]", "", types)
    return types.replace("nanobragg._core.", "").replace("nanobragg::python::", "")


def signature(doc):
    """The first line of a docstring of pybind11: (arguments, type of the result)."""
    found = re.match(r"\w*\((.*)\) -> (.*)$", doc.split("\n")[0])
    return plain(found[1]), plain(found[2])


def pieces(arguments):
    """The arguments, without the commas between them."""
    found, depth = [""], 0
    for letter in arguments:
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [piece.strip() for piece in found if piece.strip()]


def taken(kind):
    """The type of an argument for one of a result."""
    for of_result, of_argument in TAKEN.items():
        end = "" if of_result.endswith("[") else r"(?!\w)"
        kind = re.sub(rf"\b{re.escape(of_result)}{end}", of_argument, kind)
    return kind


def argument(function, piece):
    """An argument with its type."""
    name, colon, rest = piece.partition(": ")
    if not colon or name == "self":
        return piece
    kind, equals, default = rest.partition(" = ")
    kind = "Path" if name == "path" else TYPES.get((function, name)) or taken(kind)
    return f"{name}: {kind}{equals}{default}"


def result_of(name, kind):
    """The type of a result."""
    return TYPES.get((name, "return"), kind)


def fields_of(cls):
    """What replace() takes: (name, type) of each field."""
    if cls.__name__ == "Experiment":
        return list(PARTS.items())
    return [(name, taken(signature(getattr(cls, name).fget.__doc__)[1])) for name in getattr(cls, "_fields", [])]


def documented(head, doc):
    """A definition with its docstring."""
    if not doc:
        return [f"{head} ..."]
    lines = doc.strip().split("\n")
    if len(lines) == 1 and '"' not in lines[0]:
        return [head, f'    """{lines[0]}"""']
    body = textwrap.indent("\n".join(lines), "    ").split("\n")
    return [head, '    r"""' + body[0].strip(), *body[1:], '    """']


def function(name, doc, decorators=(), cls=None):
    """The lines of a function or method."""
    arguments, result = signature(doc)
    if name == "__init__" or "staticmethod" not in " ".join(decorators):
        arguments = re.sub(r"^(self|arg0): \w+", "self", arguments)
    found = [argument(name, piece) for piece in pieces(arguments)]
    if found and found[-1].startswith("**"):
        known = [piece.split(":")[0] for piece in found]
        found[-1:] = ["*", *(f"{field}: {kind} = ..." for field, kind in fields_of(cls) if field not in known)]
    text = doc.split("\n", 1)[1] if "\n" in doc else ""
    return [*decorators, *documented(f"def {name}({', '.join(found)}) -> {result_of(name, result)}:", text)]


def of_package(name, value):
    """The lines of a method that a file of the package adds; it says its types itself."""
    arguments = re.sub(r"^\(self: [\w.']*", "(self", str(inspect.signature(value)).replace("'", ""))
    return documented(f"def {name}{plain(arguments).replace('_core.', '')}:", inspect.getdoc(value))


def members(cls):
    """The lines of what a class defines itself, properties first."""
    own = {n: v for n, v in vars(cls).items() if n == "__init__" or not n.startswith("_")}
    for name, value in own.items():
        if isinstance(value, property):
            _, result = signature(value.fget.__doc__)
            head = f"def {name}(self) -> {result_of(name, result)}:"
            doc = value.__doc__ if value.__doc__ != value.fget.__doc__ else ""
            yield ["@property", *documented(head, doc)]
    for name, value in own.items():
        doc = getattr(cls, name).__doc__
        if inspect.isfunction(value) and " -> " not in (doc or "").split("\n")[0]:
            yield of_package(name, value)
        if isinstance(value, property) or not doc or " -> " not in doc.split("\n")[0]:
            continue
        yield function(name, doc, ["@staticmethod"] if isinstance(value, staticmethod) else (), cls)


def exception(name, cls):
    """The lines of an exception, whose members belong to its values."""
    bases = ", ".join(base.__name__ for base in cls.__bases__)
    parts = ["problem: str", "where: str", "hint: str"] if bases == "Exception" else []
    return [*documented(f"class {name}({bases}):", cls.__doc__), *[f"    {p}" for p in parts], ""]


def class_lines(name, cls):
    """The lines of a class."""
    lines = documented(f"class {name}:", cls.__doc__)
    for member in members(cls):
        lines += ["    " + line if line else "" for line in member]
    return [*lines, ""]


def stubs():
    """The whole text."""
    lines = HEAD.split("\n")
    # What the package's own files call stands there, too.
    public = {n: v for n, v in vars(_core).items() if not n.startswith("__")}
    for name, value in sorted(public.items()):
        if inspect.isclass(value):
            is_error = issubclass(value, Exception)
            lines += exception(name, value) if is_error else class_lines(name, value)
    lines += ["__version__: str", ""]
    for name, value in sorted(public.items()):
        if not inspect.isclass(value):
            lines += [*function(name, value.__doc__), ""]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


if __name__ == "__main__":
    STUBS.write_text(stubs(), encoding="utf-8")
