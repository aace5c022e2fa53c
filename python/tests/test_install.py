"""Installing: by a Python that cannot, and where libraries are missing."""
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_a_python_that_lacks_packages_is_named():
    done = subprocess.run([sys.executable, "-I", "-S", "setup.py", "--version"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert sys.executable in done.stderr and "Traceback" not in done.stderr
    assert "apt-get install python3-skbuild" in done.stderr and "/usr/bin/python3" in done.stderr


@pytest.mark.skipif(
    not all(map(shutil.which, ("cc", "patchelf"))) or not importlib.util.find_spec("wheel"),
    reason="apt-get install patchelf python3-wheel",
)
def test_a_bundled_wheel_loads_its_own_libraries(tmp_path):
    """A wheel around one library that needs libtiff, which needs others."""
    tree = tmp_path / "tree"
    (tree / "small").mkdir(parents=True)
    (tree / "small-1.dist-info").mkdir()
    (tree / "small/__init__.py").touch()
    (tree / "small-1.dist-info/WHEEL").write_text(
        "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-linux_x86_64\n")
    (tree / "small-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: small\n")
    source = tmp_path / "s.c"
    source.write_text("const char* TIFFGetVersion(void);\n"
                      "const char* version(void) { return TIFFGetVersion(); }\n")
    library = tree / "small/small.so"
    subprocess.run(["cc", "-shared", "-fPIC", source, "-o", library, "-ltiff"], check=True)
    plain = tmp_path / "small-1-cp311-cp311-linux_x86_64.whl"
    wheel_file = importlib.import_module("wheel.wheelfile").WheelFile
    with wheel_file(plain, "w") as wheel:
        wheel.write_files(tree)
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run([sys.executable, ROOT / "scripts/bundle_wheel.py", plain, out], check=True)
    (bundled,) = out.iterdir()
    assert "manylinux_2_" in bundled.name
    with wheel_file(bundled) as wheel:
        wheel.extractall(out / "here")
    assert "manylinux_2_" in (out / "here/small-1.dist-info/WHEEL").read_text()
    code = ("import ctypes\n"
            "ctypes.CDLL('here/small/small.so').version\n"
            "loaded = {line.split()[-1] for line in open('/proc/self/maps') if '/libtiff' in line}\n"
            "assert loaded and all('small.libs' in path for path in loaded), loaded\n")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", code], cwd=out, env=environment, check=True)
