"""Types of the compiled module; written by scripts/make_stubs.py."""
import os
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy
from numpy.typing import ArrayLike, DTypeLike

from nanobragg.show import View

# One array for a detector of one panel, else a list.
Image = Any
# What makes one: numpy's arrays, those of libraries with DLPack, nested lists.
Pixels = Union[ArrayLike, Sequence[ArrayLike]]
Array = numpy.ndarray[Any, Any]
Numbers = Union[Sequence[float], Array]
Path = Union[str, os.PathLike[str]]

class ArgumentTypeError(UsageError, TypeError):
    """An argument of another type than the function takes; a UsageError and a TypeError."""

class Beam:
    r"""The X-ray beam: direction, polarisation, spectrum, intensity.

    Immutable. Source of the polarisation factor: Kahn et al. (1982), J. Appl. Cryst. 15, 330.
    """
    @property
    def wavelength(self) -> float:
        """mean wavelength, Å"""
    @property
    def fluence(self) -> float:
        """photons/m² of the exposure"""
    @property
    def kahn_factor(self) -> float:
        """polarisation, -1 to 1; 0: unpolarised"""
    @property
    def polarised(self) -> bool:
        """whether polarisation, or its lack, changes intensities at all"""
    @property
    def sources(self) -> Array:
        """rows of x, y, z in m, wavelength in Å, weight; they replace divergence and bandwidth; empty: none are listed"""
    @property
    def line_width(self) -> float:
        """full width at half maximum of each of them, relative to its photon energy, %: of spots in closed form"""
    @property
    def dispersion_shape(self) -> str:
        """what the bandwidth is: uniform (a range) or gauss (a full width at half maximum)"""
    @property
    def divergence_shape(self) -> str:
        """what divergences are: uniform (ranges) or gauss (full widths at half maximum)"""
    @property
    def direction(self) -> List[float]:
        """unit vector of travel"""
    @property
    def polarisation_axis(self) -> List[float]:
        """unit vector of the electric field"""
    def __init__(self, wavelength: float, *, fluence: float = ..., kahn_factor: float = ..., polarised: bool = ..., sources: ArrayLike = ..., line_width: float = ..., dispersion_shape: str = ..., divergence_shape: str = ...) -> None:
        """Along x, unpolarised, of one wavelength in Å; other fields by their names."""
    def replace(self, *, wavelength: float = ..., fluence: float = ..., kahn_factor: float = ..., polarised: bool = ..., sources: ArrayLike = ..., line_width: float = ..., dispersion_shape: str = ..., divergence_shape: str = ...) -> Beam:
        """The same beam with other values of the named fields. Raises Error for a beam that cannot be."""

