"""Experiments and their parts as values."""
import subprocess

import numpy
import pytest

import nanobragg


def test_values_are_those_of_the_flags(experiment):
    values = experiment.values()
    # Of slabs, measured backgrounds, a point spread, an anisotropic B, liquid-like motions and further lattices there
    # is none.
    absent = {f"background[{i}].thickness" for i in range(8)} | {f"measured[{i}].scale" for i in range(4)}
    absent |= {"point_spread", "B11", "B22", "B33", "B12", "B13", "B23"}
    absent |= {f"{name}_{axis}" for name in ("sigma", "gamma") for axis in "xyz"}
    absent |= {f"lattice[{i}].{name}" for i in range(8) for name in ("turn_x", "turn_y", "turn_z", "weight")}
    assert set(values) == {p.name for p in nanobragg.parameters()} - absent
    expected = {"cell_a": 40, "cell_gamma": 105, "misset_y": 20, "Nb": 5, "distance": 60,
                "wavelength": 1.2, "pixel_size": 1, "fluence": 1e27}
    for name, value in expected.items():
        assert values[name] == pytest.approx(value, rel=1e-12)
        assert experiment.value(name) == values[name]


def test_with_values_is_what_flags_make(flags, experiment):
    moved = experiment.with_values({"misset": [1, 2, 3], "distance": 70, "cell_a": 41})
    fresh = nanobragg.Experiment.from_flags(
        [*flags, *"-misset 1 2 3 -distance 70 -cell 41 50 60 85 95 105".split()])
    image = nanobragg.simulate(fresh, "float64")
    assert numpy.abs(nanobragg.simulate(moved, "float64") - image).max() < 1e-9 * image.max()
    assert experiment.value("distance") == pytest.approx(60, rel=1e-12)


def test_nothing_changed_keeps_every_bit(experiment):
    same = experiment.with_values({})
    assert (nanobragg.simulate(same) == nanobragg.simulate(experiment)).all()
    assert same.values() == experiment.values()


def test_parts_of_two_experiments_combine(flags, experiment):
    other = nanobragg.Experiment.from_flags([*flags, "-distance", "80", "-default_F", "50"])
    combined = experiment.replace(detector=other.detector)
    assert combined.value("distance") == pytest.approx(80)
    fainter = experiment.replace(structure_factors=other.structure_factors)
    ratio = nanobragg.simulate(fainter, "float64") / nanobragg.simulate(experiment, "float64")
    assert ratio == pytest.approx(0.25)


def test_crystal(experiment):
    crystal = experiment.crystal
    assert crystal.cell == pytest.approx([40, 50, 60, 85, 95, 105])
    direct, reciprocal = numpy.array(crystal.direct_axes), numpy.array(crystal.reciprocal_axes)
    assert direct @ reciprocal.T == pytest.approx(numpy.eye(3), abs=1e-12)
    assert numpy.linalg.norm(direct, axis=1) == pytest.approx([40, 50, 60])
    changed = crystal.replace(cells=[2, 3, 4], shape="gauss", mosaic_spread=0.5, mosaic_domains=7)
    assert (changed.cells, changed.shape, changed.mosaic_domains) == ([2, 3, 4], "gauss", 7)
    assert changed.mosaic_spread == pytest.approx(0.5)
    assert crystal.shape == "square"
    turned = crystal.replace(reciprocal_axes=crystal.reciprocal_axes)
    assert numpy.array(turned.direct_axes) == pytest.approx(direct)
    made = nanobragg.Crystal([40, 50, 60, 85, 95, 105], misset=[10, 20, 30], cells=[5, 5, 5])
    assert numpy.array(made.direct_axes) == pytest.approx(direct)


