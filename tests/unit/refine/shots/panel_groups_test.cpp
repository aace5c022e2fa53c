// Groups of panels against a rigid body that is moved.
#include "nanobragg/refine/shots/panel_groups.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "support/experiments.hpp"

namespace nanobragg::refine {
namespace {

// Two panels of one plane, one a quarter turn from the other.
Experiment two_panels() {
  Experiment experiment = test::small_experiment().build();
  PanelValues second = *experiment.detector.panels.front();
  second.corner_m = second.corner_m + 0.004 * second.fast + 0.001 * second.slow;
  const Vec3<double> fast = second.fast;
  second.fast = second.slow;
  second.slow = -fast;
  experiment.detector.panels.emplace_back(second);
  return experiment;
}

Experiment moved(const Experiment& experiment, const NamedMotion& motion, double by) {
  plan::ParameterValues<double> values = plan::values_of(experiment);
  for (std::size_t i = 0; i < motion.ids.size(); ++i) {
    values[motion.ids[i]] += by * motion.weights[i];
  }
  return plan::with_values(experiment, values);
}

const NamedMotion& named(const std::vector<NamedMotion>& motions, const std::string& name) {
  return *std::ranges::find(motions, name, &NamedMotion::name);
}

TEST(RigidGroup, ShiftsAllPanelsAlike) {
  const Experiment start = two_panels();
  const auto motions = motions_of({"g", {0, 1}}, start.detector);
  constexpr double kShift = 1e-4;
  const Experiment end = moved(start, named(motions, "g.shift_fast"), kShift);
  const Vec3<double> expected = kShift * start.detector.panels[0]->fast;
  for (std::size_t i = 0; i < 2; ++i) {
    const Vec3<double> shift =
        end.detector.panels[i]->corner_m - start.detector.panels[i]->corner_m;
    EXPECT_LT(length(shift - expected), 1e-12) << i;
    EXPECT_LT(length(end.detector.panels[i]->fast - start.detector.panels[i]->fast), 1e-14);
  }
}

TEST(RigidGroup, TurnsAsOneBody) {
  const Experiment start = two_panels();
  const auto motions = motions_of({"g", {0, 1}}, start.detector);
  constexpr double kTurn = 1e-4;
  const Experiment end = moved(start, named(motions, "g.turn_normal"), kTurn);
  const PanelValues& first = *start.detector.panels[0];
  const Vec3<double> normal = cross(first.fast, first.slow);
  const auto apart = [](const Experiment& e) {
    return e.detector.panels[1]->corner_m - e.detector.panels[0]->corner_m;
  };
  // Within θ² of a few millimetres.
  EXPECT_LT(length(apart(end) - rotate_about(apart(start), normal, kTurn)), 1e-10);
  for (std::size_t i = 0; i < 2; ++i) {
    const Vec3<double> turned = rotate_about(start.detector.panels[i]->fast, normal, kTurn);
    EXPECT_LT(length(end.detector.panels[i]->fast - turned), 1e-9) << i;
  }
}

TEST(RigidGroup, TiltsAsOneBody) {
  const Experiment start = two_panels();
  const auto motions = motions_of({.name = "g", .panels = {0, 1}, .tilts = true}, start.detector);
  constexpr double kTurn = 1e-4;
  for (const bool about_fast : {true, false}) {
    SCOPED_TRACE(about_fast);
    const Experiment end =
        moved(start, named(motions, about_fast ? "g.turn_fast" : "g.turn_slow"), kTurn);
    const PanelValues& first = *start.detector.panels[0];
    const Vec3<double> axis = about_fast ? first.fast : first.slow;
    const auto apart = [](const Experiment& e) {
      return e.detector.panels[1]->corner_m - e.detector.panels[0]->corner_m;
    };
    EXPECT_LT(length(apart(end) - rotate_about(apart(start), axis, kTurn)), 1e-10);
    for (std::size_t i = 0; i < 2; ++i) {
      const Vec3<double> turned = rotate_about(start.detector.panels[i]->fast, axis, kTurn);
      EXPECT_LT(length(end.detector.panels[i]->fast - turned), 1e-9) << i;
    }
  }
}

}  // namespace
}  // namespace nanobragg::refine
