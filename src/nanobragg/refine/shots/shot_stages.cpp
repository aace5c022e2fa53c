// Sorts parameters into stages, and finds those that nothing determines.
#include "nanobragg/refine/shots/shot_stages.hpp"

#include "nanobragg/refine/uncertainties.hpp"

namespace nanobragg::refine {

using Id = plan::ParameterId;

bool is_of_cell(Id id) { return id <= Id::cell_gamma; }

bool is_correlation(Id id) {
  return id == Id::mosaic_bc || id == Id::mosaic_ac || id == Id::mosaic_ab;
}

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
      return is_of_cell(id) ? ShotStage::cell : ShotStage::all;
  }
}

std::vector<bool> determined(std::span<const double> normal, std::span<const double> usual_step,
                             double most_steps) {
  const std::size_t n = usual_step.size();
  std::vector<bool> out(n, true);
  while (true) {
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < n; ++i) {
      if (out[i]) free.push_back(i);
    }
    if (free.empty()) return out;
    std::vector<double> part;
    for (const std::size_t i : free) {
      for (const std::size_t j : free) part.push_back(normal[i * n + j]);
    }
    const std::vector<double> standard = uncertainties(part).standard;
    std::size_t worst = 0;
    double most = 0.0;
    for (std::size_t k = 0; k < free.size(); ++k) {
      const double steps = standard[k] / usual_step[free[k]];
      if (steps > most) worst = free[k], most = steps;
    }
    if (most <= most_steps) return out;
    out[worst] = false;
  }
}

}  // namespace nanobragg::refine
