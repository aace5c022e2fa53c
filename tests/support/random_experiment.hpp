// Small experiments drawn at random, for comparing kernels.
#pragma once

#include <functional>

#include "support/experiments.hpp"

namespace nanobragg::test {

// Draws numbers of [0, 1).
using Uniform = std::function<double()>;

// Any shape of crystal, any option of a kernel, at most 9 × 41 pixels and some hundred steps: odd
// widths, regions of one pixel, masks, tables that end inside the image.
ExperimentParts random_experiment(const Uniform& uniform);

}  // namespace nanobragg::test
