#!/usr/bin/env python3
"""Runs the commands of a folder of tests/field and checks what they say and write.

    run_case.py PROGRAM FOLDER

case.json in the folder holds
  "needs":    Python modules without which the case is skipped (exit code 77);
  "commands": a list of {"run": "nanobragg …", "exit": 0, "says": [regex], "never_says": [regex]};
              "exit" may be a list of codes, where it is for a library to say;
              the words are split as a shell does, without a shell; a command that starts with python3
              is run by this interpreter;
  "checks":   a list of what must be true afterwards, each of one kind:
      {"json": FILE, "at": "detector/0/panels/0/origin", "is": VALUE, "within": 1e-6, "magnitude": false}
      {"amplitude": DUMP, "hkl": [1, 1, 1], "is": 200.0, "within": 1e-6}      of a file of -dump
      {"pixels": FLOATS, "count": 4096, "zero": 0, "invalid": 0}              of a file of floats
      {"same": [FLOATS, FLOATS], "within": 1e-6}                              relative to the brightest
      {"differ": [FLOATS, FLOATS], "by": 1e-3}                                relative to the brightest
      {"text": FILE, "matches": regex}
      {"number": FILE, "after": regex, "is": VALUE, "within": 1e-6}           the first number behind it
      {"exists": FILE}, {"missing": FILE}, {"unchanged": FILE}                against the folder's own
expected.txt says why these are the right values. "is" and "within" may be lists of the same shape;
"within" is absolute. FILE "output:K" means what command K printed.
"""
import array
import json
import math
import pathlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
PRINTED = {}  # what command K printed, by "output:K"


def at(document, path):
    for word in filter(None, path.split("/")):
        document = document[int(word)] if isinstance(document, list) else document[word]
    return document


def close(value, right, within):
    if isinstance(right, list):
        bounds = within if isinstance(within, list) else [within] * len(right)
        return len(value) == len(right) and all(map(close, value, right, bounds))
    if isinstance(right, (int, float)) and not isinstance(right, bool):
        return isinstance(value, (int, float)) and abs(value - right) <= within
    return value == right


def magnitude(value):
    return [magnitude(one) for one in value] if isinstance(value, list) else abs(value)


def floats(path):
    values = array.array("f")
    values.frombytes(path.read_bytes())
    return values


def departure(a, b):
    """The largest difference of two images, relative to the brightest pixel of the first."""
    a, b = floats(a), floats(b)
    if len(a) != len(b) or not a:
        return math.inf
    return max(abs(x - y) for x, y in zip(a, b)) / max(max(a), 1e-300)


def amplitude(path, hkl):
    content = path.read_bytes()
    end = content.index(b"\n\f")
    bounds = [int(word) for word in content[:end].split()]
    first, size = bounds[0::2], [high - low + 2 for low, high in zip(bounds[0::2], bounds[1::2])]
    place = 0
    for index, low, length in zip(hkl, first, size):
        place = place * length + index - low
    return struct.unpack_from("<d", content, end + 2 + 8 * place)[0]


def text_of(folder, name):
    return PRINTED[name] if name in PRINTED else (folder / name).read_text()


def check(one, folder, source):
    """What is wrong with this check, or None."""
    within = one.get("within", 0)
    if "json" in one:
        value = at(json.loads((folder / one["json"]).read_text()), one["at"])
        if one.get("magnitude"):
            value = magnitude(value)
        return None if close(value, one["is"], within) else f"{one['at']} is {value}"
    if "amplitude" in one:
        value = amplitude(folder / one["amplitude"], one["hkl"])
        return None if close(value, one["is"], within) else f"F{tuple(one['hkl'])} is {value}"
    if "pixels" in one:
        image = floats(folder / one["pixels"])
        counts = {"count": len(image), "zero": sum(x == 0 for x in image),
                  "invalid": sum(not math.isfinite(x) for x in image)}
        wrong = {word: counts[word] for word in counts if word in one and counts[word] != one[word]}
        return f"pixels: {wrong}" if wrong else None
    if "same" in one:
        value = departure(*(folder / name for name in one["same"]))
        return None if value <= within else f"they differ by {value} of the brightest pixel"
    if "differ" in one:
        value = departure(*(folder / name for name in one["differ"]))
        return None if value >= one["by"] else f"they differ by {value} of the brightest pixel only"
    if "text" in one:
        text = text_of(folder, one["text"])
        return None if re.search(one["matches"], text, re.MULTILINE) else f"no match in:\n{text}"
    if "number" in one:
        text = text_of(folder, one["number"])
        place = re.search(one["after"], text, re.MULTILINE)
        number = NUMBER.search(text, place.end()) if place else None
        if not number:
            return f"no number behind {one['after']!r} in:\n{text}"
        return None if close(float(number[0]), one["is"], within) else f"it is {number[0]}"
    if "exists" in one:
        return None if (folder / one["exists"]).exists() else "there is no such file"
    if "missing" in one:
        return "the file exists" if (folder / one["missing"]).exists() else None
    if "unchanged" in one:
        same = (folder / one["unchanged"]).read_bytes() == (source / one["unchanged"]).read_bytes()
        return None if same else "the file has changed"
    return "no kind of check"


def run(program, command, folder):
    words = shlex.split(command["run"])
    words[0] = {"nanobragg": program, "python3": sys.executable}[words[0]]
    result = subprocess.run(words, cwd=folder, capture_output=True, text=True, errors="replace",
                            stdin=subprocess.DEVNULL, timeout=300)
    said = result.stdout + result.stderr
    PRINTED[f"output:{len(PRINTED)}"] = said
    problems = []
    right = command.get("exit", 0)
    if result.returncode not in (right if isinstance(right, list) else [right]):
        problems.append(f"exit code {result.returncode}, not {command.get('exit', 0)}")
    problems += [f"does not say {regex!r}" for regex in command.get("says", [])
                 if not re.search(regex, said, re.MULTILINE)]
    problems += [f"says {regex!r}" for regex in command.get("never_says", [])
                 if re.search(regex, said, re.MULTILINE)]
    return [f"{command['run']}\n  " + "\n  ".join(problems) + f"\n{said}"] if problems else []


def main():
    program, source = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    case = json.loads((source / "case.json").read_text())
    for module in case.get("needs", []):
        try:
            __import__(module)
        except ImportError:
            print(f"skipped: Python has no {module}")
            return 77
    problems = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copytree(source, folder, dirs_exist_ok=True)
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        for command in case["commands"]:
            problems += run(program, command, folder)
        for one in case.get("checks", []) if not problems else []:
            try:
                problem = check(one, folder, source)
            except (OSError, LookupError, ValueError) as error:
                problem = repr(error)
            if problem:
                problems.append(f"{json.dumps(one)}\n  {problem}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
