#!/usr/bin/env python3
"""Checks that objects for one instruction set define nothing that the linker might take for all."""
import re
import subprocess
import sys

# nm's letters for definitions that may stand in several objects, of which the linker keeps one.
SHARED = "WVu"


def problems(isa, listing):
    """Shared symbols of an object that do not name its instruction set."""
    for line in listing.splitlines():
        match = re.match(rf"[0-9a-f]+ ([{SHARED}]) (.*)", line)
        if match and f"simd::{isa}::" not in match[2]:
            yield f"{match[2]} (it may replace the general one: keep it out of kernel/simd/isa_*.cpp)"


def main():
    """Arguments: --isa NAME OBJECT … as often as there are instruction sets."""
    found, isa, objects = [], None, 0
    arguments = iter(sys.argv[1:])
    for argument in arguments:
        if argument == "--isa":
            isa = next(arguments)
            continue
        command = ["nm", "--demangle", "--defined-only", argument]
        listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found += [f"{argument}: {problem}" for problem in problems(isa, listing)]
        objects += 1
    print("\n".join(found) or f"isa symbols: {objects} objects, no problem")
    return 1 if found or not objects else 0


if __name__ == "__main__":
    sys.exit(main())