class Crystal:
    r"""A crystal: lattice, orientation, size, shape, mosaicity.

    Immutable. Crystal(cell) stands in the standard orientation: a* along x, b* in the plane x-y.
    Source: Busing & Levy (1967), Acta Cryst. 22, 457.
    """
    @property
    def cell(self) -> List[float]:
        """a, b, c in Å, α, β, γ in °; replacing it takes the standard orientation"""
    @property
    def misset(self) -> List[float]:
        """turns about x, then y, then z, °"""
    @property
    def reciprocal_axes(self) -> List[List[float]]:
        """a*, b*, c* as rows, Å⁻¹, at spindle angle 0, misset; replacing them makes the misset 0"""
    @property
    def direct_axes(self) -> List[List[float]]:
        """a, b, c as rows, Å, at spindle angle 0, misset"""
    @property
    def cells(self) -> List[float]:
        """Na, Nb, Nc: cells along a, b, c, at least 1"""
    @property
    def blocks(self) -> float:
        """how many blocks of so many cells the beam meets: their intensities add up"""
    @property
    def shape(self) -> str:
        """name of the shape: square, round, gauss, tophat, gauss_cells or tophat_cells"""
    @property
    def fudge(self) -> float:
        """scale of the width of the lattice transform"""
    @property
    def b_factor(self) -> float:
        """isotropic B factor, Å²: intensities fall by exp(-2B(sin θ/λ)²)"""
    @property
    def anisotropic_b(self) -> Optional[List[float]]:
        """B11, B22, B33, B12, B13, B23 in Å² on the reciprocal axes, or None"""
    @property
    def diffuse_sigma(self) -> Optional[List[float]]:
        """displacements of liquid-like motions along a*, c × a* and c, Å, or None"""
    @property
    def diffuse_gamma(self) -> Optional[List[float]]:
        """their correlation lengths, Å, or None"""
    @property
    def block_sizes(self) -> Tuple[str, float, int]:
        """distribution of the blocks' edges by volume: lognormal or gamma, standard deviation relative to the mean (0: all alike), number of sizes that stand for all"""
    @property
    def mosaic_spread(self) -> float:
        """largest turn of a mosaic domain, of the shape gauss the half width at half maximum, °"""
    @property
    def mosaic_spread_abc(self) -> List[float]:
        """half widths about a*, c × a* and c, of the shape gauss, °"""
    @property
    def mosaic_correlation(self) -> List[float]:
        """of the turns about the second and third of these axes (what the first leaves of it), the first and third, the first and second"""
    @property
    def mosaic_shape(self) -> str:
        """how domains are turned: cap (by up to the spread) or gauss (by normal deviates)"""
    @property
    def mosaic_domains(self) -> int:
        """number of mosaic domains"""
    @property
    def mosaic_draw(self) -> str:
        """how domains are chosen: random (by the seed) or even (of the shape gauss)"""
    @property
    def mosaic_seed(self) -> int:
        """seed of the random turns of the domains; replacing it draws them at random"""
    @property
    def cell_spread(self) -> float:
        """full width at half maximum of the lengths of the domains' cells, %"""
    def __init__(self, cell: Numbers, *, misset: Numbers = ..., reciprocal_axes: ArrayLike = ..., cells: Numbers = ..., blocks: float = ..., shape: str = ..., fudge: float = ..., b_factor: float = ..., anisotropic_b: Optional[Numbers] = ..., diffuse_sigma: Optional[Numbers] = ..., diffuse_gamma: Optional[Numbers] = ..., block_sizes: Tuple[str, float, int] = ..., mosaic_spread: float = ..., mosaic_spread_abc: Numbers = ..., mosaic_correlation: Numbers = ..., mosaic_shape: str = ..., mosaic_domains: int = ..., mosaic_draw: str = ..., mosaic_seed: int = ..., cell_spread: float = ...) -> None:
        """From a, b, c in Å and α, β, γ in °; other fields by their names."""
    def replace(self, *, cell: Numbers = ..., misset: Numbers = ..., reciprocal_axes: ArrayLike = ..., cells: Numbers = ..., blocks: float = ..., shape: str = ..., fudge: float = ..., b_factor: float = ..., anisotropic_b: Optional[Numbers] = ..., diffuse_sigma: Optional[Numbers] = ..., diffuse_gamma: Optional[Numbers] = ..., block_sizes: Tuple[str, float, int] = ..., mosaic_spread: float = ..., mosaic_spread_abc: Numbers = ..., mosaic_correlation: Numbers = ..., mosaic_shape: str = ..., mosaic_domains: int = ..., mosaic_draw: str = ..., mosaic_seed: int = ..., cell_spread: float = ...) -> Crystal:
        """The same crystal with other values of the named fields. Raises Error for a crystal that cannot be."""

class Detector:
    """Panels of pixels; immutable. Experiment.with_values() moves them."""
    @property
    def panels(self) -> List[Panel]:
        """list of Panel"""
    @property
    def curvature(self) -> str:
        """flat, or spherical: every pixel at the distance of the panel"""
    @property
    def pixel_model(self) -> str:
        """area: pixels seen obliquely; point: the inverse square of the distance alone"""
    def __init__(self, panels: Sequence[Panel], curvature: str = 'flat', pixel_model: str = 'area') -> None:
        """From panels, which count every photon at their surface."""

class Error(Exception):
    r"""Data or values that make no image.

    Reads as the program's message; its parts are `problem`, `where` and `hint` (str).
    """
    problem: str
    where: str
    hint: str

