#!/usr/bin/env python3
"""Checks what holds for the text of any file: first line, no leftovers, no machine's paths, size."""
import re
import subprocess
import sys
from pathlib import Path

LARGEST_BYTES = 1_000_000
# Written so that this file does not match itself.
LEFTOVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
MACHINE_PATH = re.compile(r"(?<![\w.})\-/])/(?:home|root|work|tmp|mnt|Users)/[\w.]")
COMMENTS = {
    ".cpp": "//", ".hpp": "//", ".in": "//", ".py": ('"""', 'r"""', "#"), ".sh": "#",
    ".cmake": "#", "CMakeLists.txt": "#", "Makefile": "#", "run": "#", ".toml": "#",
}


def comment_marks(path):
    """What may begin the first line of a file; empty where nothing is asked of it."""
    if "corpus" in path.parts:  # what a fuzzer starts from need not make sense
        return ()
    return COMMENTS.get(path.name) or COMMENTS.get(path.suffix) or ()


def text_problems(path, text):
    """Problems of one file's text, as (line, problem)."""
    lines = text.split("\n")
    marks = comment_marks(path)
    first = 1 if lines[0].startswith("#!") and len(lines) > 1 else 0
    if marks and not (lines[first].startswith(marks) and re.search(r"\w \w", lines[first])):
        yield first + 1, "the first line does not say what the file is"
    for number, line in enumerate(lines, 1):
        leftover, machine = LEFTOVER.search(line), MACHINE_PATH.search(line)
        if leftover:
            yield number, f"{leftover[0]} (do it, or make it an issue)"
        if machine:
            yield number, f"{machine[0]}… is a path of one machine"


def file_problems(path, content):
    """Problems of one file, as file:line: problem."""
    if len(content) > LARGEST_BYTES:
        yield f"{path}: {len(content)} bytes (at most {LARGEST_BYTES} are kept in the repository)"
    if b"\0" in content:
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    for line, problem in text_problems(path, text):
        yield f"{path}:{line}: {problem}"


def files_of(root):
    """The files that git tracks or would; without git, all outside build folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
        names = [Path(name) for name in listing.decode("utf-8").split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [f.relative_to(root) for f in root.rglob("*")]
        names = [f for f in names if not f.parts[0].startswith(("build", ".git"))]
    return sorted(name for name in names if (root / name).is_file())


def main():
    root = Path(__file__).resolve().parent.parent
    files = files_of(root)
    found = [p for f in files for p in file_problems(f, (root / f).read_bytes())]
    print("\n".join(found) or f"text: {len(files)} files, no problem")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
