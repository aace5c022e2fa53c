#!/usr/bin/env python3
"""Checks the size of files, functions and classes against the budgets of the design."""
import ast
import sys
from dataclasses import dataclass
from pathlib import Path

from cpp_scanner import scan
from cpp_tokens import ScanError

FOLDERS = ("src", "apps", "tests", "fuzz", "bench", "python", "scripts")
LIMITS = {"file lines": 400, "lines": 60, "parameters": 6, "nesting": 4, "members": 12}

# (file, what, name): why it may be over budget. One that is not over budget is an error too.
EXCEPTIONS = {
    ("src/nanobragg/config/options/settings.hpp", "members", "Settings"):
        "a value for each flag of the command line",
    ("src/nanobragg/io/geometry/geometry_file.hpp", "members", "GeometryFile"):
        "all that files of other programs can say of an experiment",
    ("src/nanobragg/model/detector_placement.hpp", "members", "DetectorPlacement"):
        "the numbers by which a beamline describes one detector",
    ("python/nanobragg/_refine.py", "parameters", "refine"):
        "an option of the command each, by name",
    ("python/nanobragg/_stills.py", "parameters", "stills"):
        "an option of the command each, by name",
}


@dataclass(frozen=True)
class Measure:
    """One number that has a budget."""

    path: str
    line: int
    what: str
    name: str
    value: int

    @property
    def key(self):
        return (self.path, self.what, self.name)


def measure_cpp(path, text):
    """Every measure of the functions and classes of a C++ file."""
    report = scan(text)
    for function in report.functions:
        lines = function.last_line - function.first_line + 1
        values = {"lines": lines, "parameters": function.parameters, "nesting": function.nesting}
        if function.name.startswith("lambda"):
            # What encloses it is measured with it.
            values = {"lines": lines, "parameters": function.parameters}
        for what, value in values.items():
            yield Measure(path, function.first_line, what, function.name, value)
    for found in report.classes:
        yield Measure(path, found.line, "members", found.name, found.members)


NESTING = (ast.If, ast.For, ast.While, ast.With, ast.Try)


def python_nesting(node):
    """How many blocks stand in one another below a node."""
    deepest = 0
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children:
            if not isinstance(child, ast.AST):
                continue
            # An elif is an If alone in the else branch of an If.
            is_elif = name == "orelse" and len(children) == 1 and isinstance(child, ast.If)
            own = isinstance(child, NESTING) and not (is_elif and isinstance(node, ast.If))
            deepest = max(deepest, own + python_nesting(child))
    return deepest


def python_members(node):
    """The names of the data of a class: annotated in it, or assigned to self anywhere in it."""
    names = {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)}
    for item in ast.walk(node):
        if isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store):
            if isinstance(item.value, ast.Name) and item.value.id == "self":
                names.add(item.attr)
    return names


def measure_python(path, text):
    """Every measure of the functions and classes of a Python file."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            count = sum(a.arg not in ("self", "cls") for a in arguments)
            yield Measure(path, node.lineno, "lines", node.name, node.end_lineno - node.lineno + 1)
            yield Measure(path, node.lineno, "parameters", node.name, count)
            yield Measure(path, node.lineno, "nesting", node.name, python_nesting(node))
        elif isinstance(node, ast.ClassDef):
            yield Measure(path, node.lineno, "members", node.name, len(python_members(node)))


def measure(path, text):
    """Every measure of one file."""
    yield Measure(path, 1, "file lines", "", text.count("\n"))
    yield from (measure_python if path.endswith(".py") else measure_cpp)(path, text)


def compare(measures, exceptions):
    """Sentences about what is over budget, and about exceptions that nothing needs."""
    over = [m for m in measures if m.value > LIMITS[m.what]]
    problems = [
        f"{m.path}:{m.line}: {m.name + ' has ' if m.name else ''}{m.value} {m.what} "
        f"(the budget is {LIMITS[m.what]})"
        for m in over
        if m.key not in exceptions
    ]
    needed = {m.key for m in over}
    problems += [
        f"scripts/check_budgets.py: nothing needs the exception {key}"
        for key in exceptions
        if key not in needed
    ]
    return problems


def main():
    root = Path(__file__).resolve().parent.parent
    files = [f for d in FOLDERS for s in ("cpp", "hpp", "py") for f in (root / d).rglob(f"*.{s}")]
    measures, problems = [], []
    for file in sorted(files):
        path = str(file.relative_to(root))
        try:
            measures += measure(path, file.read_text(encoding="utf-8"))
        except ScanError as error:
            problems.append(f"{path}: {error}")
    problems += compare(measures, EXCEPTIONS)
    print("\n".join(problems) or f"budgets: {len(measures)} measures of {len(files)} files, all kept")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
