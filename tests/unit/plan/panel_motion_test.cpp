// Shifts and turns of single panels: as parameters, as derivatives, and as values of an experiment.
#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/variables.hpp"
#include "nanobragg/refine/gradient_check.hpp"
#include "support/refinement.hpp"

namespace nanobragg::plan {
namespace {

using test::value_of;
using test::with;

// Two panels of half the height, the second a little tilted and skew.
Experiment two_panels() {
  Experiment experiment = test::small_truth();
  PanelValues first = *experiment.detector.panels.front();
  first.shape.slow /= 2;
  PanelValues second = first;
  second.corner_m = first.corner_m + (first.pixel_size.value() * 50.0) * first.slow;
  second.slow = unit(first.slow + 0.002 * first.fast + 0.01 * first.normal);
  second.normal = unit(cross(second.fast, second.slow));
  second.close_distance = Metre(dot(second.corner_m, second.normal));
  second.distance =
      Metre(second.close_distance.value() / dot(experiment.beam->direction, second.normal));
  experiment.detector.panels = {Panel(first), Panel(second)};
  experiment.detector.placement.reset();
  return experiment;
}

std::vector<std::string> all_names(std::size_t panel) {
  std::vector<std::string> names;
  for (const Parameter& row : motions()) {
    names.push_back("panel[" + std::to_string(panel) + "]." + std::string(row.name));
  }
  return names;
}

void expect_near(const Vec3<double>& found, const Vec3<double>& expected) {
  EXPECT_NEAR(length(found - expected), 0.0, 1e-12);
}

Vec3<double> centre_of(const PanelValues& p) {
  const PanelFrame<double> frame{p.corner_m, p.fast, p.slow, p.normal};
  return p.corner_m + to_centre(frame, p.shape, p.pixel_size.value());
}

TEST(PanelMotion, IsUndoneByWhatItIsToldOf) {
  const PanelFrame<double> placed{{0.1, -0.2, 0.3},
                                  unit(Vec3<double>{1, 0.1, 0}),
                                  unit(Vec3<double>{0.05, 1, -0.2}),
                                  unit(Vec3<double>{0.1, 0.2, 1})};
  const PanelMotion<double> motion{{1e-3, -2e-3, 5e-4}, {0.3, -0.2, 0.9}};
  const ImageShape shape{20, 30};
  const auto now = moved(placed, motion, shape, 1e-4);
  const auto back = placed_before(now, motion, shape, 1e-4);
  EXPECT_GT(length(now.slow - placed.slow), 0.1);
  expect_near(back.corner, placed.corner);
  expect_near(back.fast, placed.fast);
  expect_near(back.slow, placed.slow);
  expect_near(back.normal, placed.normal);
}

TEST(PanelMotion, IsAValueOfTheExperiment) {
  const Experiment start = two_panels();
  const Experiment changed = with(start, {{"panel[1].shift_fast", 0.2},
                                          {"panel[1].shift_slow", -0.1},
                                          {"panel[1].shift_normal", 0.3},
                                          {"panel[1].turn_normal", 2.0}});
  EXPECT_NEAR(value_of(changed, "panel[1].turn_normal"), 2.0, 1e-12);
  EXPECT_EQ(value_of(changed, "panel[0].turn_normal"), 0.0);
  EXPECT_EQ(changed.detector.panels[0]->corner_m, start.detector.panels[0]->corner_m);
  const PanelValues& before = *start.detector.panels[1];
  const PanelValues& after = *changed.detector.panels[1];
  const Vec3<double> shift = centre_of(after) - centre_of(before);
  const Vec3<double> across = unit(cross(before.fast, before.slow));
  EXPECT_NEAR(dot(shift, before.fast), 2e-4, 1e-12);
  EXPECT_NEAR(dot(shift, across), 3e-4, 1e-12);
  EXPECT_NEAR(dot(after.fast, before.fast), std::cos(2.0 * M_PI / 180), 1e-12);
  // Other values are those of where it was placed, and setting them keeps the motion.
  EXPECT_NEAR(value_of(changed, "origin_x"), value_of(start, "origin_x"), 1e-12);
  const Experiment shifted = with(changed, {{"origin_x", value_of(changed, "origin_x") + 0.5}});
  expect_near(shifted.detector.panels[1]->corner_m, after.corner_m + Vec3<double>{5e-4, 0, 0});
  const Experiment back = with(changed, {{"panel[1].shift_fast", 0.0},
                                         {"panel[1].shift_slow", 0.0},
                                         {"panel[1].shift_normal", 0.0},
                                         {"panel[1].turn_normal", 0.0}});
  EXPECT_TRUE(back.detector.motions.empty());
  expect_near(back.detector.panels[1]->corner_m, before.corner_m);
}

TEST(PanelMotion, HasItsNamesAndGroups) {
  const auto names = [](const std::string& name, std::size_t panels) {
    std::vector<std::string> found;
    for (const ParameterId id : find_parameters({{name}}, panels)) found.push_back(name_of(id));
    return found;
  };
  EXPECT_EQ(names("panel[1]", 2), all_names(1));
  EXPECT_EQ(names("panel[*].turn", 3).size(), 9U);
  EXPECT_EQ(names("panel[0].shift_slow", 1), std::vector<std::string>{"panel[0].shift_slow"});
  for (const char* wrong :
       {"panel[2].shift", "panel[x].shift", "panel[0].tilt", "panel[", "panel[-1]"}) {
    EXPECT_THROW(names(wrong, 2), UsageError) << wrong;
  }
  EXPECT_THROW(with(two_panels(), {{"panel[0].turn_fast", 95.0}}), Error);
}

TEST(PanelMotion, HasTheDerivativesOfDualNumbersAndDifferences) {
  for (const double turn : {0.0, 3.0}) {
    const Experiment experiment = with(two_panels(), {{"panel[1].turn_fast", turn},
                                                      {"panel[1].turn_slow", -turn},
                                                      {"panel[1].shift_normal", 0.1 * turn}});
    for (const std::size_t panel : {0U, 1U}) {
      const auto rows = refine::check_gradients(
          experiment, {.variables = find_single_variables(all_names(panel), 2), .panel = panel});
      ASSERT_EQ(rows.size(), kMotionCount);
      for (const auto& row : rows) {
        EXPECT_TRUE(row.agrees) << name_of(row.variable);
        EXPECT_TRUE(row.without_effect.empty()) << name_of(row.variable);
        EXPECT_NE(row.analytic, 0.0) << name_of(row.variable);
      }
    }
  }
}

TEST(PanelMotion, IsRefinedWithTheCrystal) {
  const Experiment start = two_panels();
  const Experiment truth = with(start, {{"panel[1].shift_fast", 0.05},
                                        {"panel[1].shift_slow", -0.03},
                                        {"panel[1].turn_normal", 0.2},
                                        {"misset_x", value_of(start, "misset_x") + 0.02}});
  const auto problem = test::problem_of(
      truth, start,
      {"misset", "panel[1].shift_fast", "panel[1].shift_slow", "panel[1].turn_normal"}, 5);
  const auto result = refine::refine(problem);
  for (const char* name : {"panel[1].shift_fast", "panel[1].shift_slow", "panel[1].turn_normal"}) {
    EXPECT_NEAR(test::refined_value(result, name), value_of(truth, name),
                4.0 * test::uncertainty_of(result, name))
        << name;
    EXPECT_LT(test::uncertainty_of(result, name), 0.02) << name;
  }
}

}  // namespace
}  // namespace nanobragg::plan
