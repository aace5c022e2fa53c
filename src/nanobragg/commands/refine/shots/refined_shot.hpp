// A shot after its refinement, pixels and all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/shot_source.hpp"
#include "nanobragg/kernel/analytic/reflection_table.hpp"
#include "nanobragg/refine/shots/refine_shot.hpp"

namespace nanobragg::commands {

// Root mean squares of predicted less measured places, in pixels.
struct PlaceResiduals {
  double fast = 0.0, slow = 0.0;
  std::size_t spots = 0;  // that are predicted and measured
};

struct RefinedShot {
  std::size_t number = 0;
  std::string image = {};       // as files name it
  std::string identifier = {};  // of DIALS
  std::string failure = {};     // why there is no result; empty: there is
  std::optional<IndexedShot> shot = {};
  std::optional<refine::ShotResult> result = {};
  // Of each box: where the refined experiment predicts its spot; unset where it does not.
  std::vector<std::optional<kernel::analytic::PredictedReflection>> predicted = {};
  PlaceResiduals before = {}, after = {};
};

// Predictions and residuals of a result. Spots count whose measured places are known: those of a
// reflection table.
void judge_places(RefinedShot& shot);

}  // namespace nanobragg::commands
