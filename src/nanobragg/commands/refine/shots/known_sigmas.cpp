// Gathers equivalents.
#include "nanobragg/commands/refine/shots/known_sigmas.hpp"

#include <algorithm>

#include "nanobragg/refine/shots/unique_reflections.hpp"

namespace nanobragg::commands {

void KnownSigmas::give(std::span<refine::BoxesOfReflection> reflections,
                       const AmplitudeSymmetry& symmetry) const {
  if (listed_.empty()) return;
  Widths& widths = of_groups_[symmetry.group.name];
  if (widths.empty()) {
    for (const auto& [index, sigma] : listed_) {
      for (const MillerIndex& one : {index, mate_of(index)}) {
        double& width = widths[refine::representative(one, symmetry)];
        width = std::max(width, 2.0 * sigma);
      }
    }
  }
  constexpr double kLeast = 0.02, kMost = 1.2825;
  for (refine::BoxesOfReflection& reflection : reflections) {
    const auto at = widths.find(reflection.index);
    if (at != widths.end()) reflection.prior.sigma = std::clamp(at->second, kLeast, kMost);
  }
}

}  // namespace nanobragg::commands