def test_displacements(experiment):
    crystal = experiment.crystal
    assert crystal.anisotropic_b is None and crystal.diffuse_sigma is None
    displaced = crystal.replace(anisotropic_b=[10, 20, 30, 1, 2, 3])
    assert displaced.anisotropic_b == [10, 20, 30, 1, 2, 3]
    moving = displaced.replace(diffuse_sigma=[0.3, 0.3, 0.4], diffuse_gamma=[20, 30, 40])
    assert moving.diffuse_gamma == [20, 30, 40]
    assert moving.replace(diffuse_sigma=None).diffuse_gamma is None
    spread = moving.replace(block_sizes=("gamma", 0.2, 3))
    assert spread.block_sizes == ("gamma", 0.2, 3)
    still = nanobragg.simulate(experiment)
    for other in (displaced, moving, spread):
        changed = experiment.replace(crystal=other)
        assert not (nanobragg.simulate(changed) == still).all()
    assert experiment.replace(crystal=moving).value("sigma_z") == pytest.approx(0.4)
    assert experiment.replace(crystal=moving).value("B12") == pytest.approx(1)
    for impossible in ({"anisotropic_b": [1e9, 0, 0, 0, 0, 0]}, {"diffuse_gamma": [0, 1, 1]},
                       {"block_sizes": ("normal", 0.1, 3)}, {"block_sizes": ("gamma", -1, 3)}):
        with pytest.raises(nanobragg.Error):
            crystal.replace(**impossible)


def test_shapes_of_spreads(experiment):
    crystal = experiment.crystal.replace(mosaic_shape="gauss", mosaic_spread_abc=[0.1, 0.4, 0.2],
                                         mosaic_draw="even", mosaic_domains=3, cell_spread=0.5)
    assert (crystal.mosaic_shape, crystal.mosaic_draw) == ("gauss", "even")
    assert crystal.mosaic_spread == pytest.approx(0.4)
    assert crystal.mosaic_spread_abc == pytest.approx([0.1, 0.4, 0.2])
    assert crystal.cell_spread == pytest.approx(0.5)
    assert crystal.replace(mosaic_seed=5).mosaic_draw == "random"
    assert crystal.replace(mosaic_spread=0.3).mosaic_spread_abc == pytest.approx([0.3] * 3)
    turned = experiment.replace(crystal=crystal)
    assert turned.value("cell_spread") == pytest.approx(0.5)
    assert not (nanobragg.simulate(turned) == nanobragg.simulate(experiment)).all()
    for impossible in ({"mosaic_shape": "cap"}, {"mosaic_spread_abc": [0.1, -0.1, 0]},
                       {"mosaic_shape": "round"}, {"cell_spread": -1}):
        with pytest.raises(nanobragg.Error):
            crystal.replace(**impossible)
    beam = experiment.beam.replace(dispersion_shape="gauss", divergence_shape="gauss")
    assert (beam.dispersion_shape, beam.divergence_shape) == ("gauss", "gauss")
    with pytest.raises(nanobragg.Error):
        beam.replace(line_width=0.2)
    lines = beam.replace(sources=numpy.array([[-1, 0, 0, 1.1, 1]]), line_width=0.2)
    assert lines.line_width == pytest.approx(0.2)


def test_beam_takes_a_spectrum(experiment):
    beam = experiment.beam
    lines = [[-1, 0, 0, 1.1, 1], [-1, 0, 0, 1.3, 1]]
    bright = experiment.replace(beam=beam.replace(sources=numpy.array(lines)))
    assert bright.beam.sources == pytest.approx(numpy.array(lines), rel=1e-15)
    each = [
        nanobragg.simulate(experiment.replace(beam=beam.replace(sources=numpy.array([line]))),
                           "float64") for line in lines
    ]
    both = nanobragg.simulate(bright, "float64")
    assert both == pytest.approx((each[0] + each[1]) / 2)


def test_detector(experiment):
    (panel,) = experiment.detector.panels
    assert panel.shape == (30, 40)
    assert panel.distance == pytest.approx(60)
    assert panel.pixel_size == pytest.approx(1)
    assert numpy.cross(panel.fast, panel.slow) == pytest.approx(panel.normal)


