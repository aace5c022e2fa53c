"""Images as functions of torch tensors."""
import importlib.util
from pathlib import Path

import numpy
import pytest

import nanobragg

torch = pytest.importorskip("torch", reason="apt-get install python3-torch")
simulate = pytest.importorskip("nanobragg.torch").simulate

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "refine_misset.py"


def tensor(values, requires_grad=True):
    return torch.tensor(values, dtype=torch.float64, requires_grad=requires_grad)


def test_is_the_image(experiment):
    image = simulate(experiment, {"distance": tensor(60.0)})
    assert image.dtype == torch.float64 and image.requires_grad
    expected = nanobragg.simulate(experiment.with_values({"distance": 60.0}), "float64")
    assert (image.detach().numpy() == expected).all()


@pytest.fixture
def smooth(flags):
    """An experiment none of whose pixels changes the reflection it is nearest to."""
    return nanobragg.Experiment.from_flags([*flags, "-gauss_xtal"])


def check(function, inputs):
    image = function(*inputs).detach()
    return torch.autograd.gradcheck(
        function, inputs, eps=1e-6, rtol=1e-4, atol=1e-6 * float(image.max()))


@pytest.mark.parametrize(
    "start",
    [
        {"misset": [10.0, 20.0, 30.0]},
        {"cell": [40.0, 50.0, 60.0, 85.0, 95.0, 105.0]},
        {"distance": 60.0, "beam_centre": [15.0, 20.0], "wavelength": 1.2},
        {"N": [5.0, 5.0, 5.0], "kahn_factor": 0.1},
    ],
    ids=lambda start: "-".join(start),
)
def test_gradcheck(smooth, start):
    inputs = [tensor(value) for value in start.values()]
    assert check(lambda *values: simulate(smooth, dict(zip(start, values))), inputs)


def test_gradcheck_of_amplitudes(smooth):
    table = numpy.random.default_rng(4).uniform(50, 100, (4, 4, 4))
    factors = nanobragg.StructureFactors.from_table([-3, -3, -3], table)
    at = smooth.replace(structure_factors=factors)
    misset = tensor([10.0, 20.0, 30.0])
    amplitudes = tensor(factors.table.copy())
    assert check(
        lambda f, m: simulate(at, {"structure_factors": f, "misset": m}), (amplitudes, misset))


def test_only_what_is_wanted_is_differentiated(experiment):
    misset, distance = tensor([10.0, 20.0, 30.0]), tensor(60.0, requires_grad=False)
    simulate(experiment, {"misset": misset, "distance": distance}).sum().backward()
    by = nanobragg.gradient(experiment, numpy.ones((30, 40)))
    assert misset.grad.tolist() == pytest.approx([by[f"misset_{x}"] for x in "xyz"], rel=1e-6)
    assert distance.grad is None


def test_single_precision_tensors(experiment):
    distance = torch.tensor([60.0], requires_grad=True)
    simulate(experiment, {"distance": distance}).sum().backward()
    assert distance.grad.dtype == torch.float32 and distance.grad.shape == (1,)


def test_dlpack_shares_memory(experiment):
    image = nanobragg.simulate(experiment)
    assert torch.from_dlpack(image).data_ptr() == image.ctypes.data
    ones = torch.ones(30, 40, dtype=torch.float64)
    assert nanobragg.gradient(experiment, ones) == nanobragg.gradient(experiment, ones.numpy())


def test_errors(experiment):
    with pytest.raises(nanobragg.UsageError, match="did you mean"):
        simulate(experiment, {"distanse": tensor(60.0)})
    with pytest.raises(nanobragg.UsageError, match="takes 3 numbers"):
        simulate(experiment, {"misset": tensor([1.0])})
    with pytest.raises(nanobragg.UsageError, match="the table has None"):
        simulate(experiment, {"structure_factors": tensor([1.0])})


def test_second_derivatives_raise(experiment):
    misset = tensor([10.0, 20.0, 30.0])
    for loss in (lambda image: image.sum(), lambda image: (image ** 2).sum()):
        (first,) = torch.autograd.grad(
            loss(simulate(experiment, {"misset": misset})), misset, create_graph=True)
        with pytest.raises(RuntimeError, match="second derivatives"):
            torch.autograd.grad((first ** 2).sum(), misset)
        with pytest.raises(RuntimeError, match="second derivatives"):
            torch.autograd.functional.hessian(
                lambda m: loss(simulate(experiment, {"misset": m})), misset.detach())


def test_example_finds_the_misset(capsys):
    spec = importlib.util.spec_from_file_location("refine_misset", EXAMPLE)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    assert numpy.abs(example.misset.detach().numpy() - example.TRUTH).max() < 0.002
    assert numpy.abs(numpy.array(example.START) - example.TRUTH).max() > 0.1
    assert "misset" in capsys.readouterr().out
