"""The Python package, whose compiled half CMake builds.

    pip install --no-build-isolation .      with the packages of scripts/install_packages.sh
"""
import re
from pathlib import Path

from skbuild import setup

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
    cmake_args=["-DNANOBRAGG_PYTHON=ON", "-DBUILD_TESTING=OFF"],
    cmake_install_target="install_python",
)
