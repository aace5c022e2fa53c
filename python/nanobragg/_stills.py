"""Stills for those who train networks: image and label, one after the other."""
from __future__ import annotations

import collections.abc
import dataclasses
import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Dict, Optional, Tuple, Union

import numpy
from numpy.typing import DTypeLike

from nanobragg import _arguments, _core

Label = Dict[str, float]
Flags = Sequence[str]
Source = Union[_core.Experiment, Flags, Sequence[Union[_core.Experiment, Flags]]]
Crop = Tuple[int, int, int, int]


@dataclasses.dataclass(frozen=True)
class _Options:
    """The keywords of stills(), checked."""

    orientations: str
    fluence: str
    mosaic: str
    wavelength: str
    vary: Optional[Mapping[str, str]]
    lattices: Union[str, int]
    seed: int
    values: str
    dtype: DTypeLike
    crop: Optional[Crop]
    bin: int

    def __post_init__(self):
        for name in ("orientations", "fluence", "mosaic", "wavelength"):
            if not isinstance(getattr(self, name), str):
                raise _arguments.wrong_type(name, getattr(self, name), "text, as the option of the program")
        if not isinstance(self.lattices, (str, int)):
            raise _arguments.wrong_type("lattices", self.lattices, "a number of lattices, or 'LOW-HIGH'")
        if self.vary is not None and not isinstance(self.vary, collections.abc.Mapping):
            raise _arguments.wrong_type("vary", self.vary, "a dict from names of parameters to distributions")
        for name in ("seed", "bin"):
            if not hasattr(getattr(self, name), "__index__"):
                raise _arguments.wrong_type(name, getattr(self, name), "a whole number")
        if self.values not in ("counts", "photons"):
            raise _arguments.usage_error(f"'values' does not take {self.values!r} (it takes 'counts' or 'photons')")
        if self.bin < 1:
            raise _arguments.usage_error(f"'bin' does not take {self.bin!r} (it takes a number of pixels)")
        try:
            kind = self.type_of_pixels.kind
        except TypeError:
            kind = ""
        if not kind or kind not in "iuf":
            raise _arguments.usage_error(f"'dtype' does not take {self.dtype!r} (it takes a type of numbers)")

    @property
    def type_of_pixels(self):
        return numpy.dtype(self.dtype or ("int32" if self.values == "counts" else "float32"))

    @property
    def box(self):
        """The crop in whole numbers: first slow, first fast, slow, fast."""
        if self.crop is None:
            return None
        try:
            slow, fast, height, width = (int(n) for n in self.crop)
            if min(slow, fast) < 0 or min(height, width) < 1:
                raise ValueError
        except (TypeError, ValueError):
            raise _arguments.usage_error(
                f"'crop' does not take {self.crop!r} (it takes first slow, first fast, pixels along slow and fast)"
            ) from None
        return slow, fast, height, width


class Stills(collections.abc.Sequence):
    """A series of stills: stills[i] is (image, label). Made by nanobragg.stills()."""

    def __init__(self, experiment: Source, images: int, options: _Options,
                 progress: Optional[Callable[[int, int], Any]] = None):  # fmt: skip
        if not hasattr(images, "__index__"):
            raise _arguments.wrong_type("images", images, "a whole number")
        if images < 1:
            raise _arguments.wrong_type("images", images, "a number of images, at least 1")
        experiments, given = _experiments(experiment)
        self._arguments = experiments, images, options
        names = ("orientations", "fluence", "mosaic", "wavelength")
        words = {name: getattr(options, name) for name in names}
        words["lattices"] = str(options.lattices)
        vary = dict(options.vary or {})
        part = _core._CropAndBin(options.box, options.bin)
        self._makers = [
            _core._StillsMaker(one, images, words, vary, options.seed, part) for one in experiments
        ]
        self._choice = bytes(words["orientations"], "utf-8")
        self._counts = options.values == "counts"
        self._dtype = options.type_of_pixels
        self._progress, self._made = progress, 0
        for text in {text: None for maker in self._makers for text in maker.warnings}:
            if text not in given:
                warnings.warn(text, stacklevel=4)

    def __reduce_ex__(self, protocol):
        return _again, self._arguments

    def __len__(self) -> int:
        return self._arguments[1]

    def __getitem__(self, number):
        if isinstance(number, slice):
            return (self[i] for i in range(*number.indices(len(self))))
        if number < 0:
            number += len(self)
        if not 0 <= number < len(self):
            raise IndexError(f"image {number} of {len(self)}")
        pixels, photons = self._makers[self._chosen(number)].render(number, self._counts)
        made = self._finished(pixels), {**self.label(number), "photons": photons}
        self._made += 1
        if self._progress is not None:
            self._progress(self._made, len(self))
        return made

    def __iter__(self) -> Iterator[Tuple[numpy.ndarray, Label]]:
        return (self[i] for i in range(len(self)))

    def label(self, number: int) -> Label:
        """The label of an image, without its pixels and its photons."""
        chosen = self._chosen(number)
        return {**self._makers[chosen].label(number), "image": number, "experiment": chosen}

    def _chosen(self, number):
        """Which of several experiments an image is of, each as likely."""
        if len(self._makers) == 1:
            return 0
        digest = hashlib.sha256(b"%d of %s" % (number, self._choice)).digest()
        return int.from_bytes(digest[:8], "little") % len(self._makers)

    def _finished(self, pixels):
        """The numbers as the type that was asked for."""
        unmeasured = pixels < 0
        if self._dtype.kind == "f":
            out = pixels.astype(self._dtype)
            out[unmeasured] = numpy.nan
            return out
        if self._dtype == pixels.dtype:
            return pixels
        # As NXmx reserves it: the largest number measures nothing.
        largest = numpy.iinfo(self._dtype).max
        out = numpy.clip(numpy.rint(pixels), 0, largest - 1).astype(self._dtype)
        out[unmeasured] = largest if self._dtype.kind == "u" else -1
        return out