class Experiment:
    r"""Everything that determines an image of expected photons.

    Immutable: methods return another experiment. from_flags() makes one; crystal, beam, detector and
    structure_factors are its parts; values() and with_values() its numbers by name.
    """
    @property
    def crystal(self) -> Crystal:
        """its crystal"""
    @property
    def beam(self) -> Beam:
        """its beam"""
    @property
    def detector(self) -> Detector:
        """its detector"""
    @property
    def structure_factors(self) -> StructureFactors:
        """its amplitudes"""
    @property
    def oversample(self) -> int:
        """sub-pixels along each axis"""
    @property
    def kernel(self) -> str:
        """what computes its images"""
    @property
    def threads(self) -> int:
        """how many are used where a function names no number"""
    @property
    def warnings(self) -> List[str]:
        """what the program would warn of: list of str"""
    def __init__(self, crystal: Crystal, beam: Beam, detector: Detector, structure_factors: StructureFactors, oversample: Optional[int] = None) -> None:
        r"""From its parts, with nothing else in the beam; flags can say more (from_flags()).

        oversample: sub-pixels along each axis; not given: as many as flags would take for the crystal.
        """
    @staticmethod
    def from_flags(flags: Sequence[str]) -> Experiment:
        r"""The experiment that the program's command line describes.

        flags: words as `nanobragg simulate` takes them, -config FILE included. Output files that they name
        are not written. Raises UsageError for flags that are wrong, Error for bad data; what the program
        warns of becomes a UserWarning.
        """
    @staticmethod
    def from_file(path: Path) -> Experiment:
        r"""The experiment of a file that to_file(), `-out NAME.json`, a series or a refinement wrote.

        Raises Error for a file that cannot be read.
        """
    def to_file(self, path: Path) -> None:
        r"""Writes the whole experiment as JSON, complete or not at all, for from_file() and -experiment_file.

        Numbers read back bit for bit. Raises Error where the file cannot be written.
        """
    @staticmethod
    def from_toml(path: Path) -> Experiment:
        r"""The experiment of a TOML file, as -config reads it: to_toml() or people write it.

        Raises UsageError for keys that are wrong, Error for bad data; what the program warns of becomes a
        UserWarning.
        """
    def to_toml(self, path: Path) -> None:
        r"""Writes a TOML file for from_toml() and -config: the keys and files that make the experiment.

        An experiment that is not what its flags said any more (with_values(), replace(), parts) is named
        there and written beside, whole, under the same name with .json. path: a name that ends in .toml.
        Raises Error where a file cannot be written.
        """
    def replace(self, *, crystal: Crystal = ..., beam: Beam = ..., detector: Detector = ..., structure_factors: StructureFactors = ...) -> Experiment:
        r"""The same experiment with another crystal, beam, detector or structure_factors.

        What the flags derived from the old part, such as the oversampling, stays.
        """
    def values(self) -> Dict[str, float]:
        """The value of every parameter, by name, in the units of parameters()."""
    def value(self, name: str) -> float:
        """The value of one parameter, in its unit, or of an amplitude F(h,k,l)."""
    def with_values(self, values: Mapping[str, Union[float, Numbers]]) -> Experiment:
        r"""The experiment with other values of the named parameters, in their units.

        A group takes a list: {"misset": [0.1, 0, 0], "distance": 100}. F(1,-2,3) is the amplitude of a
        reflection and its mates by symmetry. What does not change keeps every bit. Raises UsageError for an
        unknown name, Error where the values make no experiment.
        """
    def why_without_effect(self, name: str) -> str:
        """Why no pixel depends on a parameter or group, or ''."""
    def crop(self, box: Optional[Sequence[int]] = None, bin: int = 1) -> Experiment:
        r"""The experiment of a part of the detector, and of sums of bin × bin pixels, where they are.

        box: first slow, first fast, pixels along slow and fast; not given: all. Raises UsageError where it
        does not lie within the one panel, and where the sums do not divide it. Its image is that part, but
        for light that a point spread brings from outside, and as finely sampled.
        """
    def view(self, images: Sequence[Union[str, os.PathLike[str]]] = (), height: int = 640) -> View:
        r"""Opens the experiment in the viewer, and returns its page.

        The last line of a notebook's cell shows it in a frame; elsewhere `address` is to be opened.
        images: files of measured images to lay beside. height: of the frame, pixels. The program
        `nanobragg` has to be in the PATH, or named by NANOBRAGG_PROGRAM.
        """

