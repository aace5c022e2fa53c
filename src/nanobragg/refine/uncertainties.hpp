// What a normal matrix says about parameters: uncertainties, and what cannot be told apart.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace nanobragg::refine {

struct Uncertainties {
  std::vector<double> standard;      // of the coordinates
  std::vector<double> correlations;  // n × n, row by row
};

// Of a normal matrix of n coordinates that is not singular: square roots of the diagonal of its
// inverse.
Uncertainties uncertainties(std::span<const double> normal);

// Throws Error where pixels (and restraints) do not determine the coordinates: names those that
// have no effect, or the combination that no pixel sees.
void check_determined(std::span<const double> normal, std::span<const std::string> names);

}  // namespace nanobragg::refine
