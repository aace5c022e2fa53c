// The experiment that windows share.
#include "nanobragg/view/live_experiment.hpp"

#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/view/fields.hpp"

namespace nanobragg::view {
namespace {

config::Settings still(const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{
      "-cell", "50",         "60", "70", "90", "90",        "90",  "-misset",    "10", "20",
      "30",    "-default_F", "10", "-N", "5",  "-distance", "100", "-detpixels", "64"};
  words.insert(words.end(), more.begin(), more.end());
  return config::parse_arguments(words).settings;
}

Vec3<double> a_star(const Scene& scene) {
  const Experiment& e = scene.job.experiment;
  const double middle = e.spindle.start.value() + e.spindle.oscillation.range.value_or(0.0) / 2.0;
  return rotate_about(lattice_of(*e.crystal).reciprocal.a, e.spindle.axis, middle);
}

TEST(LiveExperiment, TurnsTheCrystalAsItStandsInTheMiddleOfTheExposure) {
  LiveExperiment live(still({"-phi", "40", "-osc", "2", "-phisteps", "2"}), true);
  const Vec3<double> before = a_star(*live.scene());
  const Vec3<double> axis = unit(Vec3{0.3, -0.5, 0.8});
  const Vec3<double> after = a_star(*live.turn(axis, 0.2, "drag"));
  EXPECT_NEAR(length(after - rotate_about(before, axis, 0.2)), 0.0, 1e-12);
}

TEST(LiveExperiment, UndoesAMovementAsOne) {
  LiveExperiment live(still(), true);
  const auto& distance = option_of_field("detector.distance_mm");
  for (const char* value : {"110", "120", "130"}) live.set(distance, {value}, "slide");
  live.set(distance, {"140"}, "");
  EXPECT_DOUBLE_EQ(*live.scene()->given.distance_mm, 140.0);
  EXPECT_DOUBLE_EQ(*live.undo()->given.distance_mm, 130.0);
  EXPECT_DOUBLE_EQ(*live.undo()->given.distance_mm, 100.0);
  EXPECT_FALSE(live.can_undo());
  EXPECT_DOUBLE_EQ(*live.redo()->given.distance_mm, 130.0);
  live.set(distance, {"150"}, "");
  EXPECT_FALSE(live.can_redo());
}

TEST(LiveExperiment, StaysAsItIsWhereAChangeIsNone) {
  LiveExperiment live(still(), true);
  EXPECT_THROW(live.set(option_of_field("detector.distance_mm"), {"-3"}, ""), UsageError);
  EXPECT_THROW(
      live.set(option_of_field("crystal.cell_A_deg"), {"5", "5", "5", "179", "1", "90"}, ""),
      Error);
  EXPECT_THROW(option_of_field("crystal.hkl_file"), UsageError);
  EXPECT_EQ(live.scene()->version, 1U);
  EXPECT_FALSE(live.can_undo());
}

TEST(LiveExperiment, MakesAmplitudesAgainWhereTheyAreOthers) {
  LiveExperiment live(still({"-default_F", "0", "-wilson", "20,1", "-dmin", "5"}), true);
  const auto first = live.scene()->job.experiment.structure_factors;
  EXPECT_EQ(live.set(option_of_field("detector.distance_mm"), {"90"}, "")
                ->job.experiment.structure_factors,
            first);
  const auto with_other_seed =
      live.set(option_of_field("crystal.wilson_B_A2_seed"), {"20", "2"}, "");
  EXPECT_NE(with_other_seed->job.experiment.structure_factors, first);
  EXPECT_TRUE(with_other_seed->is_exact);
}

TEST(Fields, StandInTheOptionTable) {
  LiveExperiment live(still(), true);
  for (const FieldGroup& group : field_groups()) {
    for (const Field& field : group.fields) {
      EXPECT_EQ(config::path_of(option_of_field(field.path)), field.path);
      if (field.kind == FieldKind::choice) {
        EXPECT_GT(choices_of(field).size(), 1U) << field.path;
      }
      // What is shown can be given again.
      const auto values = value_of(field, *live.scene());
      if (values.empty()) continue;
      EXPECT_NO_THROW(live.set(option_of_field(field.path), values, "")) << field.path;
    }
  }
}

TEST(Fields, OfACellAreTiedByItsSystem) {
  LiveExperiment live(still({"-cell", "78", "78", "38", "90", "90", "90"}), true);
  EXPECT_EQ(cell_freedom(*live.scene()).system, "tetragonal");
  EXPECT_EQ(cell_freedom(*live.scene()).free,
            (std::vector<bool>{true, false, true, false, false, false}));
  EXPECT_EQ(with_cell_ties(*live.scene(), {"79", "78", "38", "90", "90", "90"}, 0),
            (std::vector<std::string>{"79", "79", "38", "90", "90", "90"}));
}

}  // namespace
}  // namespace nanobragg::view
