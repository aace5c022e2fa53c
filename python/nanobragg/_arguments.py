"""Wrong arguments in words: which one it is, and what it takes."""
from __future__ import annotations

import difflib
import functools
import inspect
import numbers
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

import numpy

from nanobragg import _core

Function = TypeVar("Function", bound=Callable[..., Any])
_EMPTY = inspect.Parameter.empty


def usage_error(problem: str, hint: str = "", kind: type[_core.UsageError] = _core.UsageError) -> _core.UsageError:
    """An error with the parts that those of the compiled module have."""
    error = kind(f"{problem}: {hint}" if hint else problem)
    error.problem, error.where, error.hint = problem, "", hint
    return error


def _argument_error(problem: str, hint: str = "") -> _core.UsageError:
    return usage_error(problem, hint, _core.ArgumentTypeError)


def _shown(value: Any) -> str:
    """A value, as far as it fits in a line."""
    text = repr(value)
    return text if len(text) <= 60 else type(value).__name__


def wrong_type(name: str, value: Any, takes: str) -> _core.UsageError:
    """The error of an argument of a wrong type."""
    return _argument_error(f"'{name}' does not take {_shown(value)} (it takes {takes})")


def _unbound(subject: str, signature: inspect.Signature, arguments: tuple, keywords: dict) -> _core.UsageError | None:
    """The error of arguments that have no place in a signature or are missing; None where all is well."""
    try:
        signature.bind(*arguments, **keywords)
        return None
    except TypeError as error:
        otherwise = f"{subject} not take these arguments ({error})"
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    arguments = arguments[len(signature.parameters) - len(parameters) :]
    in_order = [p for p in parameters if p.kind == p.POSITIONAL_OR_KEYWORD]
    known = [p.name for p in parameters if p.kind != p.VAR_KEYWORD]
    unknown = [name for name in keywords if name not in known] if len(known) == len(parameters) else []
    missing = [p.name for p in in_order[len(arguments) :] if p.default is _EMPTY and p.name not in keywords]
    if unknown:
        likely = difflib.get_close_matches(unknown[0], known, 1)
        they = f"did you mean '{likely[0]}'?" if likely else f"known are {', '.join(sorted(known))}"
        return _argument_error(f"{subject} not take '{unknown[0]}'", they)
    if len(arguments) > len(in_order):
        return _argument_error(f"{subject} not take {len(arguments)} arguments in order", "name those that follow "
                               f"'{in_order[-1].name}'" if in_order else "")  # fmt: skip
    return _argument_error(f"'{missing[0]}' is missing" if missing else otherwise)


def named(subject: str) -> Callable[[Function], Function]:
    """Has a function of Python raise errors that name its arguments: "refine does not take 'metod'"."""

    def decorate(function: Function) -> Function:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def call(*arguments, **keywords):
            error = _unbound(subject, signature, arguments, keywords)
            if error is not None:
                raise error
            return function(*arguments, **keywords)

        return cast(Function, call)

    return decorate


def _pieces(text: str) -> list[str]:
    """The parts of a text between commas that stand in no brackets."""
    pieces, depth = [""], 0
    for letter in text:
        depth += (letter in "[({") - (letter in "])}")
        if letter == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += letter
    return [piece.strip() for piece in pieces if piece.strip()]


def _parts(kind: str) -> tuple[str, list[str]]:
    """"Dict[str, float]" as ("Dict", ["str", "float"])."""
    found = re.fullmatch(r"(\w+)\[(.*)\]", kind)
    return (found[1], _pieces(found[2])) if found else (kind, [])


def _of_length(kind: str) -> tuple[str, int | None]:
    """"float[3]", which is what a list of three has in it, as ("float", 3)."""
    found = re.fullmatch(r"(.*)\[(\d+)\]", kind)
    return (found[1], int(found[2])) if found else (kind, None)


def _is_list(value: Any) -> bool:
    return isinstance(value, (Iterable, numpy.ndarray)) and not isinstance(value, (str, bytes, Mapping))


def _fits_list(value: Any, inner: str) -> bool:
    item, length = _of_length(inner)
    return _is_list(value) and length in (None, len(list(value))) and all(_fits(one, item) for one in value)


_SIMPLE: dict[str, Callable[[Any], bool]] = {
    "int": lambda value: hasattr(value, "__index__") and not isinstance(value, (bool, numpy.ndarray)),
    "float": lambda value: isinstance(value, numbers.Real) or (hasattr(value, "__float__") and not _is_list(value)),
    "bool": lambda value: isinstance(value, (bool, numpy.bool_)),
    "str": lambda value: isinstance(value, str),
    "function": callable,
}