def test_structure_factors_of_arrays(experiment):
    indices = numpy.array([[0, 0, 1], [1, -2, 3]])
    amplitudes = nanobragg.StructureFactors.from_reflections(indices, [10.0, 20.0], default=5.0)
    assert (amplitudes.first, amplitudes.last) == ([0, -2, 1], [1, 0, 3])
    assert [amplitudes.at(*i) for i in ((0, 0, 1), (1, -2, 3), (0, 0, 2), (9, 9, 9))] == [
        10, 20, 5, 5]
    table = amplitudes.table
    assert table.shape == (2, 3, 3) and not table.flags.writeable
    again = nanobragg.StructureFactors.from_table(amplitudes.first, table, 5.0)
    assert (again.table == table).all()
    image = nanobragg.simulate(experiment.replace(structure_factors=again))
    assert image.shape == (30, 40)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda e: e.with_values({"misst_x": 1}),
        lambda e: e.with_values({"misset": 1}),
        lambda e: e.with_values({"misset": [1, 2, 3], "misset_x": 1}),
        lambda e: e.value("misset"),
        lambda e: e.crystal.replace(shpe="gauss"),
        lambda e: e.crystal.replace(shape="cube"),
        lambda e: e.crystal.replace(fudge="wide"),
        lambda e: e.beam.replace(sources=numpy.ones((2, 4))),
        lambda e: e.replace(lens=1),
        lambda e: nanobragg.StructureFactors.from_reflections([[1, 2]], [1.0]),
        lambda e: nanobragg.StructureFactors.from_table([0, 0, 0], numpy.ones((2, 2))),
    ],
)
def test_what_cannot_be_meant(experiment, wrong):
    with pytest.raises(nanobragg.UsageError) as raised:
        wrong(experiment)
    assert isinstance(raised.value, ValueError) and isinstance(raised.value, nanobragg.Error)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda e: e.with_values({"cell_a": -1}),
        lambda e: e.with_values({"wavelength": float("nan")}),
        lambda e: e.with_values({"misset_x": float("inf")}),
        lambda e: e.with_values({"mosaic_spread": 1e9}),
        lambda e: e.with_values({"bandwidth": 200}),
        lambda e: e.with_values({"distance": -5}),
        lambda e: e.crystal.replace(mosaic_spread=float("nan")),
        lambda e: e.crystal.replace(fudge=float("nan")),
        lambda e: e.crystal.replace(reciprocal_axes=[[0, 0.01, 0], [0.01, 0, 0], [0, 0, 0.01]]),
        lambda e: e.beam.replace(wavelength=1e10),
        lambda e: nanobragg.StructureFactors(1e200),
        lambda e: nanobragg.StructureFactors.from_reflections([[2**40, 0, 0]], [1.0]),
        lambda e: nanobragg.StructureFactors.from_reflections([[1.5, 0, 0]], [1.0]),
        lambda e: nanobragg.StructureFactors.from_reflections([[1, 0, 0]], [1e200]),
        lambda e: nanobragg.StructureFactors.from_table([2**31 - 1, 0, 0], numpy.ones((9, 1, 1))),
        lambda e: e.crystal.replace(cells=[0, 1, 1]),
        lambda e: e.beam.replace(kahn_factor=2),
        lambda e: nanobragg.StructureFactors(float("nan")),
        lambda e: nanobragg.trace(e, 100, 100),
    ],
)
def test_what_cannot_be(experiment, wrong):
    with pytest.raises(nanobragg.Error) as raised:
        wrong(experiment)
    assert not isinstance(raised.value, nanobragg.UsageError)


@pytest.mark.parametrize(
    "words", [["-lamda", "1"], ["-hkl", "missing.hkl"], ["-distance", "far"], ["-cell", "0"]]
)
def test_errors_have_the_text_of_the_program(flags, program, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = subprocess.run([program, *flags, *words], capture_output=True, text=True, check=False)
    with pytest.raises(nanobragg.Error) as raised:
        nanobragg.Experiment.from_flags([*flags, *words])
    assert str(raised.value) in said.stderr
    assert isinstance(raised.value, nanobragg.UsageError) == (said.returncode == 2)
    assert raised.value.problem in str(raised.value)


def test_warnings_are_warned_of(flags):
    with pytest.warns(UserWarning, match="intensity may vary within a pixel"):
        made = nanobragg.Experiment.from_flags([*flags, "-N", "500", "-oversample", "1"])
    assert any("intensity may vary" in text for text in made.warnings)
