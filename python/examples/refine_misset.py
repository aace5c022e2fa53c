"""Finds the orientation of a crystal from one noisy image, with torch.optim.

    python3 python/examples/refine_misset.py

Cells are marked by # %%, as notebooks and editors read them.
"""
# %% An experiment, from the words of the program's command line
import numpy
import torch

import nanobragg
import nanobragg.torch

FLAGS = """
    -cell 40 50 60 85 95 105 -N 8 -default_F 100 -gauss_xtal
    -lambda 1.2 -distance 60 -detpixels 100 -pixel 0.4 -oversample 1 -fluence 1e28
""".split()
experiment = nanobragg.Experiment.from_flags(FLAGS)
print(experiment)

# %% What the detector counted: the true orientation, and Poisson noise
TRUTH = [10.0, 20.0, 30.0]  # °, about x, y, z
expected = nanobragg.simulate(experiment.with_values({"misset": TRUTH}), "float64")
counted = torch.from_dlpack(numpy.random.default_rng(1).poisson(expected).astype(float))
print(f"{int(counted.sum())} photons, at most {int(counted.max())} in a pixel")

# %% The loss: squares of the differences in units of their standard deviation, from photons or not
START = [10.15, 19.9, 30.1]
misset = torch.tensor(START, dtype=torch.float64, requires_grad=True)


def chi_squared():
    """The mean over the pixels; most of them are dark, so that noise alone leaves much less than 1."""
    image = nanobragg.torch.simulate(experiment, {"misset": misset})
    return ((image - counted) ** 2 / (counted + 1)).mean()


# %% Refinement
optimiser = torch.optim.LBFGS([misset], lr=1, max_iter=10, line_search_fn="strong_wolfe")


def closure():
    """The loss and its gradient, as LBFGS asks for them."""
    optimiser.zero_grad()
    loss = chi_squared()
    loss.backward()
    return loss


for step in range(5):
    value = float(optimiser.step(closure))
    angles = ", ".join(f"{angle:.4f}" for angle in misset.tolist())
    print(f"step {step}: chi² {value:9.3f} before, misset {angles}°")

# %% How far from the truth, and how far noise alone would lead (from the Jacobian)
refined = experiment.with_values({"misset": misset.tolist()})
jacobian = nanobragg.jacobian(refined, ["misset"]).reshape(3, -1)
information = (jacobian / (counted.numpy().ravel() + 1)) @ jacobian.T
errors = numpy.sqrt(numpy.diag(numpy.linalg.inv(information)))
for name, found, true, error in zip("xyz", misset.tolist(), TRUTH, errors):
    print(f"misset_{name} {found:.4f} ± {error:.4f}°, {found - true:+.4f}° off")
