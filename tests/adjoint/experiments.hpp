// The experiments whose derivatives are tested: every option, with every parameter in effect
// somewhere.
#pragma once

#include <ostream>
#include <vector>

#include "support/experiments.hpp"

namespace nanobragg::test {

inline void PrintTo(const NamedExperiment& experiment, std::ostream* out) {
  *out << experiment.name;
}

std::vector<NamedExperiment> differentiable_experiments();

}  // namespace nanobragg::test
