#!/usr/bin/env python3
"""Checks that what documents and comments refer to exists: links, headings, files of the tree."""
import re
import sys
from pathlib import Path

from check_text import files_of

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
# A path with a folder and an ending of this tree, as in "physics/water.hpp" or "docs/trace.md".
PATH = re.compile(r"(?<![\w./*{-])((?:[\w.-]+/)+[\w.-]+\.(?:cpp|hpp|\{hpp,cpp\}|py|md|sh))(?![\w*])")
# Where a path of a comment may begin.
ROOTS = ("", "src/", "src/nanobragg/", "python/", "python/nanobragg/", "tests/", "docs/")
CODE = (".cpp", ".hpp", ".py", ".sh", ".cmake", ".txt")
# Names that stand for any file, and files of others.
EXAMPLES = re.compile(r"(^|/)(x|NAME|TABLE|foo|bar)[._]|(^|/)x/|^(a|b|c|p)/|^\.\./")


def anchor(heading):
    """The anchor that a reader of Markdown gives a heading."""
    words = re.sub(r"[`*_]|\[|\]\([^)]*\)", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def link_problems(root, name, text):
    """Dead links of a document, as (line, problem)."""
    for match in LINK.finditer(text):
        target, _, fragment = match[1].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = root / name.parent / target if target else root / name
        line = text.count("\n", 0, match.start()) + 1
        if not file.exists():
            yield line, f"{match[1]}: there is no such file"
        elif fragment and fragment not in map(anchor, HEADING.findall(file.read_text("utf-8"))):
            yield line, f"{match[1]}: there is no such heading"


def path_problems(root, name, text):
    """Files that a document or a comment names and the tree does not have, as (line, problem)."""
    for number, line in enumerate(text.split("\n"), 1):
        if name.suffix in CODE:
            comment = re.search(r"(?:^|\s)(?://|#(?!include)|\"\"\")(.*)", line)
            line = comment[1] if comment else ""
        for match in PATH.finditer(line):
            path = match[1].replace("{hpp,cpp}", "hpp")
            if EXAMPLES.search(path):
                continue
            if not any((root / start / path).exists() for start in (*ROOTS, f"{name.parent}/")):
                yield number, f"{match[1]}: there is no such file"


def main():
    root = Path(__file__).resolve().parent.parent
    found = []
    for name in files_of(root):
        kept = name.suffix == ".md" or name.suffix in CODE
        if not kept or {"corpus", "field", "cases"} & set(name.parts) or name.name == "CHANGELOG.md":
            continue
        text = (root / name).read_text("utf-8")
        problems = list(path_problems(root, name, text))
        if name.suffix == ".md":
            problems += link_problems(root, name, text)
        found += [f"{name}:{line}: {problem}" for line, problem in sorted(set(problems))]
    print("\n".join(found) or "references: no dead one")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
