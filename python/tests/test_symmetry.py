"""Amplitudes with their mates by symmetry: names, derivatives, copies, refinement, torch."""
import pickle

import numpy
import pytest

import nanobragg

HEAD = """data_list
_cell.length_a 40
_cell.length_b 40
_cell.length_c 50
_symmetry.space_group_name_H-M 'P 43 21 2'
loop_
_refln.index_h
_refln.index_k
_refln.index_l
_refln.F_meas
"""
RUN = ("-lambda 1.2 -N 4 -gauss_xtal -misset 1 90 17 -distance 60 -detpixels 40 -pixel 0.7 -fluence 1e27 "
       "-oversample 1").split()
NAME, MATE = "F(2,1,0)", "F(-1,2,0)"


def key(h, k, l):
    """One for all reflections that are equal in the Laue group 4/mmm."""
    return max(abs(h), abs(k)), min(abs(h), abs(k)), abs(l)


@pytest.fixture
def tetragonal(tmp_path):
    """A crystal of P43212 with a merged list."""
    rows = [f"{h} {k} {l} {50 + (7 * h + 3 * k + 11 * l) % 60}\n"
            for h in range(9) for k in range(h + 1) for l in range(9)]
    (tmp_path / "list.cif").write_text(HEAD + "".join(rows))
    return nanobragg.Experiment.from_flags(["-hkl", str(tmp_path / "list.cif"), *RUN])


@pytest.fixture
def weights():
    """∂loss/∂photons."""
    return numpy.random.default_rng(3).normal(size=(40, 40))


def indices(factors):
    """The index of every position."""
    shape = factors.table.shape
    return numpy.moveaxis(numpy.indices(shape), 0, -1).reshape(-1, 3) + numpy.array(factors.first)


def test_the_map_is_that_of_the_laue_group(tetragonal):
    factors = tetragonal.structure_factors
    assert factors.space_group == "P 43 21 2"
    numbers = {}
    for index, number in zip(indices(factors), factors.reflections.ravel()):
        assert numbers.setdefault(key(*index), number) == number
    assert len(set(numbers.values())) == len(numbers) == factors.reflections.max() + 1
    plain = nanobragg.StructureFactors.from_table((0, 0, 0), numpy.ones((2, 2, 2)))
    assert plain.space_group is None
    assert plain.reflections.ravel().tolist() == list(range(8))
    assert nanobragg.StructureFactors(3.0).reflections is None


def test_values_are_those_of_all_mates(tetragonal):
    moved = tetragonal.with_values({NAME: 77.5, "fluence": 2e27})
    assert moved.value(NAME) == moved.value(MATE) == 77.5
    table = moved.structure_factors.table.ravel()
    for index, now, before in zip(indices(moved.structure_factors), table,
                                  tetragonal.structure_factors.table.ravel()):
        assert now == (77.5 if key(*index) == (2, 1, 0) else before)
    with pytest.raises(nanobragg.UsageError, match="named twice.*mate by P 43 21 2"):
        tetragonal.with_values({NAME: 1.0, MATE: 2.0})
    assert nanobragg.parameter_names([NAME, "misset"])[0] == NAME


def test_derivatives_are_sums_over_mates(tetragonal, weights):
    factors = tetragonal.structure_factors
    alone = nanobragg.amplitude_gradient(tetragonal, weights).ravel()
    by = nanobragg.gradient(tetragonal, weights, names=["misset", NAME])
    expected = sum(d for i, d in zip(indices(factors), alone) if key(*i) == (2, 1, 0))
    assert by[NAME] == pytest.approx(expected, rel=1e-12) and by[NAME] != 0
    (image,) = nanobragg.jacobian(tetragonal, [NAME])
    assert (image * weights).sum() == pytest.approx(by[NAME], rel=1e-9)
    at = tetragonal.value(NAME)
    up, down = (nanobragg.simulate(tetragonal.with_values({NAME: at * f}), "float64") for f in (1.01, 0.99))
    assert numpy.abs((up - down) / (0.02 * at) - image).max() <= 1e-9 * numpy.abs(image).max()
    for function in (lambda n: nanobragg.gradient(tetragonal, weights, names=n),
                     lambda n: nanobragg.jacobian(tetragonal, n)):
        with pytest.raises(nanobragg.UsageError, match="named twice"):
            function([NAME, MATE])


def test_other_amplitudes_of_unique_reflections(tetragonal):
    factors = tetragonal.structure_factors
    count = int(factors.reflections.max()) + 1
    values = numpy.linspace(10, 20, count)
    changed = factors.with_amplitudes(values)
    assert (changed.table == values[factors.reflections]).all()
    assert changed.space_group == "P 43 21 2"
    with pytest.raises(nanobragg.UsageError, match=f"has {count} unique reflections"):
        factors.with_amplitudes(values[1:])


def test_copies_keep_the_symmetry(tetragonal, weights):
    again = pickle.loads(pickle.dumps(tetragonal))
    assert again.structure_factors.space_group == "P 43 21 2"
    assert (again.structure_factors.reflections == tetragonal.structure_factors.reflections).all()
    names = [NAME]
    assert nanobragg.gradient(again, weights, names=names) == nanobragg.gradient(
        tetragonal, weights, names=names)


def test_mates_are_refined_together(tetragonal):
    observed = nanobragg.simulate(tetragonal, "float64")
    start = tetragonal.with_values({NAME: 1.2 * tetragonal.value(NAME)})
    found = nanobragg.refine(start, observed, [NAME])
    assert list(found.amplitudes) == [(2, 1, 0)]
    assert found.amplitudes[2, 1, 0][0] == pytest.approx(tetragonal.value(NAME), rel=1e-3)
    assert found.experiment.value(MATE) == found.experiment.value(NAME)
    every = nanobragg.refine(tetragonal, observed, ["F"], method="lbfgs", iterations=1).amplitudes
    assert len({key(*index) for index in every}) == len(every) > 5


def test_torch_has_unique_reflections_as_tensors(tetragonal, weights):
    torch = pytest.importorskip("torch", reason="apt-get install python3-torch")
    simulate = pytest.importorskip("nanobragg.torch").simulate
    factors = tetragonal.structure_factors
    unique = numpy.zeros(int(factors.reflections.max()) + 1)
    unique[factors.reflections.ravel()] = factors.table.ravel()
    values = torch.tensor(unique, requires_grad=True)
    image = simulate(tetragonal, {"structure_factors": values})
    assert (image.detach().numpy() == nanobragg.simulate(tetragonal, "float64")).all()
    (image * torch.from_numpy(weights)).sum().backward()
    by_position = nanobragg.amplitude_gradient(tetragonal, weights)
    expected = numpy.bincount(factors.reflections.ravel(), by_position.ravel())
    assert values.grad.numpy() == pytest.approx(expected, rel=1e-12)
    one = torch.tensor(tetragonal.value(NAME), dtype=torch.float64, requires_grad=True)
    (simulate(tetragonal, {NAME: one}) * torch.from_numpy(weights)).sum().backward()
    number = factors.reflections[tuple(numpy.array([2, 1, 0]) - numpy.array(factors.first))]
    assert one.grad.item() == pytest.approx(expected[number], rel=1e-9)
    with pytest.raises(nanobragg.UsageError, match="with structure_factors"):
        simulate(tetragonal, {NAME: one, "structure_factors": values})
