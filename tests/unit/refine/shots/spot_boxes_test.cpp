// Which pixels a spot's box has: its own, measured ones, on its panel.
#include "nanobragg/refine/shots/spot_boxes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "nanobragg/model/panel_stack.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

using refine::BoxRequest;
using refine::ChosenBoxes;
using refine::SpotBox;
using refine::SpotPlace;

constexpr double kUnmeasured = std::numeric_limits<double>::quiet_NaN();

Experiment one_panel(ImageShape shape) {
  ExperimentParts parts = small_experiment();
  parts.panel.shape = shape;
  return parts.build();
}

// The second is narrower, and stands above the first.
Experiment two_panels() {
  ExperimentParts parts = small_experiment();
  parts.panel.shape = {30, 50};
  Experiment out = parts.build();
  PanelValues other = parts.panel;
  other.shape = {40, 25};
  other.corner_m = other.corner_m - 41.0 * other.pixel_size.value() * other.slow;
  out.detector.panels.push_back(Panel(other));
  return out;
}

// Each pixel of the stack has a number of its own.
Image<double> numbered(const Experiment& experiment) {
  Image<double> out(stack_of(experiment.detector.panels).shape);
  for (std::size_t i = 0; i < out.pixels().size(); ++i) out.pixels()[i] = static_cast<double>(i);
  return out;
}

SpotPlace spot_at(double fast, double slow, std::size_t panel = 0, double half = 3.0) {
  return {{1, 2, 3}, panel, fast, slow, half, half};
}

ChosenBoxes boxes(const std::vector<SpotPlace>& spots, const std::vector<SpotPlace>& neighbours,
                  const Experiment& experiment, const Image<double>& observed) {
  return refine::boxes_around({spots, neighbours, 4}, experiment, observed.view());
}

using Places = std::set<std::tuple<std::size_t, std::size_t, std::size_t>>;
Places places_of(const ChosenBoxes& chosen, std::size_t box) {
  const SpotBox& of = chosen.pixels.boxes[box];
  Places out;
  for (std::size_t j = of.first; j < of.first + of.count; ++j) {
    const PixelIndex& at = chosen.pixels.places[j];
    out.insert({of.spot.panel, at.slow, at.fast});
  }
  return out;
}

