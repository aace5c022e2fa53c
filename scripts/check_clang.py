#!/usr/bin/env python3
"""Checks that clang takes the sources of a build, without making code of them.

    check_clang.py BUILD [FOLDER …] [--jobs N] [--clang clang++]

BUILD holds compile_commands.json; of it, the sources in the folders are looked at (all without a
folder). One is looked at again when it, a header that it includes, or its command has changed. What
g++ alone understands is left out of the command; a source that is built for several instruction sets
is looked at for the first of them. Sources that use gemmi see its CIF document as fuzz/CMakeLists.txt
has it, which clang takes.
"""
import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ONLY_GCC = ("-finline-limit", "--param", "-mmove-max", "-mstore-max")
CIF_DOCUMENT = Path("/usr/include/gemmi/cifdoc.hpp")
CONSTRUCTORS = re.compile(r"(explicit Block\(const std::string& name_\)|Block\(\) {})")
# What most sources include is read once for all that are compiled alike.
COMMON_HEADERS = ("algorithm array cmath filesystem functional map memory optional span string vector "
                  "fmt/format.h").split()
FEWEST_TO_PRECOMPILE = 10


def syntax_options(entry):
    """The options of an entry of compile_commands.json that clang understands too."""
    words = shlex.split(entry["command"])
    compiler = next(i for i, word in enumerate(words) if not word.endswith("ccache"))
    words = words[compiler + 1 :]
    output = words.index("-o")
    words = words[:output] + words[output + 2 :]
    left_out = ("-O", "-c") + ONLY_GCC
    return [w for w in words if not w.startswith(left_out) and w != entry["file"]]


def chosen(entries, folders):
    """The entries by source, each source once."""
    by_source = {}
    for entry in entries:
        name = Path(entry["file"])
        is_asked_for = not folders or any(folder in name.parents for folder in folders)
        if is_asked_for:
            by_source.setdefault(entry["file"], entry)
    return list(by_source.values())


def alike(entries, folder):
    """Entries for the sources in a folder that the build leaves out, as a part of the library."""
    model = next(entry for entry in entries if entry["file"].endswith("/base/error.cpp"))
    root = folder.parent
    command = model["command"].replace(f"-I{root}/src", f"-I{root}/src -I{root}/tests -I{folder}")
    return [model | {"file": str(source), "command": command.replace(model["file"], str(source))}
            for source in sorted(folder.glob("*.cpp"))]


def headers_of(rule):
    """What a make rule says that its target depends on."""
    return shlex.split(rule.partition(":")[2].replace("\\\n", " "))


def is_unchanged(stamp, depends, command):
    """Whether clang took this source with this command, and nothing it includes is newer."""
    if not stamp.exists() or not depends.exists() or stamp.read_text() != command:
        return False
    taken = stamp.stat().st_mtime
    try:
        return all(os.stat(name).st_mtime <= taken for name in headers_of(depends.read_text()))
    except OSError:
        return False


class Checker:
    """Runs clang, and remembers in a folder what it took."""

    def __init__(self, clang, folder):
        self.clang = clang
        self.folder = folder
        self.precompiled = {}

    def precompile(self, entries):
        """Reads the common headers for options that many sources share."""
        options = Counter(shlex.join(syntax_options(entry)) for entry in entries)
        if CIF_DOCUMENT.exists():
            document = CONSTRUCTORS.sub(r"template <int = 0> \1", CIF_DOCUMENT.read_text())
            (self.folder / "cifdoc.hpp").write_text(document)
        header = self.folder / "common.hpp"
        header.write_text("".join(f"#include <{name}>\n" for name in COMMON_HEADERS))
        for number, (words, count) in enumerate(options.items()):
            target = self.folder / f"common-{number}.pch"
            if count < FEWEST_TO_PRECOMPILE:
                continue
            made = subprocess.run([self.clang, *shlex.split(words), "-x", "c++-header", header, "-o", target],
                                  capture_output=True, check=False)
            if made.returncode == 0:
                self.precompiled[words] = ["-include-pch", str(target)]

    def look_at(self, entry):
        """What clang says against a source; nothing where it takes it."""
        options = syntax_options(entry)
        name = entry["file"].strip("/").replace("/", "_")
        stamp, depends = self.folder / f"{name}.ok", self.folder / f"{name}.d"
        if is_unchanged(stamp, depends, shlex.join(options)):
            return ""
        of_gemmi = ["-isystem", str(CIF_DOCUMENT.parent), "-include", str(self.folder / "cifdoc.hpp")]
        is_of_gemmi = "#include <gemmi/" in Path(entry["file"]).read_text()
        command = [self.clang, *self.precompiled.get(shlex.join(options), []), "-fsyntax-only",
                   *options, *(of_gemmi if is_of_gemmi else []), entry["file"], "-MD", "-MF", depends]
        result = subprocess.run(command, cwd=entry["directory"], capture_output=True, text=True,
                                check=False)
        if result.returncode == 0:
            stamp.write_text(shlex.join(options))
            return ""
        return result.stderr or f"{entry['file']}: clang ended with {result.returncode}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("folders", type=lambda name: Path(name).resolve(), nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--clang", default="clang++")
    options = parser.parse_args()
    if not shutil.which(options.clang):
        print(f"no {options.clang} (scripts/install_packages.sh clang installs it)")
        return 77
    entries = json.loads((options.build / "compile_commands.json").read_text())
    for left_out in options.folders:
        if not any(left_out in Path(entry["file"]).parents for entry in entries):
            entries += alike(entries, left_out)
    entries = chosen(entries, options.folders)
    folder = options.build.resolve() / "clang"
    folder.mkdir(exist_ok=True)
    checker = Checker(options.clang, folder)
    checker.precompile(entries)
    with ThreadPoolExecutor(options.jobs) as pool:
        said = list(pool.map(checker.look_at, entries))
    problems = [text for text in said if text]
    print("".join(problems), end="")
    print(f"clang takes {len(said) - len(problems)} of {len(said)} sources")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