class Panel:
    """A flat grid of square pixels; immutable."""
    @property
    def shape(self) -> Tuple[int, int]:
        """pixels along slow, fast"""
    @property
    def pixel_size(self) -> float:
        """mm"""
    @property
    def corner(self) -> List[float]:
        """corner of the first pixel, relative to the sample, mm"""
    @property
    def fast(self) -> List[float]:
        """unit vector of the fast axis"""
    @property
    def slow(self) -> List[float]:
        """unit vector of the slow axis"""
    @property
    def normal(self) -> List[float]:
        """unit vector, away from the sample"""
    @property
    def distance(self) -> float:
        """of the plane from the sample, along the beam, mm"""
    @property
    def close_distance(self) -> float:
        """of the plane from the sample, along the normal, mm"""
    def __init__(self, shape: Tuple[int, int], pixel_size: float, corner: Numbers, fast: Numbers, slow: Numbers, beam: Numbers = [1.0, 0.0, 0.0]) -> None:
        r"""From its pixels (slow, fast), their size and corner in mm, and the axes.

        beam: direction of travel, along which the distance counts. Raises Error for axes that are not at
        right angles, and a panel that passes through the sample.
        """

class Parameter:
    """What can be refined: one row of the table."""
    @property
    def name(self) -> str:
        """as values() and gradient() call it"""
    @property
    def group(self) -> str:
        """a name for several at once, or ''"""
    @property
    def unit(self) -> str:
        """unit of values and derivatives"""
    @property
    def bounds(self) -> Tuple[float, float]:
        """least and largest value"""
    @property
    def scale(self) -> float:
        """a change that shows clearly; 0: in proportion to the value"""
    @property
    def help(self) -> str:
        """what it is"""

class Refinement:
    """What came out of refine()."""
    @property
    def experiment(self) -> Experiment:
        """the refined Experiment"""
    @property
    def outcome(self) -> str:
        """converged, out of iterations, interrupted or diverged"""
    @property
    def why(self) -> str:
        """it stopped, a clause"""
    @property
    def crystal_system(self) -> str:
        """which the cell obeys"""
    @property
    def values(self) -> Dict[str, float]:
        """refined values by name, in the units of parameters(); equal ones as 'cell_a=cell_b'"""
    @property
    def uncertainties(self) -> Dict[str, float]:
        """their standard uncertainties; infinite for what is not determined, nan for what is held at a bound"""
    @property
    def correlations(self) -> Array:
        """array, in the order of values that are not held at a bound, then of amplitudes where they are few; nan for what is not determined"""
    @property
    def doubts(self) -> List[str]:
        """reasons to doubt the fit, sentences; empty where there are none"""
    @property
    def undetermined(self) -> str:
        """what the pixels do not determine, a clause; empty where all is determined"""
    @property
    def amplitudes(self) -> Dict[Tuple[int, int, int], Tuple[float, float]]:
        """of each refined (h, k, l): |F| and its standard uncertainty"""
    @property
    def backgrounds(self) -> List[float]:
        """mean photons a pixel, of each image"""
    @property
    def history(self) -> List[Step]:
        """list of Step"""
    @property
    def pixels(self) -> int:
        """how many counted"""
    @property
    def reduced_chi_squared(self) -> Tuple[float, float]:
        """before and after; 1 where noise alone remains"""
    @property
    def image(self) -> Image:
        """what the refined model says of the first image: photons, background included"""
    @property
    def residuals(self) -> Image:
        """(observed - model) by standard deviations, of the first image; 0 where no pixel counts"""

class Step:
    """One iteration of a refinement, the start included."""
    @property
    def iteration(self) -> int:
        """its number, from 0"""
    @property
    def loss(self) -> float:
        """that of the stage"""
    @property
    def gradient_length(self) -> float:
        """of the gradient, scaled coordinates"""
    @property
    def step(self) -> float:
        """length of the step that led here"""
    @property
    def seconds(self) -> float:
        """since the start"""
    @property
    def softened(self) -> bool:
        """whether the loss is still the soft one that lm begins with"""

