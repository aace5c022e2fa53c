// What the server says, as JSON.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/view/explanations.hpp"
#include "nanobragg/view/live_experiment.hpp"
#include "nanobragg/view/measured_images.hpp"
#include "nanobragg/view/opening.hpp"
#include "nanobragg/view/refining.hpp"
#include "nanobragg/view/scene.hpp"

namespace nanobragg::view {

// What stays while the server runs.
struct Standing {
  const Opening& opening;
  std::string session;  // of this run of the program
};

// All that a page has to know of the experiment: geometry, crystal, fields and their values.
std::string state_json(const Standing& standing, LiveExperiment& live);
std::string frame_json(const MeasuredImage& image);
std::string limits_json(const Picture& picture);
std::string predictions_json(const Scene& scene,
                             const std::vector<kernel::analytic::PredictedReflection>& rows);
std::string profile_json(const RadialProfile& profile);
std::string rocking_json(const RockingCurve& curve);
std::string refining_json(const RefiningReport& report);
// {"error": …}
std::string error_json(const std::string& problem);

// What a page sends.
struct FieldChange {
  std::string path;
  std::vector<std::string> values;
  int changed = -1;  // which of the numbers of a cell
  std::string movement;
};
struct CrystalTurn {
  Vec3<double> axis;
  double degrees = 0.0;
  std::string movement;
};
// Of the image that a page shows; these throw UsageError for what is not such a thing.
std::size_t parse_frame(const std::string& json);
FieldChange parse_change(const std::string& json);
CrystalTurn parse_turn(const std::string& json);

}  // namespace nanobragg::view
