"""Pictures of images and experiments: in notebooks, by matplotlib, and in the viewer's page."""
from __future__ import annotations

import atexit
import base64
import html
import math
import os
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional, Union

import numpy
from numpy.typing import ArrayLike

from nanobragg import _arguments, _core

# As many pixels along an axis as a small picture has.
_PICTURE = 440


def _unit(vector):
    return vector / numpy.linalg.norm(vector)


def _angle(spacing, wavelength):
    """2θ of a spacing, in radians; none where there is none."""
    sine = wavelength / (2 * spacing)
    return 2 * math.asin(sine) if sine < 1 else None


def _ring(panel, beam, angle):
    """A cone of diffraction on a panel, in its pixels (fast, slow); none where it misses."""
    normal, corner = numpy.array(panel.normal), numpy.array(panel.corner)
    fast, slow = numpy.array(panel.fast), numpy.array(panel.slow)
    across = _unit(fast - fast @ beam * beam)
    turn = numpy.linspace(0, 2 * math.pi, 721)[:, None]
    side = numpy.cos(turn) * across + numpy.sin(turn) * numpy.cross(beam, across)
    rays = math.cos(angle) * beam + math.sin(angle) * side
    with numpy.errstate(divide="ignore", invalid="ignore"):
        reach = (corner @ normal) / (rays @ normal)
    reach = numpy.where(reach > 0, reach, numpy.nan)[:, None]
    points = reach * rays - corner
    return points @ fast / panel.pixel_size, points @ slow / panel.pixel_size


@_arguments.named("plot does")
def plot(
    image: Union[ArrayLike, Sequence[ArrayLike]],
    experiment: Optional[_core.Experiment] = None,
    axes: Any = None,
    panel: int = 0,
    rings: Union[bool, Sequence[float]] = True,
) -> Any:
    """Draws an image by matplotlib, with rings of resolution, and returns its axes.

    image: an array (slow, fast), or the list of several panels that simulate() returns, of which
    `panel` is drawn. experiment: whose image it is; without it there are no rings. rings: True for a
    few round ones, False, or a list of spacings in Å. axes: of matplotlib, to be drawn into. Limits
    come from the noise of the image, so that weak spots show. Needs matplotlib.
    """
    from matplotlib import pyplot  # pylint: disable=import-outside-toplevel

    shown = numpy.asarray(image[panel] if isinstance(image, (list, tuple)) else image, float)
    if shown.ndim != 2:
        raise _core.UsageError(f"an image of {shown.ndim} dimensions (it has two)")
    if experiment is not None and tuple(experiment.detector.panels[panel].shape) != shown.shape:
        rows, columns = experiment.detector.panels[panel].shape
        raise _core.UsageError(
            f"an image of {shown.shape[1]} x {shown.shape[0]} pixels (panel {panel} of the experiment has "
            f"{columns} x {rows})")
    if axes is None:
        axes = pyplot.figure(figsize=(7, 6.4), layout="constrained").add_subplot()
    low, high = _core._limits(shown)
    drawn = axes.imshow(shown, cmap="Greys", vmin=low, vmax=high, interpolation="nearest", origin="upper")
    axes.figure.colorbar(drawn, ax=axes, shrink=0.8, label="photons a pixel")
    axes.set_xlabel("fast, pixels")
    axes.set_ylabel("slow, pixels")
    if experiment is not None and rings is not False:
        spacings = _core._ring_spacings(experiment) if rings is True else rings
        for spacing in spacings:
            _draw_ring(axes, experiment, panel, spacing)
    axes.set_xlim(-0.5, shown.shape[1] - 0.5)
    axes.set_ylim(shown.shape[0] - 0.5, -0.5)
    return axes


