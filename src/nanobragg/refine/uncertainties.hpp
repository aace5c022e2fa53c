// What a normal matrix says about parameters: uncertainties, and combinations that are not
// determined.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace nanobragg::refine {

struct Uncertainties {
  std::vector<double> standard;      // of the coordinates
  std::vector<double> correlations;  // n × n, row by row
};

// Of a normal matrix of n coordinates: square roots of the diagonal of its inverse. A coordinate
// that it does not determine has infinity, and NaN for correlations.
Uncertainties uncertainties(std::span<const double> normal);

// What pixels (and restraints) do not determine: names the coordinates that have no effect, or the
// combination that has no effect on any pixel. Empty where they determine all.
std::string undetermined(std::span<const double> normal, std::span<const std::string> names);

}  // namespace nanobragg::refine