class StructureFactors:
    r"""Amplitudes |F| in electrons: a table over a box of Miller indices, one value elsewhere.

    Immutable. StructureFactors(F) is F at every index.
    """
    @property
    def space_group(self) -> Optional[str]:
        """the group that the source of the table names; None where there is no symmetry"""
    @property
    def reflections(self) -> Optional[Array]:
        """the number, from 0, of the unique reflection that each position of the table shows, in its shape: mates by symmetry have one; None where there is no table"""
    @property
    def table(self) -> Optional[Array]:
        """amplitudes (h, k, l), read only and shared; None where there is no table"""
    @property
    def first(self) -> List[int]:
        """h, k, l of the first amplitude of the table"""
    @property
    def last(self) -> List[int]:
        """h, k, l of the last amplitude of the table"""
    @property
    def default(self) -> float:
        """amplitude of what the table does not hold"""
    def __init__(self, default: float = 0.0) -> None:
        """The same amplitude everywhere, electrons."""
    @staticmethod
    def from_reflections(hkl: ArrayLike, amplitudes: ArrayLike, default: float = 0.0) -> StructureFactors:
        """hkl: integers (n, 3); amplitudes: (n,), electrons; the last of two with the same index counts. Nothing is expanded by symmetry."""
    @staticmethod
    def from_table(first: Sequence[int], table: ArrayLike, default: float = 0.0) -> StructureFactors:
        """table: amplitudes (h, k, l), electrons, of which the first has the index `first`."""
    def with_amplitudes(self, amplitudes: ArrayLike) -> StructureFactors:
        """The same table with other amplitudes of its unique reflections, electrons, in the order of their numbers; mates take the same."""
    def at(self, h: int, k: int, l: int) -> float:
        """The amplitude at an index, electrons."""
    @staticmethod
    def from_file(path: Path, cell: Optional[Numbers] = None, default: float = 0.0) -> StructureFactors:
        r"""Amplitudes of a file, as -hkl reads it: MTZ, CIF, lists of text; also compressed.

        cell: a, b, c in Å and α, β, γ in °, where the file has none. Raises Error for bad data.
        """
    @staticmethod
    def from_model(path: Path, dmin: float, wavelength: float = 1.0) -> StructureFactors:
        r"""Amplitudes of the atoms of a PDB or mmCIF file, as -model makes them.

        dmin: finest resolution, Å; wavelength: Å, for f′ and f″. Raises Error for bad data.
        """

class Trace:
    """Every factor of a pixel's computation."""
    @property
    def text(self) -> str:
        """lines that can be compared with those of other programs"""
    @property
    def data(self) -> Dict[str, Any]:
        """the same as a dict, with units, and the record of each step"""

class UsageError(Error, ValueError):
    """Flags, names or arguments that are unknown or contradictory; an Error and a ValueError."""

class _CropAndBin:
    """A part of images, and pixels to add up."""
    def __init__(self, crop: Optional[Sequence[int]], bin: int) -> None: ...

class _StillsMaker:
    """Renders stills by their number; see nanobragg.stills."""
    @property
    def warnings(self) -> List[str]:
        """what the program would warn of"""
    def __init__(self, experiment: Experiment, images: int, words: Mapping[str, str], vary: Mapping[str, str], seed: int, part: _CropAndBin) -> None: ...
    def label(self, image: int) -> Dict[str, float]:
        """What is true of an image: numbers by name, in the units of parameters()."""
    def render(self, image: int, counts: bool) -> Tuple[object, float]:
        """The pixels of an image, all panels in one array, and its expected photons in all."""

__version__: str

def _limits(image: ArrayLike) -> Tuple[float, float]: ...

def _refine(experiment: object, observed: object, parameters: object, options: Mapping[str, Any]) -> Refinement:
    """What nanobragg.refine does, whose options by name are a dict."""

def _ring_spacings(experiment: Experiment) -> List[float]: ...

def amplitude_gradient(experiment: Experiment, d_image: Pixels, threads: Optional[int] = None, precision: str = 'float64') -> Array:
    r"""The same by every amplitude of structure_factors.table, in its shape.

    Each position of the table is taken alone, mates by symmetry too: sums over
    structure_factors.reflections are the derivatives by unique reflections.
    """

def count(experiment: Experiment, image: Pixels, seed: int = 1) -> Image:
    r"""What a detector reads of an image of expected photons: counts with their noise.

    image: as simulate() returns it. The counts are those that write() puts into a file with the same
    seed: int32, -1 where nothing is measured; read out as the experiment's flags say (-gain …), else
    photons counted.
    """

