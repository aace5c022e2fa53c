#!/usr/bin/env python3
"""Checks the direction of includes, where quirks may be named, and what headers may include."""
import re
import sys
from pathlib import Path

from cpp_tokens import without_comments

# A folder may include those before it and itself.
LAYERS = (
    "base distribute geometry random compat model plan physics kernel image trace audit compare report refine io "
    "config commands view"
).split()
# Made by CMake; knows nothing, so all may include it.
GENERATED = {"nanobragg/build_info.hpp"}
# What all kernels share; each other folder of kernel/ is a kernel of its own.
SHARED_BY_KERNELS = ("interface", "pixel", "adjoint")
BACKENDS_MEET = Path("src/nanobragg/kernel/registry.cpp")
QUIRK_FOLDERS = ("compat", "config", "plan", "kernel/reference")
QUIRK_TABLE = Path("src/nanobragg/compat/quirk.cpp")
# Slow to compile, or the business of one file.
NOT_IN_HEADERS = ("fmt/", "toml++/", "nlohmann/", "png", "CLI/", "tbb/", "gemmi/", "hdf5", "Eigen/",
                  "ceres/", "mpi.h", "httplib")
# Only io touches files, and nothing in the library prints.
FILE_HEADERS = {"iostream": (), "fstream": ("io",)}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    """The folder below src/nanobragg of a file or of an include."""
    parts = Path(path).parts
    return parts[parts.index("nanobragg") + 1] if len(parts) > parts.index("nanobragg") + 2 else ""


def backend_of(path):
    """The folder below kernel/ where a kernel stands; empty for what all kernels share."""
    parts = Path(path).parts
    if layer_of(path) != "kernel":
        return ""
    rest = parts[parts.index("kernel") + 1 :]
    return rest[0] if len(rest) > 1 and rest[0] not in SHARED_BY_KERNELS else ""


def direction_problem(path, target):
    """What is wrong with `path` including `target`, a name that starts with nanobragg/."""
    if target in GENERATED:
        return None
    own, other = layer_of(path), layer_of(target)
    for layer in (own, other):
        if layer not in LAYERS:
            return f"'{layer}' is no layer (the list is in scripts/check_includes.py)"
    if LAYERS.index(other) > LAYERS.index(own):
        return f"{own}/ includes {target}, which is above it"
    if backend_of(target) not in ("", backend_of(path)) and path != BACKENDS_MEET and own == "kernel":
        return f"includes another kernel's {target} (only kernel/registry.cpp may)"
    return None


def include_problems(path, text):
    """Problems of the #include lines of one file of src or apps, as (line, problem)."""
    in_library = path.parts[0] == "src"
    for match in INCLUDE.finditer(without_comments(text)):
        line = text.count("\n", 0, match.start()) + 1
        quote, target = match[1], match[2]
        if path.suffix == ".hpp" and target.startswith(NOT_IN_HEADERS):
            yield line, f"a header includes {target} (slow to compile: include it in the .cpp)"
        if not in_library:
            continue
        if target in FILE_HEADERS and layer_of(path) not in FILE_HEADERS[target]:
            yield line, f"{layer_of(path)}/ includes <{target}> (only io and apps read, write, print)"
        if target.startswith("nanobragg/"):
            problem = direction_problem(path, target)
            if problem:
                yield line, problem
        elif quote == '"' and not target.startswith("hwy/"):
            yield line, f'"{target}" does not start with nanobragg/'


def quirk_names(table):
    """The names in the text of the quirk table."""
    names = re.findall(r'\{\s*(\w+),\s*"\1"', table)
    if not names:
        raise SystemExit(f"{QUIRK_TABLE}: no quirk found (has the form of the table changed?)")
    return names


def quirk_problems(path, text, names):
    """Places outside the quirks' folders that name one in code or strings, as (line, problem)."""
    inside = "/".join(path.parts[2:-1]) + "/"
    if path.parts[0] == "src" and any(inside.startswith(f + "/") for f in QUIRK_FOLDERS):
        return
    for match in re.finditer(rf"\b(?:{'|'.join(names)})\b", without_comments(text)):
        line = text.count("\n", 0, match.start()) + 1
        yield line, f"names the quirk {match[0]} (its place is {', '.join(QUIRK_FOLDERS)})"


def problems(root):
    """Every problem below `root`, as file:line: problem."""
    names = quirk_names((root / QUIRK_TABLE).read_text(encoding="utf-8"))
    for folder in ("src", "apps"):
        for file in sorted((root / folder).rglob("*.[ch]pp")):
            path, text = file.relative_to(root), file.read_text(encoding="utf-8")
            for line, problem in include_problems(path, text):
                yield f"{path}:{line}: {problem}"
            for line, problem in quirk_problems(path, text, names):
                yield f"{path}:{line}: {problem}"


def main():
    found = list(problems(Path(__file__).resolve().parent.parent))
    print("\n".join(found) or "includes: no problem")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
