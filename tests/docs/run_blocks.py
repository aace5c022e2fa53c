#!/usr/bin/env python3
"""Runs the code blocks of a document as a reader would, one after the other.

    run_blocks.py PROGRAM DOCUMENT [--python FOLDER]

Blocks are fenced: sh is run by a shell with the program on the path, python by this interpreter with the
module in FOLDER (without it, they are passed over), text is what programs print or files hold. A block without
a language is an error, as is one indented by four spaces. All sh blocks of a document share a copy of the examples,
and each begins in the folder in which the last one ended. A block whose first line is

    # not run by the tests: REASON

is passed over, and the reason printed. What takes a reader a minute is run for fewer images or steps: QUICK says how.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(.*)\n([\s\S]*?)^```$", re.MULTILINE)
NOT_RUN = re.compile(r"# not run by the tests: (\S.*)")
# Where the commands of a document begin, as its text says.
BEGINS_IN = {"docs/tutorial.md": "examples/lysozyme", "examples/lysozyme/README.md": "examples/lysozyme"}
QUICK = [("--images 40 ", "--images 2 "), ("nanobragg refine ", "nanobragg refine --iterations 1 ")]
LANGUAGES = {"sh", "python", "text"}


def blocks(text):
    for match in FENCE.finditer(text):
        yield text[: match.start()].count("\n") + 1, match[1].strip(), match[2]


def problems_of_form(name, text):
    without = FENCE.sub("", text)
    for line in re.findall(r"(?:\A|\n)\n((?: {4}).*)", without):
        yield f"{name}: an indented block, whose language nobody knows: {line.strip()!r}"
    for number, language, source in blocks(text):
        if language == "text" and re.search(r"^\$ ", source, re.MULTILINE) and not NOT_RUN.match(source):
            yield f"{name}:{number}: commands in a text (sh is run)"
        if language not in LANGUAGES:
            yield f"{name}:{number}: a block in {language or 'no language'!r} (known: {', '.join(sorted(LANGUAGES))})"


class Runner:
    def __init__(self, program, module, folder):
        shutil.copytree(ROOT / "examples", folder / "examples")
        (folder / "bin").mkdir()
        (folder / "bin/nanobragg").symlink_to(program)
        self.folder = folder
        self.environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                            "NO_COLOR": "1", "PYTHONPATH": str(module or "")}
        self.module = module

    def sh(self, source, begin):
        for long, short in QUICK:
            source = source.replace(long, short)
        where = self.folder / "where"
        script = f"set -e\n{source}\npwd > {where}\n"
        done = subprocess.run(["sh", "-c", script], cwd=begin, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        return done, pathlib.Path(where.read_text().strip()) if done.returncode == 0 else begin

    def python(self, source):
        return subprocess.run([sys.executable, "-c", source], cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def run_document(name, text, runner):
    place = runner.folder / BEGINS_IN.get(name, ".")
    # What a document builds up block by block.
    known = ""
    for number, language, source in blocks(text):
        where = f"{name}:{number}"
        reason = NOT_RUN.match(source)
        if language == "text" or reason or (language == "python" and not runner.module):
            why = reason[1] if reason else {"text": "", "python": "no Python module here"}[language]
            if why:
                print(f"{where} not run: {why}")
            continue
        if language == "sh":
            done, place = runner.sh(source, place)
        else:
            known += source
            done = runner.python(known)
        if done.returncode != 0:
            yield f"{where}: exit code {done.returncode}\n{source}\n{done.stdout}"
        else:
            print(f"{where} runs")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("document", type=pathlib.Path)
    parser.add_argument("--python", type=pathlib.Path)
    arguments = parser.parse_args()
    name = str(arguments.document.resolve().relative_to(ROOT))
    text = arguments.document.read_text()
    problems = list(problems_of_form(name, text))
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(arguments.program.resolve(), arguments.python, pathlib.Path(folder))
        problems += run_document(name, text, runner)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