def _draw_ring(axes, experiment, panel, spacing):
    """The ring of a spacing, and what it is where it comes nearest to the upper right corner."""
    geometry = experiment.detector.panels[panel]
    angle = _angle(spacing, experiment.beam.wavelength)
    if angle is None:
        return
    fast, slow = _ring(geometry, _unit(numpy.array(experiment.beam.direction)), angle)
    # The middle of the first pixel stands at 0 in matplotlib.
    axes.plot(fast - 0.5, slow - 0.5, color="tab:blue", linewidth=0.9, label=f"{spacing:g} Å")
    inside = (fast > 0) & (slow > 0) & (fast < geometry.shape[1]) & (slow < geometry.shape[0])
    if not inside.any():
        return
    at = numpy.argmax(numpy.where(inside, fast - slow, -numpy.inf))
    axes.text(fast[at], slow[at], f"{spacing:g} Å", color="tab:blue", fontsize=8, ha="center",
              va="center", clip_on=True,
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8})


def _small(image):
    """The image with so few pixels that a notebook shows them: a block's brightest."""
    rows, columns = image.shape
    step = max(1, -(-max(rows, columns) // _PICTURE))
    rows, columns = rows // step * step, columns // step * step
    if not rows or not columns:
        return image
    return image[:rows, :columns].reshape(rows // step, step, columns // step, step).max(axis=(1, 3))


def _png(image):
    """A PNG of grey levels: dark is bright, as on film."""
    low, high = _core._limits(image)
    grey = 255 - numpy.clip(255 * (numpy.nan_to_num(image, nan=low, posinf=high, neginf=low) - low) / (high - low), 0, 255).astype(numpy.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in grey)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _figure(image, numbers):
    """A picture and its numbers as HTML."""
    source = base64.b64encode(_png(_small(image))).decode()
    rows = "".join(f"<tr><th style='text-align:left'>{html.escape(name)}</th><td style='text-align:left'>{html.escape(str(value))}</td></tr>"
                   for name, value in numbers)
    return ("<div style='display:flex;gap:1.5em;flex-wrap:wrap;align-items:flex-start'>"
            f"<img alt='diffraction image' style='image-rendering:pixelated;max-width:100%;border:1px solid #8888' src='data:image/png;base64,{source}'>"
            f"<table>{rows}</table></div>")


class Picture:
    """An image with its numbers, as a notebook shows it: the last line of a cell."""

    def __init__(self, image):
        parts = [numpy.asarray(part, float) for part in (image if isinstance(image, (list, tuple)) else [image])]
        if any(part.ndim != 2 for part in parts):
            raise _core.UsageError("an image has two dimensions")
        width = max(part.shape[1] for part in parts)
        self.image = numpy.vstack([numpy.pad(part, ((0, 0), (0, width - part.shape[1])), constant_values=numpy.nan) for part in parts])
        self.panels = len(parts)

    def _repr_html_(self):
        valid = self.image[numpy.isfinite(self.image)]
        numbers = [("pixels", f"{self.image.shape[1]} × {self.image.shape[0]}" + (f", {self.panels} panels" if self.panels > 1 else ""))]
        if valid.size:
            slow, fast = numpy.unravel_index(numpy.nanargmax(self.image), self.image.shape)
            numbers += [("sum", f"{valid.sum():.6g}"), ("mean", f"{valid.mean():.4g}"), ("median", f"{numpy.median(valid):.4g}"),
                        ("brightest", f"{valid.max():.5g} at fast {fast}, slow {slow}")]
        if valid.size < self.image.size:
            numbers.append(("not measured", self.image.size - valid.size))
        return _figure(numpy.where(numpy.isfinite(self.image), self.image, -numpy.inf), numbers)


@_arguments.named("picture does")
def picture(image: Union[ArrayLike, Sequence[ArrayLike]]) -> Picture:
    """The image as a notebook shows it, with its numbers."""
    return Picture(image)


def _coarse(experiment):
    """The experiment with larger pixels, which are computed in no time, and by how much."""
    panels = experiment.detector.panels
    step = max(1, max(max(panel.shape) for panel in panels) // _PICTURE)
    if step == 1:
        return experiment
    larger = [_core.Panel((-(-panel.shape[0] // step), -(-panel.shape[1] // step)), panel.pixel_size * step, panel.corner,
                          panel.fast, panel.slow, experiment.beam.direction) for panel in panels]
    return experiment.replace(detector=_core.Detector(larger, experiment.detector.curvature, experiment.detector.pixel_model))


def _describe(experiment):
    """_repr_html_ of an experiment."""
    crystal, beam, panels = experiment.crystal, experiment.beam, experiment.detector.panels
    numbers = [
        ("cell", " ".join(f"{x:.5g}" for x in crystal.cell) + " Å, °"),
        ("turned", " ".join(f"{x:.4g}" for x in crystal.misset) + "°"),
        ("size", " × ".join(f"{n:g}" for n in crystal.cells) + f" cells, {crystal.shape}"),
        ("mosaic", f"{crystal.mosaic_spread:g}°, {crystal.mosaic_domains} domains, {crystal.mosaic_shape}"),
        ("wavelength", f"{beam.wavelength:.6g} Å"),
        ("fluence", f"{beam.fluence:.4g} photons/m²"),
        ("distance", f"{panels[0].distance:.6g} mm"),
        ("detector", (f"{len(panels)} panels of " if len(panels) > 1 else "") +
         f"{panels[0].shape[1]} × {panels[0].shape[0]} pixels of {panels[0].pixel_size:g} mm"),
    ]
    try:
        image = _core.simulate(_coarse(experiment))
    except _core.Error as error:
        return _figure(numpy.zeros((8, 8)), [*numbers, ("no picture", error)])
    parts = image if isinstance(image, list) else [image]
    width = max(part.shape[1] for part in parts)
    return _figure(numpy.vstack([numpy.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in parts]), numbers)


class View:
    """The viewer's page of an experiment: shown in a notebook as a frame, at `address` elsewhere.

    close() ends its server, and so do the end of Python and half an hour without a page.
    """

    def __init__(self, process, address, folder, height):
        self._process, self._folder, self._height = process, folder, height
        self.address = address
        atexit.register(self.close)

    def close(self):
        """Ends the server."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()
        atexit.unregister(self.close)

    def _repr_html_(self):
        return (f"<iframe src='{html.escape(self.address)}' title='nanobragg view' width='100%' "
                f"height='{self._height}' style='border:1px solid #8888;border-radius:6px'></iframe>")

    def __repr__(self):
        return f"<nanobragg view at {self.address}>"


def _program():
    """The program, which has the viewer."""
    found = os.environ.get("NANOBRAGG_PROGRAM") or shutil.which("nanobragg")
    if found is None:
        raise _core.Error("the program nanobragg is not in the PATH (its viewer is needed): install it, or name it in NANOBRAGG_PROGRAM")
    return found


def view(self: _core.Experiment, images: Sequence[Union[str, os.PathLike[str]]] = (), height: int = 640) -> View:
    """Opens the experiment in the viewer, and returns its page.

    The last line of a notebook's cell shows it in a frame; elsewhere `address` is to be opened.
    images: files of measured images to lay beside. height: of the frame, pixels. The program
    `nanobragg` has to be in the PATH, or named by NANOBRAGG_PROGRAM.
    """
    program = _program()
    folder = tempfile.TemporaryDirectory(prefix="nanobragg-view-")  # pylint: disable=consider-using-with
    file = Path(folder.name) / "experiment.json"
    self.to_file(file)
    words = [program, "view", "--no-browser", "--idle", "30min", *(os.fspath(image) for image in images), "--", "-experiment_file", str(file)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # pylint: disable=consider-using-with
    assert process.stdout and process.stderr
    address = process.stdout.readline().strip()
    if not address.startswith("http"):
        problem = process.stderr.read().strip()
        process.wait()
        folder.cleanup()
        raise _core.Error(problem or "the viewer did not start")
    process.stderr.close()
    return View(process, address, folder, height)


setattr(_core.Experiment, "view", view)
setattr(_core.Experiment, "_repr_html_", _describe)
