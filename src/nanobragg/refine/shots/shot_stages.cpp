// Sorts parameters into stages, and finds those that nothing determines.
#include "nanobragg/refine/shots/shot_stages.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "nanobragg/refine/uncertainties.hpp"

namespace nanobragg::refine {

using Id = plan::ParameterId;

bool is_of_cell(Id id) { return id <= Id::cell_gamma; }

bool is_correlation(Id id) {
  return id == Id::mosaic_bc || id == Id::mosaic_ac || id == Id::mosaic_ab;
}

bool is_size(Id id) { return id == Id::cells_a || id == Id::cells_b || id == Id::cells_c; }

bool is_spread(Id id) {
  if (is_correlation(id) || id == Id::fudge || id == Id::b_factor) return false;
  return stage_of(id) == ShotStage::spots || stage_of(id) == ShotStage::turns;
}

std::string_view name_of(ShotStage stage) {
  switch (stage) {
    case ShotStage::places:
      return "places";
    case ShotStage::scale:
      return "scale";
    case ShotStage::orientation:
      return "orientation";
    case ShotStage::spots:
      return "shape of spots";
    case ShotStage::lattices:
      return "lattices";
    case ShotStage::turns:
      return "mosaicity by axis";
    case ShotStage::cell:
      return "cell";
    case ShotStage::all:
      break;
  }
  return "all";
}

ShotStage stage_of(Id id) {
  switch (id) {
    case Id::fluence:
      return ShotStage::scale;
    case Id::misset_x:
    case Id::misset_y:
    case Id::misset_z:
    case Id::phi:
      return ShotStage::orientation;
    case Id::b_factor:
    case Id::mosaic_spread:
    case Id::cell_spread:
    case Id::cells_a:
    case Id::cells_b:
    case Id::cells_c:
    case Id::fudge:
    case Id::bandwidth:
    case Id::horizontal_divergence:
    case Id::vertical_divergence:
      return ShotStage::spots;
    case Id::mosaic_a:
    case Id::mosaic_b:
    case Id::mosaic_c:
    case Id::mosaic_bc:
    case Id::mosaic_ac:
    case Id::mosaic_ab:
      return ShotStage::turns;
    default:
      if (plan::is_of_lattice(id)) return ShotStage::lattices;
      return is_of_cell(id) ? ShotStage::cell : ShotStage::all;
  }
}

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// Of some coordinates, the others being known: what a normal matrix says.
Uncertainties uncertainties_of(std::span<const double> normal, std::span<const std::size_t> some,
                               std::size_t of) {
  std::vector<double> part;
  for (const std::size_t i : some) {
    for (const std::size_t j : some) part.push_back(normal[i * of + j]);
  }
  return uncertainties(part);
}

// Which of them goes most with one: the first that is not known at all, or the most correlated.
std::size_t companion_of(std::size_t one, const Uncertainties& known) {
  const std::size_t n = known.standard.size();
  std::vector<double> with(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double correlation = std::abs(known.correlations[one * n + i]);
    with[i] = std::isinf(known.standard[i]) ? kInfinite
              : std::isnan(correlation)     ? 0.0
                                            : correlation;
  }
  with[one] = -1.0;
  return static_cast<std::size_t>(std::ranges::max_element(with) - with.begin());
}

}  // namespace

std::vector<bool> determined(std::span<const double> normal, std::span<const double> usual_step,
                             double most_steps, std::optional<std::size_t> last) {
  const std::size_t n = usual_step.size();
  std::vector<std::size_t> free(n);
  std::iota(free.begin(), free.end(), std::size_t{0});
  const bool has_last =
      last && normal[*last * n + *last] > 0.0 &&
      1.0 / std::sqrt(normal[*last * n + *last]) <= most_steps * usual_step[*last];
  while (!free.empty()) {
    const Uncertainties known = uncertainties_of(normal, free, n);
    std::vector<double> steps;
    for (std::size_t k = 0; k < free.size(); ++k) {
      steps.push_back(known.standard[k] / usual_step[free[k]]);
    }
    auto worst = static_cast<std::size_t>(std::ranges::max_element(steps) - steps.begin());
    if (steps[worst] <= most_steps) break;
    if (has_last && free[worst] == *last && free.size() > 1) worst = companion_of(worst, known);
    free.erase(free.begin() + static_cast<std::ptrdiff_t>(worst));
  }
  std::vector<bool> out(n);
  for (const std::size_t i : free) out[i] = true;
  return out;
}

}  // namespace nanobragg::refine
