// Placing a detector: what each pivot keeps, and that a corner given back places it again.
#include "nanobragg/model/detector_placement.hpp"

#include <gtest/gtest.h>

namespace nanobragg {
namespace {

DetectorPlacement<double> tilted(Pivot pivot) {
  return {.beam = {0, 0, 1},
          .fast = {1, 0, 0},
          .slow = {0, 1, 0},
          .normal = {0, 0, 1},
          .twotheta_axis = {1, 0, 0},
          .close_f = 0.012,
          .close_s = 0.02,
          .beam_f = 0.014,
          .beam_s = 0.017,
          .distance = 0.1,
          .close_distance = {},
          .tilt = {0.1, -0.05, 0.2},
          .twotheta = 0.0,
          .pivot = pivot,
          .corner = {}};
}

TEST(DetectorPlacement, TheBeamPivotKeepsTheBeamCentre) {
  const auto placed = place(tilted(Pivot::beam));
  EXPECT_NEAR(placed.beam_f, 0.014, 1e-15);
  EXPECT_NEAR(placed.beam_s, 0.017, 1e-15);
  EXPECT_NEAR(placed.distance, 0.1, 1e-15);
  EXPECT_LT(placed.close_distance, 0.1);
}

TEST(DetectorPlacement, TheSamplePivotKeepsTheNearestPoint) {
  auto in = tilted(Pivot::sample);
  in.close_distance = 0.1;
  const auto placed = place(in);
  EXPECT_NEAR(placed.close_f, 0.012, 1e-15);
  EXPECT_NEAR(placed.close_s, 0.02, 1e-15);
  EXPECT_NEAR(placed.close_distance, 0.1, 1e-15);
  EXPECT_GT(placed.distance, 0.1);
}

TEST(DetectorPlacement, AnUntiltedDetectorDoesNotCareAboutThePivot) {
  auto in = tilted(Pivot::sample);
  in.tilt = {};
  in.close_f = in.beam_f;
  in.close_s = in.beam_s;
  const auto by_sample = place(in);
  in.pivot = Pivot::beam;
  const auto by_beam = place(in);
  EXPECT_NEAR(length(by_sample.corner - by_beam.corner), 0.0, 1e-16);
}

TEST(DetectorPlacement, AGivenCornerStaysAndEverythingFollowsFromIt) {
  auto in = tilted(Pivot::beam);
  in.twotheta = 0.1;
  const auto placed = place(in);
  auto again = in;
  again.corner = placed.corner;
  again.beam_f = again.beam_s = 0.0;
  const auto replaced = place(again);
  EXPECT_EQ(replaced.corner, placed.corner);
  EXPECT_NEAR(replaced.beam_f, placed.beam_f, 1e-15);
  EXPECT_NEAR(replaced.close_s, placed.close_s, 1e-15);
}

}  // namespace
}  // namespace nanobragg
