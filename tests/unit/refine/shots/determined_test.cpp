// Which coordinates a normal matrix determines, and when each becomes free.
#include <gtest/gtest.h>

#include <algorithm>

#include "nanobragg/refine/shots/refine_shot.hpp"

namespace nanobragg::refine {
namespace {

using Flags = std::vector<bool>;

TEST(Determined, AreAllOfARegularMatrix) {
  const std::vector<double> normal{4, 2, 0, 2, 2, 0, 0, 0, 25};
  EXPECT_EQ(determined(normal, std::vector(3, 1.0)), (Flags{true, true, true}));
  EXPECT_EQ(determined({}, {}), Flags{});
}

TEST(Determined, IsNotWhatNoPixelSees) {
  const std::vector<double> normal{4, 0, 2, 0, 0, 0, 2, 0, 2};
  EXPECT_EQ(determined(normal, std::vector(3, 1.0)), (Flags{true, false, true}));
  EXPECT_EQ(determined(std::vector(4, 0.0), std::vector(2, 1.0)), (Flags{false, false}));
}

// Standard uncertainties of 1.9 and 2.1 steps.
TEST(Determined, IsWhatIsKnownToTwoSteps) {
  const std::vector<double> normal{1.0 / (1.9 * 1.9), 0, 0, 1.0 / (2.1 * 2.1)};
  EXPECT_EQ(determined(normal, std::vector(2, 1.0)), (Flags{true, false}));
  EXPECT_EQ(determined(normal, std::vector{0.9, 1.1}), (Flags{false, true}));
}

// One of two that do the same; the other and what is beside them are free.
TEST(Determined, IsOneOfTwoThatDoTheSame) {
  const std::vector<double> normal{1, 1e3, 0, 1e3, 1e6, 0, 0, 0, 25};
  const Flags found = determined(normal, std::vector{1.0, 1e-3, 1.0});
  EXPECT_NE(found[0], found[1]);
  EXPECT_TRUE(found[2]);
}

// x, y, x + y, z.
TEST(Determined, AreTwoOfThreeThatDependOnEachOther) {
  const std::vector<double> normal{1, 0, 1, 0,  //
                                   0, 1, 1, 0,  //
                                   1, 1, 2, 0,  //
                                   0, 0, 0, 3};
  const Flags found = determined(normal, std::vector(4, 1.0));
  EXPECT_EQ(std::ranges::count(found, false), 1);
  EXPECT_TRUE(found[3]);
}

// Nearly the same: they are known to 22 steps each, and to less than 1 where one of them is held.
TEST(Determined, IsOneOfTwoThatDoNearlyTheSame) {
  const std::vector<double> normal{1, 0.999, 0.999, 1};
  const Flags found = determined(normal, std::vector(2, 1.0));
  EXPECT_EQ(std::ranges::count(found, false), 1);
}

// The second is known worst; the first would go, were it not to be the last.
TEST(Determined, KeepsTheLastAsLongAsItIsSeen) {
  const std::vector<double> normal{0.9, 0.949, 0.949, 1.01};
  const std::vector<double> steps(2, 1.0);
  EXPECT_EQ(determined(normal, steps), (Flags{false, true}));
  EXPECT_EQ(determined(normal, steps, 2.0, 0), (Flags{true, false}));
  EXPECT_EQ(determined(std::vector{0.0, 0.0, 0.0, 1.0}, steps, 2.0, 0), (Flags{false, true}));
  EXPECT_EQ(determined(std::vector{0.0}, std::vector(1, 1.0), 2.0, 0), Flags{false});
}

// Units of one coordinate or another change nothing.
TEST(Determined, DoesNotDependOnUnits) {
  const double unit = 1e-12;
  const std::vector<double> normal{1, 0.5 * unit, 0.5 * unit, unit * unit};
  EXPECT_EQ(determined(normal, std::vector{1.0, 1.0 / unit}), (Flags{true, true}));
}

TEST(ShotStages, BeginWithTheScaleAndEndWithAll) {
  using Id = plan::ParameterId;
  EXPECT_EQ(stage_of(Id::fluence), ShotStage::scale);
  EXPECT_EQ(stage_of(Id::misset_y), ShotStage::orientation);
  EXPECT_EQ(stage_of(Id::cells_b), ShotStage::spots);
  EXPECT_EQ(stage_of(Id::mosaic_spread), ShotStage::spots);
  EXPECT_EQ(stage_of(Id::cell_a), ShotStage::cell);
  EXPECT_EQ(stage_of(Id::cell_gamma), ShotStage::cell);
  EXPECT_EQ(stage_of(Id::distance), ShotStage::all);
  EXPECT_LT(ShotStage::scale, ShotStage::orientation);
  EXPECT_LT(ShotStage::spots, ShotStage::cell);
}

}  // namespace
}  // namespace nanobragg::refine
