#!/usr/bin/env python3
"""Puts the tables that the program prints (nanobragg docs TABLE) into docs/TABLE.md; --check compares."""
import argparse
import pathlib
import re
import subprocess
import sys

TABLES = ("quirks", "flags", "materials")


def with_table(text, table, content):
    """The document with what stands between the markers of a table replaced."""
    block = re.compile(rf"(<!-- begin {table} -->\n).*?(<!-- end {table} -->)", re.DOTALL)
    if not block.search(text):
        sys.exit(f"docs/{table}.md: no markers for the table '{table}'")
    return block.sub(lambda match: match[1] + content + match[2], text)


def main():
    """Rewrites the documents, or with --check says whether they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path, help="the built nanobragg")
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if out of date")
    options = parser.parse_args()
    for table in TABLES:
        document = pathlib.Path(__file__).resolve().parent.parent / "docs" / f"{table}.md"
        old = document.read_text(encoding="utf-8")
        command = [options.program, "docs", table]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        new = with_table(old, table, printed)
        if options.check and new != old:
            sys.exit(f"docs/{document.name} is out of date: run scripts/update_tables.py PROGRAM")
        if new != old:
            document.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