def exposures(path: Path) -> int:
    """How many exposures an image file has."""

def gradient(experiment: Experiment, d_image: Pixels, threads: Optional[int] = None, precision: str = 'float64', names: Optional[Sequence[str]] = None) -> Dict[str, float]:
    r"""Derivatives of a loss by every parameter, from those by every pixel (reverse mode).

    d_image: ∂loss/∂photons, an array (slow, fast) of numpy or any library with DLPack, or a list, one
    for each panel. Returns a dict from the name of each parameter to the derivative per its unit; 0
    where no pixel depends on it. One pass over the pixels, whatever the number of parameters.

    names: parameters, groups and amplitudes F(h,k,l), mates by symmetry included, that are wanted; every
    parameter where not given.

    precision: float32 computes pixels in single precision, faster and to 1e-5 of the largest.
    Raises UsageError for another shape, and where the experiment's kernel has no gradients,
    KeyboardInterrupt on Ctrl-C.
    """

def jacobian(experiment: Experiment, names: Sequence[str], threads: Optional[int] = None, precision: str = 'float64') -> Image:
    r"""Derivatives of every pixel by the named parameters and amplitudes (forward mode).

    Returns an array (names, slow, fast), photons per unit of the parameter, or a list of them for
    several panels. A name of a group stands for its parameters: parameter_names() lists them.
    F(1,-2,3) is the amplitude of a reflection and of its mates by symmetry, in electrons; its image is 0
    where no pixel depends on it.

    Raises UsageError for an unknown name, for an amplitude that the table does not hold and for two of
    one reflection.
    """

def parameter_names(names: Sequence[str], panels: int = 1) -> List[str]:
    r"""The parameters that names of parameters and groups stand for, in the order given.

    Raises UsageError for an unknown name and one named twice.
    """

def parameters() -> List[Parameter]:
    """All parameters of an experiment: list of Parameter."""

def read(path: Path, exposure: Optional[int] = None, raw: bool = False) -> Array:
    r"""The pixels of an image file as an array (slow, fast) of float64.

    What the file holds decides: CBF, NXmx, SMV, TIFF, PNG or PGM, compressed or not. Pixels that measure
    nothing (reserved numbers, masks and limits of the file, negative ones) are nan; with raw=True all
    stand there as the file has them. exposure: of several, from 0. Raises UsageError for a file of
    several of which none is chosen and for raw floats (numpy.fromfile(file, 'float32') reads those),
    Error for a file that is damaged.
    """

def simulate(experiment: Experiment, dtype: DTypeLike = 'float32', threads: Optional[int] = None, progress: Optional[Callable[[int, int], Any]] = None) -> Image:
    r"""Renders the experiment.

    Returns an array (slow, fast) of expected photons a pixel, or a list of them, one for each panel of
    a detector of several. Pixels that are masked or outside the region of interest are 0.

    dtype: float32 holds what the program writes with -floatfile, computed as -dtype and -kernel of the
    flags say; float64 is computed in double precision and keeps every bit.
    threads: as -threads says where not given; without effect on the result.
    progress: called now and then with how many pixels are done, of how many; what it raises ends the work.

    The array owns its memory, and other threads of Python run meanwhile. torch.from_dlpack(image)
    shares it. Raises Error where a pixel is not a number of photons, KeyboardInterrupt on Ctrl-C.
    """

def trace(experiment: Experiment, slow: int, fast: int, all_steps: bool = False) -> Trace:
    r"""Shows how the photons of one pixel, of several panels one below the other, come about.

    all_steps: data holds every source, spindle step and domain. A kernel that does not show its steps
    gives way to the scalar one. The lines of the detector's geometry are left out where it no longer
    stands where the flags put it. Raises Error for a pixel that is not rendered.
    """

def write(experiment: Experiment, image: Pixels, path: Path, values: str = 'counts', seed: int = 1) -> None:
    r"""Writes an image of the experiment, with its geometry, complete or not at all.

    image: expected photons (slow, fast), or a list for several panels, as simulate() returns.
    values: "counts" draws counted photons with their Poisson noise from `seed`; "photons" writes the
    expected ones as far as the format has fractions, else rounded.
    path: the end of the name chooses the format, as for `-out`. Raises Error where the file cannot be
    written.
    """
