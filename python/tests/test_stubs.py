"""The type stubs and the package against the compiled module."""
import ast
import importlib.util
from pathlib import Path

import nanobragg
from nanobragg import _core

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_stubs.py"


def test_stubs_are_those_of_the_module():
    spec = importlib.util.spec_from_file_location("make_stubs", SCRIPT)
    make_stubs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_stubs)
    written = make_stubs.STUBS.read_text(encoding="utf-8")
    assert written == make_stubs.stubs(), "run scripts/make_stubs.py"
    ast.parse(written)


def test_everything_public_is_exported_and_explained():
    public = {name for name in vars(_core) if not name.startswith("_")}
    in_python = {"Stills", "picture", "plot", "refine", "simulate_batch", "stills"}
    assert public | in_python | {"__version__"} == set(nanobragg.__all__)
    for name in public:
        value = getattr(nanobragg, name)
        assert value.__doc__, name
        members = vars(value).items() if isinstance(value, type) else ()
        for member, what in members:
            if not member.startswith("_") and isinstance(what, property):
                assert what.__doc__, f"{name}.{member}"
