"""Stills with their labels: as the program makes them, cropped and binned, and through DataLoader."""
import copy
import csv
import pickle
import subprocess
import warnings

import numpy
import pytest

import nanobragg

FLAGS = (
    "-cell 40 50 60 90 90 90 -N 5 -default_F 100 -lambda 1.2 -distance 60 -detpixels_f 40 -detpixels_s 30 "
    "-pixel 1 -fluence 1e19 -oversample 1 -background water:50um -beamsize 0.1 -gain 1.5 -readout 2"
).split()
VARY = {"distance": "offset:2", "b_factor": "range:5,40"}


def series(**options):
    """Five stills whose detector moves, without the warning of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nanobragg.stills(FLAGS, 5, vary=VARY, lattices="1-3", fluence="exponential", **options)


def test_are_those_of_the_program(program, tmp_path):
    words = ["stills", "--images", "5", "--out", "x.nxs", "--lattices", "1-3", "--fluence", "exponential"]
    words += [word for name, how in VARY.items() for word in ("--vary", f"{name}={how}")]
    subprocess.run([program, *words, "--", *FLAGS], cwd=tmp_path, check=True, capture_output=True)
    with open(tmp_path / "x_labels.csv", newline="") as table:
        rows = list(csv.reader(table))
    names = [name.split(" (")[0] for name in rows[0]]
    seen = 0
    for i, (image, label) in enumerate(series()):
        stored = nanobragg.read(tmp_path / "x.nxs", exposure=i, raw=True)
        assert (image == stored).all()
        for name, text in list(zip(names, rows[1 + i]))[2:]:
            assert label[name] == float(text), name
        assert label["image"] == i and label["photons"] > 100
        seen += 1
    assert seen == 5


def test_do_not_depend_on_the_order():
    stills = series()
    last, label = stills[-1]
    again, same = series()[4]
    assert (last == again).all() and label == same
    assert len(stills) == 5
    assert [label["image"] for _, label in stills[1:4]] == [1, 2, 3]
    assert stills.label(2)["distance"] == stills[2][1]["distance"]
    with pytest.raises(IndexError):
        stills[5]


def test_noise_has_a_seed():
    assert (series(seed=2)[0][0] != series()[0][0]).any()
    assert (series(seed=1)[0][0] == series()[0][0]).all()


def test_survive_pickle():
    stills = pickle.loads(pickle.dumps(series(crop=(0, 0, 10, 20))))
    assert (stills[2][0] == series()[2][0][:10, :20]).all()
    assert (copy.deepcopy(stills)[2][0] == stills[2][0]).all()


def test_crop_and_bin():
    whole = series()[0][0]
    assert whole.dtype == numpy.int32
    part = series(crop=(3, 4, 20, 30))[0][0]
    assert (part == whole[3:23, 4:34]).all()
    binned = series(bin=4)[0][0]
    assert binned.shape == (7, 10)
    assert binned[2, 3] == whole[8:12, 12:16].sum()


@pytest.mark.parametrize("more", [[], ["-psf_fwhm", "1500", "-psf", "gauss"], ["-charge_sharing", "0.2", "-dead_pixels", "9"]])
def test_crop_computes_the_pixels_of_the_whole(more):
    flags = [*FLAGS, *more]
    whole, label = nanobragg.stills(flags, 1)[0]
    part, same = nanobragg.stills(flags, 1, crop=(3, 4, 20, 30))[0]
    assert (part == whole[3:23, 4:34]).all()
    photons = nanobragg.stills(flags, 1, values="photons", crop=(3, 4, 20, 30), bin=2)[0][0]
    all_photons = nanobragg.stills(flags, 1, values="photons")[0][0]
    sums = all_photons[3:23, 4:34].reshape(10, 2, 15, 2).sum(axis=(1, 3))
    numpy.testing.assert_allclose(photons, sums, rtol=1e-5)
    moved = {name for name in label if label[name] != same[name]}
    assert moved == {"photons", "beam_fast", "beam_slow", "origin_y", "origin_z"}  # of the corner, in mm
    assert same["beam_fast"] == pytest.approx(label["beam_fast"] - 4, abs=1e-9)
    assert same["beam_slow"] == pytest.approx(label["beam_slow"] - 3, abs=1e-9)
    assert same["photons"] == pytest.approx(float(photons.sum()), rel=1e-5)


def test_crop_and_bin_are_those_of_the_program(program, tmp_path):
    words = ["stills", "--images", "2", "--out", "x.nxs", "--crop", "3,4,20,30", "--bin", "2", "--type", "uint8"]
    subprocess.run([program, *words, "--", *FLAGS], cwd=tmp_path, check=True, capture_output=True)
    mine = nanobragg.stills(FLAGS, 2, crop=(3, 4, 20, 30), bin=2, dtype="uint8")
    for i, (image, label) in enumerate(mine):
        assert (nanobragg.read(tmp_path / "x.nxs", exposure=i, raw=True) == image).all()
    with open(tmp_path / "x_labels.csv", newline="") as table:
        rows = list(csv.reader(table))
    names = [name.split(" (")[0] for name in rows[0]]
    assert all(label[name] == float(text) for name, text in list(zip(names, rows[2]))[2:])
    # What stands beside the images is the experiment of the part.
    beside = nanobragg.Experiment.from_file(tmp_path / "x.json")
    mine = nanobragg.Experiment.from_flags([*FLAGS, "-phisteps", "1"]).crop((3, 4, 20, 30), bin=2)
    assert beside.detector == mine.detector and {**beside.values(), "oscillation": 1} == mine.values()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = nanobragg.Experiment.from_flags(["-geometry", str(tmp_path / "x.nxs"), *FLAGS[:13]])
    corner, whole = read.detector.panels[0].corner, beside.detector.panels[0].corner
    assert numpy.linalg.norm(corner) == pytest.approx(numpy.linalg.norm(whole), rel=1e-9)


def test_progress_counts_the_images():
    told = []
    stills = series(progress=lambda *numbers: told.append(numbers))
    stills[3]
    stills[1]
    assert told == [(1, 5), (2, 5)]
    pickle.loads(pickle.dumps(stills))[2]  # without it
    assert len(told) == 2


def test_types_of_pixels():
    counts = series()[0][0]
    small = series(dtype="uint8")[0][0]
    assert small.dtype == numpy.uint8 and small.max() == 254
    assert (small == numpy.clip(counts, 0, 254)).all()
    photons = series(values="photons")[0][0]
    assert photons.dtype == numpy.float32
    assert (series(dtype="float64")[0][0] == counts).all()


def test_pixels_that_measure_nothing():
    stills = nanobragg.stills([*FLAGS, "-dead_pixels", "10"], 1)
    counts = stills[0][0]
    dead = counts == -1
    assert dead.sum() == 10
    assert (nanobragg.stills([*FLAGS, "-dead_pixels", "10"], 1, dtype="uint16")[0][0][dead] == 65535).all()
    floats = nanobragg.stills([*FLAGS, "-dead_pixels", "10"], 1, dtype="float32")[0][0]
    assert (numpy.isnan(floats) == dead).all()
    binned = nanobragg.stills([*FLAGS, "-dead_pixels", "10"], 1, bin=2)[0][0]
    assert ((binned == -1) == dead.reshape(15, 2, 20, 2).any(axis=(1, 3))).all()


def test_take_one_of_several_experiments():
    small = [*FLAGS, "-detpixels_f", "20", "-detpixels_s", "10"]
    both = nanobragg.stills([FLAGS, nanobragg.Experiment.from_flags(small)], 40)
    alone = [nanobragg.stills(flags, 40) for flags in (FLAGS, small)]
    chosen = [both.label(i)["experiment"] for i in range(40)]
    assert 8 < sum(chosen) < 32
    for i in (0, 1, 2, 3, 39):
        image, label = both[i]
        assert (image == alone[chosen[i]][i][0]).all() and label["experiment"] == chosen[i]
    assert pickle.loads(pickle.dumps(both)).label(7) == both.label(7)
    assert [nanobragg.stills([FLAGS, small], 40, orientations="random:2").label(i)["experiment"]
            for i in range(40)] != chosen  # fmt: skip


def test_warn_once():
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        stills = nanobragg.stills(FLAGS, 2, vary={"distance": "offset:1"})
        list(stills)
        pickle.loads(pickle.dumps(stills))
    assert sum("the detector differs" in str(w.message) for w in given) == 1
    texts = [str(w.message) for w in given]
    assert len(texts) == len(set(texts)) and {w.filename for w in given} == {__file__}


@pytest.mark.parametrize(
    "options, part",
    [
        ({"vary": {"distanz": "offset:1"}}, "did you mean 'distance'"),
        ({"vary": {"distance": "wide"}}, "--vary distance needs a distribution"),
        ({"lattices": "0"}, "--lattices needs"),
        ({"orientations": "randomly"}, "cannot read 'randomly'"),
        ({"fluence": "wide"}, "'fluence' needs a distribution"),
        ({"crop": (1, 2, 3)}, "'crop' does not take (1, 2, 3)"),
        ({"crop": (0, 0, 0, 5)}, "'crop' does not take"),
        ({"crop": (0, 0, 31, 5)}, "a crop of 31 × 5 pixels from pixel 0, 0 on, which does not lie within the panel of 30 × 40"),
        ({"bin": 31}, "sums of 31 × 31 pixels"),
        ({"bin": 0}, "'bin' does not take 0"),
        ({"bins": 2}, "stills do not take 'bins'"),
        ({"dtype": "complex64"}, "'dtype' does not take"),
        ({"values": "light"}, "'values' does not take 'light'"),
    ],
)
def test_what_is_wrong_is_named(options, part):
    with pytest.raises(nanobragg.Error) as error:
        nanobragg.stills(FLAGS, 2, **options)
    assert part in str(error.value)


def test_dataset_makes_each_image_once():
    torch = pytest.importorskip("torch")
    import nanobragg.torch

    data = nanobragg.torch.StillsDataset(series(dtype="float32"), ["image", "distance", "photons"])
    alone = {int(label[0]): image for image, label in data}
    assert sorted(alone) == [0, 1, 2, 3, 4]
    loader = torch.utils.data.DataLoader(data, batch_size=2, num_workers=2)
    seen = {}
    for images, labels in loader:
        assert images.dtype == torch.float32
        for image, label in zip(images, labels):
            seen[int(label[0])] = image
    assert sorted(seen) == sorted(alone)
    assert all((seen[i] == alone[i]).all() for i in seen)
    halves = [[int(l[0]) for _, l in nanobragg.torch.StillsDataset(series(), ["image"], rank=r, count=2)] for r in (0, 1)]
    assert halves == [[0, 2, 4], [1, 3]]
    with pytest.raises(nanobragg.UsageError, match="no label 'colour'"):
        nanobragg.torch.StillsDataset(series(), ["colour"])
