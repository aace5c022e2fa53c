#!/usr/bin/env python3
"""Puts the libraries that a wheel needs into it, so that it works where they are not installed.

    scripts/bundle_wheel.py build/wheel/plain/nanobragg-….whl build/wheel

What every Linux has stays outside (PEP 600). The copies have names of their own, so that another
module's copy of a library, of another version, is not taken for them. Needs patchelf.
"""
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from wheel.wheelfile import WheelFile

# The libraries of C, C++, the linker, zlib, and of Python itself.
EVERYWHERE = re.compile(
    r"(linux-vdso|ld-linux\S*|libc|libm|libdl|librt|libpthread|libutil|libgcc_s|libstdc\+\+|libz"
    r"|libpython\S*)\.so(\.|$)"
)


def run(*command):
    """What a command prints; ends where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def libraries_of(extension):
    """Every library that is loaded with it, by the name under which it is asked for."""
    found = {}
    for line in run("ldd", extension).splitlines():
        name = line.split()[0]
        if EVERYWHERE.match(Path(name).name):
            continue
        if "not found" in line:
            sys.exit(f"{extension} needs {name} (which is not on this machine)")
        found[name] = Path(line.split("=>")[1].split()[0]).resolve()
    return found


def own_name(library):
    """A name that no other build of the library has."""
    stem, dot, rest = library.name.partition(".")
    digest = hashlib.sha256(library.read_bytes()).hexdigest()[:8]
    return f"{stem}-{digest}{dot}{rest}"


def needed(binary):
    """The names of what a binary asks for by itself."""
    return run("patchelf", "--print-needed", binary).split()


def point_to_copies(binary, names, folder):
    """Makes a binary ask for the copies, which it finds in `folder`."""
    # One change at a time: patchelf 0.14 mixes up the texts of several.
    for name in needed(binary):
        if name in names:
            run("patchelf", "--replace-needed", name, names[name], binary)
    run("patchelf", "--set-rpath", folder, binary)


def bundle(root, extension):
    """Copies the libraries of an extension to a folder beside its package."""
    libraries = libraries_of(extension)
    package = extension.relative_to(root).parts[0]
    folder = root / f"{package}.libs"
    folder.mkdir(exist_ok=True)
    names = {name: own_name(file) for name, file in libraries.items()}
    for name, file in libraries.items():
        copy = folder / names[name]
        shutil.copy(file, copy)
        copy.chmod(0o755)
        run("patchelf", "--set-soname", names[name], copy)
        point_to_copies(copy, names, "$ORIGIN")
    up = "/".join([".."] * (len(extension.relative_to(root).parts) - 1))
    point_to_copies(extension, names, f"$ORIGIN/{up}/{folder.name}")
    return len(libraries)


def retag(root, tag):
    """Says in the wheel's own words for which machines it is."""
    (about,) = root.glob("*.dist-info/WHEEL")
    text = re.sub(r"^(Tag: \S+-)linux_\S+$", rf"\1{tag}", about.read_text(), flags=re.MULTILINE)
    about.write_text(text)


def main():
    """Reads one wheel and writes another."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    plain, out = Path(sys.argv[1]), Path(sys.argv[2])
    version = platform.libc_ver()[1].replace(".", "_")
    tag = f"manylinux_{version}_{platform.machine()}"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with WheelFile(plain) as wheel:
            wheel.extractall(root)
        count = sum(bundle(root, extension) for extension in sorted(root.glob("*/*.so")))
        retag(root, tag)
        target = out / re.sub(r"linux_\w+\.whl$", f"{tag}.whl", plain.name)
        target.unlink(missing_ok=True)
        with WheelFile(target, "w") as wheel:
            wheel.write_files(root)
    print(f"{target}: {count} libraries, {target.stat().st_size / 1e6:.1f} MB, for {tag}")


if __name__ == "__main__":
    main()
