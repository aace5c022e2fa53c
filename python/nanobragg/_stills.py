"""Stills for those who train networks: image and label, one after the other."""
import collections.abc
import dataclasses
import hashlib
import warnings

import numpy

from nanobragg import _core


@dataclasses.dataclass(frozen=True)
class _Options:
    """The keywords of stills(), checked."""

    orientations: str = "random:1"
    fluence: str = "none"
    mosaic: str = "none"
    wavelength: str = "none"
    vary: dict | None = None
    lattices: str | int = ""
    seed: int = 1
    values: str = "counts"
    dtype: object = None
    crop: tuple | None = None
    bin: int = 1

    def __post_init__(self):
        if self.values not in ("counts", "photons"):
            raise _core.UsageError(f"'values' does not take {self.values!r} (it takes 'counts' or 'photons')")
        if not isinstance(self.bin, int) or self.bin < 1:
            raise _core.UsageError(f"'bin' does not take {self.bin!r} (it takes a number of pixels)")
        if self.type_of_pixels.kind not in "iuf":
            raise _core.UsageError(f"'dtype' does not take {self.dtype!r} (it takes a type of numbers)")

    @property
    def type_of_pixels(self):
        return numpy.dtype(self.dtype or ("int32" if self.values == "counts" else "float32"))


class Stills(collections.abc.Sequence):
    """A series of stills: stills[i] is (image, label). Made by nanobragg.stills()."""

    def __init__(self, experiment, images, options):
        experiments = _experiments(experiment)
        self._arguments = experiments, images, options
        names = ("orientations", "fluence", "mosaic", "wavelength")
        words = {name: getattr(options, name) for name in names}
        words["lattices"] = str(options.lattices)
        vary = dict(options.vary or {})
        self._makers = [_core._StillsMaker(one, images, words, vary, options.seed) for one in experiments]
        self._choice = bytes(words["orientations"], "utf-8")
        self._counts = options.values == "counts"
        self._dtype = options.type_of_pixels
        self._crop, self._bin = _checked_crop(options.crop), options.bin
        for text in {text: None for maker in self._makers for text in maker.warnings}:
            warnings.warn(text, stacklevel=3)

    def __reduce_ex__(self, protocol):
        return _again, self._arguments

    def __len__(self):
        return len(self._makers[0])

    def __getitem__(self, number):
        if isinstance(number, slice):
            return (self[i] for i in range(*number.indices(len(self))))
        if number < 0:
            number += len(self)
        if not 0 <= number < len(self):
            raise IndexError(f"image {number} of {len(self)}")
        pixels, photons = self._makers[self._chosen(number)].render(number, self._counts)
        return self._finished(pixels), {**self.label(number), "photons": photons}

    def label(self, number):
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
        if self._crop is not None:
            pixels = pixels[self._crop]
        unmeasured = pixels < 0
        if self._bin > 1:
            pixels, unmeasured = _binned(pixels, unmeasured, self._bin)
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
    """One experiment, or several: each an Experiment or flags."""
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


def _checked_crop(crop):
    """Slices (slow, fast) of (first slow, first fast, slow, fast)."""
    if crop is None:
        return None
    try:
        slow, fast, height, width = (int(n) for n in crop)
        if min(slow, fast) < 0 or min(height, width) < 1:
            raise ValueError
    except (TypeError, ValueError):
        raise _core.UsageError(
            f"'crop' does not take {crop!r} (it takes first slow, first fast, pixels along slow and fast)"
        ) from None
    return slice(slow, slow + height), slice(fast, fast + width)


def _binned(pixels, unmeasured, bin):
    """Sums of bin × bin pixels; what is left over at the ends is cut."""
    slow, fast = (n // bin for n in pixels.shape)
    if slow == 0 or fast == 0:
        raise _core.UsageError(f"'bin' of {bin} pixels (the image has {pixels.shape})")

    def blocks(array):
        return array[: slow * bin, : fast * bin].reshape(slow, bin, fast, bin)

    mask = blocks(unmeasured).any(axis=(1, 3))
    sums = blocks(pixels).sum(axis=(1, 3), dtype="int64" if pixels.dtype.kind == "i" else "float64")
    sums[mask] = -1
    return sums, mask


def stills(experiment, images, **options):
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
    crop: (first slow, first fast, slow, fast) in pixels; bin: sums of bin × bin pixels.

    Image i depends on the arguments and on i alone, whatever is asked first and by how many threads
    and processes; it is that of `nanobragg stills` with the same words. The label is a dict: image, experiment,
    photons (expected, in all), lattices, the reciprocal axes of the first lattice in 1/Å, and every
    parameter of the experiment in its unit. Pickle keeps a series by its arguments.
    """
    known = {field.name for field in dataclasses.fields(_Options)}
    for name in options:
        if name not in known:
            raise _core.UsageError(f"stills do not take '{name}' (they take {', '.join(sorted(known))})")
    return Stills(experiment, images, _Options(**options))
