"""The Python package, whose compiled half CMake builds.

    /usr/bin/python3 -m pip wheel --no-build-isolation --no-deps .      what `make wheel` does
"""
import importlib.util
import re
import sys
from pathlib import Path

# Module, what pip calls it, Debian's package of it for /usr/bin/python3.
NEEDED = [
    ("skbuild", "scikit-build", "python3-skbuild"),
    ("wheel", "wheel", "python3-wheel"),
    ("numpy", "numpy", "python3-numpy"),
]


def check_python():
    """Ends with what this Python lacks, before CMake looks for it for minutes."""
    missing = [row for row in NEEDED if not importlib.util.find_spec(row[0])]
    if not missing:
        return
    pip = " ".join(row[1] for row in missing)
    debian = " ".join(row[2] for row in missing)
    sys.exit(
        f"nanobragg: {sys.executable} (Python {sys.version.split()[0]}) cannot build the module "
        f"(it has no {pip}): take Debian's Python, /usr/bin/python3, after apt-get install {debian}"
        f", or give this one what it lacks: {sys.executable} -m pip install {pip}"
    )


check_python()

from skbuild import setup  # noqa: E402  pylint: disable=wrong-import-position

cmake = Path(__file__).with_name("CMakeLists.txt").read_text(encoding="utf-8")

setup(
    name="nanobragg",
    version=re.search(r"project\(nanobragg VERSION ([\d.]+)", cmake)[1],
    description="X-ray diffraction images of crystals on an absolute scale",
    python_requires=">=3.9",
    install_requires=["numpy"],
    packages=["nanobragg"],
    package_dir={"": "python"},
    package_data={"nanobragg": ["py.typed", "*.pyi"]},
    cmake_args=[
        "-DNANOBRAGG_PYTHON=ON",
        "-DBUILD_TESTING=OFF",
        # Not another one that stands before it in the path.
        f"-DPython_EXECUTABLE={sys.executable}",
    ],
    cmake_install_target="install_python",
)
