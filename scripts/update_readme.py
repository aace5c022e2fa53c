#!/usr/bin/env python3
"""Puts the tables that the program prints (nanobragg docs TABLE) into the README; --check compares."""
import argparse
import pathlib
import re
import subprocess
import sys

TABLES = ("quirks", "flags")


def with_table(text, table, content):
    """The README with what stands between the markers of a table replaced."""
    block = re.compile(rf"(<!-- begin {table} -->\n).*?(<!-- end {table} -->)", re.DOTALL)
    if not block.search(text):
        sys.exit(f"README.md: no markers for the table '{table}'")
    return block.sub(lambda match: match[1] + content + match[2], text)


def main():
    """Rewrites the README, or with --check says whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path, help="the built nanobragg")
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if out of date")
    options = parser.parse_args()
    readme = pathlib.Path(__file__).resolve().parent.parent / "README.md"
    old = new = readme.read_text(encoding="utf-8")
    for table in TABLES:
        command = [options.program, "docs", table]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        new = with_table(new, table, printed)
    if options.check:
        if new != old:
            sys.exit("README.md is out of date: run scripts/update_readme.py PROGRAM")
        return
    readme.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