def _fits(value: Any, kind: str) -> bool:
    """Whether a value can be taken as a type that pybind11 names so."""
    name, inner = _parts(kind)
    if name in _SIMPLE:
        return _SIMPLE[name](value)
    if name == "Optional":
        return value is None or _fits(value, inner[0])
    if name == "Union":
        return any(_fits(value, one) for one in inner)
    if name == "Tuple":
        return _is_list(value) and len(list(value)) == len(inner) and all(map(_fits, value, inner))
    if name == "Dict":
        return isinstance(value, Mapping) and all(_fits(k, inner[0]) and _fits(v, inner[1]) for k, v in value.items())
    if name == "List":
        return _fits_list(value, inner[0])
    known = getattr(_core, name, None)
    return isinstance(value, known) if isinstance(known, type) else True


_WORDS = {"int": "a whole number", "float": "a number", "bool": "True or False", "str": "text", "function": "a function"}
_PLURALS = {"int": "whole numbers", "float": "numbers", "str": "texts"}


def _in_words(kind: str) -> str:
    """A type of pybind11 for people."""
    name, inner = _parts(kind)
    if name == "Optional":
        return f"{_in_words(inner[0])}, or None"
    if name == "Union":
        return " or ".join(map(_in_words, inner))
    if name == "Tuple":
        return f"{len(inner)} values"
    if name == "Dict":
        return f"a dict by name of {_in_words(inner[1])}"
    if name == "List":
        item, length = _of_length(inner[0])
        count = f"{length} " if length else ""
        return count + _PLURALS[item] if item in _PLURALS else f"{count or 'a list of '}{_in_words(item)}"
    return _WORDS.get(name, name)


class _Default:
    """A default value by its text, as help() shows it."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text


class _Compiled:
    """What a compiled function takes, by the first line of its docstring."""

    def __init__(self, text: str, has_self: bool):
        text = re.sub(r"numpy\.ndarray\[[^\]]*\]", "object", text)
        self.kinds: dict[str, str] = {}
        parameters = []
        for piece in _pieces(text.replace("nanobragg._core.", "").replace("nanobragg::python::", "")):
            name, _, rest = piece.partition(":")
            kind, _, default = rest.partition(" = ")
            if piece.startswith("**"):
                parameters.append(inspect.Parameter(piece[2:], inspect.Parameter.VAR_KEYWORD))
            elif has_self and not parameters:
                parameters.append(inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY))
            else:
                self.kinds[name] = kind.strip()
                value = _Default(default) if default else _EMPTY
                parameters.append(inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=value))
        self.signature = inspect.Signature(parameters)

    def error_of(self, subject: str, arguments: tuple, keywords: dict) -> _core.UsageError | None:
        """Why a call does not fit; None where that does not show."""
        error = _unbound(subject, self.signature, arguments, keywords)
        if error is not None:
            return error
        given = self.signature.bind(*arguments, **keywords).arguments
        for name, kind in self.kinds.items():
            if name in given and not _fits(given[name], kind):
                return wrong_type(name, given[name], _in_words(kind))
        for name, kind in self.kinds.items():
            if name in given and kind in ("int", "Optional[int]") and given[name] is not None and given[name] < 0:
                return wrong_type(name, given[name], "a whole number, at least 0")
        return None


def explained(function: Callable, name: str, has_self: bool = False) -> Callable:
    """A compiled function as nanobragg.`name`, whose errors of arguments name them."""
    found = re.match(r"\w+\((.*)\) -> .*", (function.__doc__ or "").split("\n")[0])
    if not found:
        return function
    compiled = _Compiled(found[1], has_self)
    subject = f"{name.replace('.__init__', '')} does"

    @functools.wraps(function)
    def call(*arguments, **keywords):
        try:
            return function(*arguments, **keywords)
        except TypeError as error:
            # As pybind11 says that no signature fits.
            if isinstance(error, _core.Error) or "incompatible" not in str(error):
                raise
            words = compiled.error_of(subject, arguments, keywords)
            if words is None:
                raise
            raise words from None

    call.__module__, call.__qualname__ = "nanobragg", name
    call.__signature__ = compiled.signature  # type: ignore[attr-defined]
    return call


def explain(cls: type) -> None:
    """The same of all methods of a class."""
    for name, value in list(vars(cls).items()):
        if isinstance(value, property) or (name.startswith("_") and name != "__init__"):
            continue
        is_static = isinstance(value, staticmethod)
        own = getattr(cls, name)
        words = explained(own, f"{cls.__name__}.{name}", not is_static) if callable(own) else own
        if words is not own:
            setattr(cls, name, staticmethod(words) if is_static else words)