// The parts agree with each other, whatever was chosen.
void expect_consistent(const ChosenBoxes& chosen, const Experiment& experiment,
                       const Image<double>& observed) {
  const refine::BoxedPixels& pixels = chosen.pixels;
  const PanelStack stack = stack_of(experiment.detector.panels);
  ASSERT_EQ(pixels.places.size(), pixels.size());
  ASSERT_EQ(pixels.basis.size(), pixels.size());
  std::size_t next = 0;
  Places all;
  for (std::size_t i = 0; i < pixels.boxes.size(); ++i) {
    const SpotBox& box = pixels.boxes[i];
    EXPECT_EQ(box.first, next);
    next += box.count;
    for (std::size_t j = box.first; j < next; ++j) {
      const PixelIndex at = pixels.places[j];
      EXPECT_GE(at.slow, box.region.first.slow);
      EXPECT_LE(at.slow, box.region.last.slow);
      EXPECT_GE(at.fast, box.region.first.fast);
      EXPECT_LE(at.fast, box.region.last.fast);
      const std::size_t row = stack.first_row[box.spot.panel] + at.slow;
      EXPECT_EQ(pixels.observed[j], (observed[{row, at.fast}]));
      EXPECT_EQ(pixels.basis[j][0], 1.0);
      EXPECT_LE(std::abs(pixels.basis[j][1]), 1.0);
      EXPECT_LE(std::abs(pixels.basis[j][2]), 1.0);
    }
    const Places own = places_of(chosen, i);
    EXPECT_EQ(own.size(), box.count);
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(next, pixels.size());
  EXPECT_EQ(all.size(), pixels.size()) << "a pixel in two boxes";
  // Runs name the same pixels in the same order.
  for (const refine::PanelRuns& panel : pixels.panels) {
    std::size_t j = panel.first;
    for (const kernel::PixelRun& run : panel.runs) {
      for (std::size_t k = 0; k < run.count; ++k, ++j) {
        EXPECT_EQ(pixels.places[j], (PixelIndex{run.first.slow, run.first.fast + k}));
      }
    }
  }
}

TEST(SpotBoxes, HaveThePixelsOfTheSpotAndAMargin) {
  const Experiment experiment = one_panel({40, 50});
  const Image<double> observed = numbered(experiment);
  const ChosenBoxes chosen = boxes({spot_at(20.5, 15.5)}, {}, experiment, observed);
  expect_consistent(chosen, experiment, observed);
  ASSERT_EQ(chosen.pixels.boxes.size(), 1U);
  const SpotBox& box = chosen.pixels.boxes[0];
  // From 20.5 − 7 to 20.5 + 7.
  EXPECT_EQ(box.region.first, (PixelIndex{8, 13}));
  EXPECT_EQ(box.region.last, (PixelIndex{22, 27}));
  EXPECT_EQ(box.count, 15U * 15U);
  EXPECT_EQ(chosen.left_out.total(), 0U);
}

TEST(SpotBoxes, EndAtTheEdgeOfThePanel) {
  const Experiment experiment = one_panel({40, 50});
  const Image<double> observed = numbered(experiment);
  const ChosenBoxes chosen = boxes({spot_at(0.5, 0.5), spot_at(49.5, 39.5), spot_at(-0.5, 20.0),
                                    spot_at(50.5, 20.0), spot_at(20.0, -30.0)},
                                   {}, experiment, observed);
  expect_consistent(chosen, experiment, observed);
  ASSERT_EQ(chosen.pixels.boxes.size(), 2U);
  EXPECT_EQ(chosen.pixels.boxes[0].region.first, (PixelIndex{0, 0}));
  EXPECT_EQ(chosen.pixels.boxes[0].region.last, (PixelIndex{7, 7}));
  EXPECT_EQ(chosen.pixels.boxes[1].region.last, (PixelIndex{39, 49}));
  EXPECT_EQ(chosen.left_out.off_panel, 3U);
}

// Pixels between two spots are of the nearer one; those of a spot without a box are nobody's.
TEST(SpotBoxes, ShareNoPixel) {
  const Experiment experiment = one_panel({40, 50});
  const Image<double> observed = numbered(experiment);
  const SpotPlace left = spot_at(20.5, 15.5), right = spot_at(24.5, 15.5);
  const ChosenBoxes both = boxes({left, right}, {}, experiment, observed);
  expect_consistent(both, experiment, observed);
  ASSERT_EQ(both.pixels.boxes.size(), 2U);
  EXPECT_TRUE(places_of(both, 0).contains({0, 15, 20}));
  EXPECT_FALSE(places_of(both, 0).contains({0, 15, 24}));
  EXPECT_TRUE(places_of(both, 1).contains({0, 15, 24}));

  const ChosenBoxes alone = boxes({left}, {right}, experiment, observed);
  expect_consistent(alone, experiment, observed);
  ASSERT_EQ(alone.pixels.boxes.size(), 1U);
  EXPECT_FALSE(places_of(alone, 0).contains({0, 15, 24}));
  EXPECT_LT(alone.pixels.size(), 15U * 15U);
}

TEST(SpotBoxes, AreTheSameInAnyOrderOfNeighbours) {
  const Experiment experiment = one_panel({40, 50});
  const Image<double> observed = numbered(experiment);
  std::vector<SpotPlace> neighbours;
  for (double fast = 4.5; fast < 50.0; fast += 6.0) neighbours.push_back(spot_at(fast, 22.0));
  const std::vector<SpotPlace> spots{spot_at(20.5, 15.5), spot_at(30.5, 25.5)};
  const ChosenBoxes one = boxes(spots, neighbours, experiment, observed);
  std::ranges::reverse(neighbours);
  const ChosenBoxes other = boxes(spots, neighbours, experiment, observed);
  expect_consistent(one, experiment, observed);
  EXPECT_EQ(one.pixels.observed, other.pixels.observed);
  EXPECT_EQ(one.pixels.places, other.pixels.places);
}

TEST(SpotBoxes, LeaveOutPixelsWithoutAMeasurement) {
  const Experiment experiment = one_panel({40, 50});
  Image<double> observed = numbered(experiment);
  observed[{9, 14}] = kUnmeasured;  // in the margin
  const ChosenBoxes chosen = boxes({spot_at(20.5, 15.5)}, {}, experiment, observed);
  expect_consistent(chosen, experiment, observed);
  ASSERT_EQ(chosen.pixels.boxes.size(), 1U);
  EXPECT_EQ(chosen.pixels.boxes[0].count, 15U * 15U - 1);
  // A column through the middle of the spot, 7 of its 29 pixels.
  for (std::size_t slow = 0; slow < 40; ++slow) observed[{slow, 20}] = kUnmeasured;
  const ChosenBoxes none = boxes({spot_at(20.5, 15.5)}, {}, experiment, observed);
  EXPECT_TRUE(none.pixels.boxes.empty());
  EXPECT_TRUE(none.pixels.panels.empty());
  EXPECT_EQ(none.left_out.unmeasured, 1U);
}

// Neighbours all around leave a spot without background.
TEST(SpotBoxes, LeaveOutSpotsThatOthersCover) {
  const Experiment experiment = one_panel({40, 50});
  const Image<double> observed = numbered(experiment);
  std::vector<SpotPlace> neighbours;
  for (double fast = 2.5; fast < 50.0; fast += 3.0) {
    for (double slow = 0.5; slow < 40.0; slow += 3.0) neighbours.push_back(spot_at(fast, slow));
  }
  const ChosenBoxes chosen = boxes({spot_at(20.5, 15.5)}, neighbours, experiment, observed);
  EXPECT_TRUE(chosen.pixels.boxes.empty());
  EXPECT_EQ(chosen.left_out.overlapped, 1U);
}

TEST(SpotBoxes, StandOnTheirOwnPanel) {
  const Experiment experiment = two_panels();
  const Image<double> observed = numbered(experiment);
  // The same place on both; a column that the second panel does not have.
  const ChosenBoxes chosen =
      boxes({spot_at(12.5, 15.5, 1), spot_at(12.5, 15.5, 0), spot_at(30.0, 15.0, 1)},
            {spot_at(13.5, 15.5, 0)}, experiment, observed);
  expect_consistent(chosen, experiment, observed);
  ASSERT_EQ(chosen.pixels.boxes.size(), 2U);
  EXPECT_EQ(chosen.pixels.boxes[0].spot.panel, 0U);
  EXPECT_EQ(chosen.pixels.boxes[1].spot.panel, 1U);
  EXPECT_LT(chosen.pixels.boxes[0].count, 15U * 15U);
  EXPECT_EQ(chosen.pixels.boxes[1].count, 15U * 15U);
  EXPECT_EQ(chosen.left_out.off_panel, 1U);
  ASSERT_EQ(chosen.pixels.panels.size(), 2U);
  EXPECT_EQ(chosen.pixels.panels[1].first, chosen.pixels.boxes[1].first);
}

// Values beside a narrow panel are no pixels of it.
TEST(SpotBoxes, EndAtTheEdgeOfANarrowPanel) {
  const Experiment experiment = two_panels();
  const Image<double> observed = numbered(experiment);
  const ChosenBoxes chosen = boxes({spot_at(24.5, 15.5, 1)}, {}, experiment, observed);
  expect_consistent(chosen, experiment, observed);
  ASSERT_EQ(chosen.pixels.boxes.size(), 1U);
  EXPECT_EQ(chosen.pixels.boxes[0].region.last.fast, 24U);
}

}  // namespace
}  // namespace nanobragg::test
