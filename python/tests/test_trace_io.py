"""Traces of pixels, and image files."""
from pathlib import Path

import numpy
import pytest

import nanobragg


def test_trace_ends_with_the_photons_of_the_image(flags):
    experiment = nanobragg.Experiment.from_flags([*flags, "-kernel", "scalar"])
    image = nanobragg.simulate(experiment, "float64")
    slow, fast = (int(i) for i in numpy.unravel_index(image.argmax(), image.shape))
    trace = nanobragg.trace(experiment, slow, fast)
    line = [x for x in trace.text.splitlines() if "I_pixel_final" in x][0]
    assert float(line.split()[-1]) == pytest.approx(image[slow, fast], rel=1e-12)
    assert str(trace) == trace.text
    assert trace.data["pixels"]


def test_geometry_is_traced_as_far_as_it_is_known(experiment):
    assert "DETECTOR_PIX0_VECTOR" in nanobragg.trace(experiment, 1, 2).text
    turned = experiment.with_values({"misset_x": 1})
    assert "DETECTOR_PIX0_VECTOR" in nanobragg.trace(turned, 1, 2).text
    moved = experiment.with_values({"distance": 61})
    text = nanobragg.trace(moved, 1, 2).text
    assert "DETECTOR_PIX0_VECTOR" not in text and "I_pixel_final" in text


@pytest.mark.parametrize("end", ["cbf", "nxs", "h5", "img", "tif", "png"])
def test_files_hold_the_image(experiment, tmp_path, end):
    image = nanobragg.simulate(experiment)
    scaled = image * (1000 / image.max())
    file = tmp_path / f"image.{end}"
    nanobragg.write(experiment, scaled, file, values="photons")
    pixels = nanobragg.read(file)
    assert pixels.shape == image.shape and pixels.dtype == numpy.float64
    pedestal = 40 if end == "img" else 0
    assert numpy.abs(pixels - pedestal - scaled).max() <= 0.5 + 1e-3


def test_counts_are_drawn_from_the_seed(experiment, tmp_path):
    image = nanobragg.simulate(experiment)
    image *= 1000 / image.max()
    files = [tmp_path / name for name in ("a.cbf", "b.cbf", "c.cbf")]
    for file, seed in zip(files, (1, 1, 2)):
        nanobragg.write(experiment, image, file, seed=seed)
    one, same, other = (nanobragg.read(str(file)) for file in files)
    assert (one == same).all() and (one != other).any()
    deviates = (one - image)[image > 10] / numpy.sqrt(image[image > 10])
    assert 0.5 < deviates.std() < 1.5


def test_what_measures_nothing_is_nan():
    folder = Path(__file__).resolve().parents[2] / "tests" / "field" / "observed_nxmx"
    right = nanobragg.read(folder / "right.cbf")
    assert numpy.isnan(right).sum() == 448
    assert (nanobragg.read(folder / "right.cbf", raw=True) == -1).sum() == 448
    for name in ("largest_of_uint16", "mask_bits", "saturation_value"):
        assert numpy.array_equal(nanobragg.read(folder / f"{name}.nxs"), right, equal_nan=True)


def test_one_of_several_exposures_is_chosen():
    file = Path(__file__).resolve().parents[2] / "tests" / "field" / "observed_nxmx" / "data_in_parts.nxs"
    assert nanobragg.exposures(file) == 2
    assert (nanobragg.read(file, exposure=0) == 9).all()
    assert numpy.isnan(nanobragg.read(file, exposure=1)).sum() == 448
    with pytest.raises(nanobragg.UsageError, match="has 2 exposures"):
        nanobragg.read(file)
    with pytest.raises(nanobragg.Error, match="no exposure 3"):
        nanobragg.read(file, exposure=2)


def test_errors(experiment, tmp_path):
    image = nanobragg.simulate(experiment)
    with pytest.raises(nanobragg.UsageError, match="no image format"):
        nanobragg.write(experiment, image, tmp_path / "a.xyz")
    with pytest.raises(nanobragg.UsageError, match="numpy.fromfile"):
        nanobragg.read(tmp_path / "a.bin")
    with pytest.raises(nanobragg.UsageError, match="unknown values"):
        nanobragg.write(experiment, image, tmp_path / "a.cbf", values="electrons")
    with pytest.raises(nanobragg.UsageError, match="shape"):
        nanobragg.write(experiment, image[1:], tmp_path / "a.cbf")
    with pytest.raises(nanobragg.Error, match="absent.cbf"):
        nanobragg.read(tmp_path / "absent.cbf")
    with pytest.raises(nanobragg.Error):
        nanobragg.write(experiment, image, tmp_path / "absent" / "a.cbf")
