// The stages of a shot's refinement.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "nanobragg/plan/parameters.hpp"

namespace nanobragg::refine {

// The order in which parameters become free: each stage keeps those of the ones before.
enum class ShotStage : std::uint8_t {
  places,       // orientation, cell and detector, by where spots are measured
  scale,        // fluence
  orientation,  // missets
  spots,     // size, mosaicity, spectrum, divergence, B: what gives spots their shape and strength
  lattices,  // turns and weights of several
  turns,     // mosaicity about three axes, in place of that about all
  cell,
  all,
};
std::string_view name_of(ShotStage stage);
ShotStage stage_of(plan::ParameterId id);
bool is_of_cell(plan::ParameterId id);
bool is_correlation(plan::ParameterId id);
bool is_size(plan::ParameterId id);  // of the crystal, in cells
// Whether it is a width of spots or of what widens them.
bool is_spread(plan::ParameterId id);

// What is known to no better than so many usual steps is held.
inline constexpr double kMostUsualSteps = 2.0;

// Which coordinates a normal matrix determines, to within so many usual steps: of those that it
// does not, the worst is left out, until it determines all others. `last` stays as long as
// it is determined by itself: what goes most with it is left out instead.
std::vector<bool> determined(std::span<const double> normal, std::span<const double> usual_step,
                             double most_steps = kMostUsualSteps,
                             std::optional<std::size_t> last = {});

}  // namespace nanobragg::refine