def _experiments(given):
    """One experiment, or several, each an Experiment or flags; and the warnings that have been given of them."""
    if not isinstance(given, (_core.Experiment, collections.abc.Iterable)) or isinstance(given, str):
        raise _arguments.wrong_type("experiment", given, "an Experiment, a list of flags, or a list of these")
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        experiments = _made_of(given)
    for warning in raised:
        warnings.warn(str(warning.message), stacklevel=5)
    return experiments, {str(warning.message) for warning in raised}


def _made_of(given):
    if isinstance(given, _core.Experiment):
        return [given]
    given = list(given)
    if not given or all(isinstance(word, str) for word in given):
        return [_core.Experiment.from_flags(given)]
    return [one if isinstance(one, _core.Experiment) else _core.Experiment.from_flags(one) for one in given]


def _again(*arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they have been given
        return Stills(*arguments)


@_arguments.named("stills do")
def stills(
    experiment: Source,
    images: int,
    *,
    orientations: str = "random:1",
    fluence: str = "none",
    mosaic: str = "none",
    wavelength: str = "none",
    vary: Optional[Mapping[str, str]] = None,
    lattices: Union[str, int] = "",
    seed: int = 1,
    values: str = "counts",
    dtype: DTypeLike = None,
    crop: Optional[Crop] = None,
    bin: int = 1,
    progress: Optional[Callable[[int, int], Any]] = None,
) -> Stills:
    """Stills in random orientations, each with its label: a sequence of (image, label).

        for image, label in nanobragg.stills(experiment, 1000, lattices="1-3",
                                             vary={"distance": "offset:2", "b_factor": "range:5,40"}):

    experiment: an Experiment or flags, or a list of these (other detectors, other models), of which
    each image takes one at random; its label says which. orientations: "random:SEED" or a file. fluence, mosaic,
    wavelength, vary, lattices: as the options of `nanobragg stills` of these names; vary is a dict
    from names of parameters to distributions. seed: of the noise, as -seed of the program.
    values: "counts" as the detector reads them (-1: not measured), or "photons", which are expected.
    dtype: of the image; int32 for counts, float32 for photons where not given. Of unsigned types the
    largest number is a pixel that is not measured, of floats nan; what is larger is clipped.
    crop: (first slow, first fast, slow, fast) in pixels, which alone are computed; bin: sums of
    bin × bin pixels, without what is left over at the ends. progress: called with how many images
    this series has made and how many there are, after each; pickle leaves it out.

    Image i depends on the arguments and on i alone, whatever is asked first and by how many threads
    and processes; it is that of `nanobragg stills` with the same words. The label is a dict: image, experiment,
    photons (expected, in all of the image), lattices, the reciprocal axes of the first lattice in 1/Å, and every
    parameter of the experiment in its unit. Pickle keeps a series by its arguments.
    """
    options = dict(locals())
    experiment, images, progress = (options.pop(name) for name in ("experiment", "images", "progress"))
    return Stills(experiment, images, _Options(**options), progress)
