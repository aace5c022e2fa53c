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
from typing import Any, Dict, List, Optional, Tuple, Union

import numpy
from numpy.typing import ArrayLike, DTypeLike

# One array for a detector of one panel, else a list.
Image = Any
'''
# What the module's own signatures leave open: (function, argument or "return").
TYPES = {
    ("simulate", "dtype"): "DTypeLike",
    ("simulate", "return"): "Image",
    ("jacobian", "return"): "Image",
    ("gradient", "d_image"): "ArrayLike | List[ArrayLike]",
    ("gradient", "return"): "Dict[str, float]",
    ("amplitude_gradient", "d_image"): "ArrayLike | List[ArrayLike]",
    ("refine", "observed"): "ArrayLike | List[ArrayLike] | List[List[ArrayLike]]",
    ("image", "return"): "Image",
    ("residuals", "return"): "Image",
    ("correlations", "return"): "numpy.ndarray",
    ("amplitudes", "return"): "Dict[Tuple[int, int, int], Tuple[float, float]]",
    ("values", "return"): "Dict[str, float]",
    ("uncertainties", "return"): "Dict[str, float]",
    ("write", "image"): "ArrayLike | List[ArrayLike]",
    ("count", "image"): "ArrayLike | List[ArrayLike]",
    ("count", "return"): "Image",
    ("write", "path"): "str | os.PathLike[str]",
    ("read", "path"): "str | os.PathLike[str]",
    ("exposures", "path"): "str | os.PathLike[str]",
    ("from_file", "path"): "str | os.PathLike[str]",
    ("from_model", "path"): "str | os.PathLike[str]",
    ("to_file", "path"): "str | os.PathLike[str]",
    ("from_reflections", "hkl"): "ArrayLike",
    ("from_reflections", "amplitudes"): "ArrayLike",
    ("from_table", "table"): "ArrayLike",
    ("table", "return"): "Optional[numpy.ndarray]",
    ("reflections", "return"): "Optional[numpy.ndarray]",
    ("space_group", "return"): "Optional[str]",
    ("with_amplitudes", "amplitudes"): "ArrayLike",
    ("data", "return"): "Dict[str, Any]",
}


def plain(types):
    """Types as Python writes them: no module names of ours, no element types of arrays."""
    types = re.sub(r"numpy\.ndarray\[[^\]]*\]", "numpy.ndarray", types)
    types = re.sub(r"\[\d+\]", "", types)
    return types.replace("nanobragg._core.", "").replace("nanobragg::python::", "")


def signature(doc):
    """The first line of a docstring of pybind11: (arguments, type of the result)."""
    found = re.match(r"\w*\((.*)\) -> (.*)$", doc.split("\n")[0])
    return plain(found[1]), plain(found[2])


def typed(name, arguments, result):
    """The same with the types that the table knows better."""
    for (function, what), better in TYPES.items():
        if function != name:
            continue
        if what == "return":
            result = better
        else:
            arguments = re.sub(rf"\b{what}: [^,=]+", f"{what}: {better}", arguments)
            arguments = re.sub(r"(\S)= ", r"\1 = ", arguments)
    return arguments, result


def documented(head, doc):
    """A definition with its docstring."""
    if not doc:
        return [f"{head} ..."]
    lines = doc.strip().split("\n")
    if len(lines) == 1 and '"' not in lines[0]:
        return [head, f'    """{lines[0]}"""']
    body = textwrap.indent("\n".join(lines), "    ").split("\n")
    return [head, '    r"""' + body[0].strip(), *body[1:], '    """']


def function(name, doc, decorators=()):
    """The lines of a function or method."""
    arguments, result = typed(name, *signature(doc))
    if name == "__init__" or "staticmethod" not in " ".join(decorators):
        arguments = re.sub(r"^(self|arg0): \w+", "self", arguments)
    arguments = arguments.replace("**kwargs", "**fields: Any")
    text = doc.split("\n", 1)[1] if "\n" in doc else ""
    return [*decorators, *documented(f"def {name}({arguments}) -> {result}:", text)]


def members(cls):
    """The lines of what a class defines itself, properties first."""
    own = {n: v for n, v in vars(cls).items() if n == "__init__" or not n.startswith("_")}
    for name, value in own.items():
        if isinstance(value, property):
            _, result = typed(name, *signature(value.fget.__doc__))
            head = f"def {name}(self) -> {result}:"
            doc = value.__doc__ if value.__doc__ != value.fget.__doc__ else ""
            yield ["@property", *documented(head, doc)]
    for name, value in own.items():
        doc = getattr(cls, name).__doc__
        if isinstance(value, property) or not doc or " -> " not in doc.split("\n")[0]:
            continue
        yield function(name, doc, ["@staticmethod"] if isinstance(value, staticmethod) else ())


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
    lines = HEAD.replace("from typing", "import os\nfrom typing").split("\n")
    public = {n: v for n, v in vars(_core).items() if not n.startswith("_")}
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
