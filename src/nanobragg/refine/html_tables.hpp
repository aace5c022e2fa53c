// The tables that pages of refinements have in common, as markup.
#pragma once

#include <span>
#include <string>

#include "nanobragg/refine/problem.hpp"

namespace nanobragg::refine {

// Start, refined value with its uncertainty, and the change by that; amplitudes behind parameters.
std::string parameter_markup(std::span<const RefinedParameter> parameters,
                             std::span<const RefinedAmplitude> amplitudes);

// Each with each; the stronger, the stronger its colour.
std::string correlation_markup(const Correlations& correlations);

}  // namespace nanobragg::refine
