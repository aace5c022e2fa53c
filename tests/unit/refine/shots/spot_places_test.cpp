// Places of spots against those that a perfect crystal has where it meets the Ewald sphere.
#include "nanobragg/refine/shots/spot_places.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/reciprocal_point.hpp"
#include "nanobragg/refine/shots/place_stage.hpp"
#include "support/experiments.hpp"

namespace nanobragg::refine {
namespace {

using Id = plan::ParameterId;

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

// A still whose reflections within half a degree of the sphere have a spot on the panel.
Experiment still() {
  test::ExperimentParts parts = test::small_experiment();
  parts.spindle.oscillation = {1, 0.0, {}};
  parts.panel.shape = {400, 400};
  parts.panel.corner_m = parts.panel.corner_m - 195 * parts.panel.pixel_size.value() *
                                                    (parts.panel.fast + parts.panel.slow);
  return parts.build();
}

std::vector<SpotBox> spots_of(const Experiment& experiment) {
  std::vector<SpotBox> candidates;
  for (int h = -12; h <= 12; ++h) {
    for (int k = -12; k <= 12; ++k) {
      for (int l = -12; l <= 12; ++l) {
        candidates.push_back({.spot = {.index = {h, k, l}}, .region = {}});
      }
    }
  }
  const auto errors = place_errors(candidates, experiment);
  std::vector<SpotBox> out;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!errors[i] || std::abs(errors[i]->turn_rad) > 0.5 * kDegree) continue;
    SpotBox box = candidates[i];
    box.spot.fast = errors[i]->fast;
    box.spot.slow = errors[i]->slow;
    if (std::abs(box.spot.fast - 200) < 200 && std::abs(box.spot.slow - 200) < 200) {
      out.push_back(box);
    }
  }
  return out;
}

TEST(PlaceErrors, AreNoneWhereTheSmallestTurnTakesThePointToTheSphere) {
  const Experiment experiment = still();
  const Axes<double> reciprocal = lattice_of(*experiment.crystal).reciprocal;
  const Vec3<double> beam = experiment.beam->direction;
  const double k = 1e-10 / experiment.beam->wavelength.value();
  const PanelValues& panel = *experiment.detector.panels.front();
  const std::vector<SpotBox> spots = spots_of(experiment);
  ASSERT_GT(spots.size(), 20U);
  const auto errors = place_errors(spots, experiment);
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const Vec3<double> g = reciprocal_point(spots[i].spot.index, reciprocal);
    // From the place back to the sphere.
    const Vec3<double> point =
        panel.corner_m + panel.pixel_size.value() *
                             (spots[i].spot.fast * panel.fast + spots[i].spot.slow * panel.slow);
    const Vec3<double> on_sphere = k * unit(point) - k * beam;
    EXPECT_NEAR(length(on_sphere), length(g), 1e-12);
    const double turn = std::acos(std::min(1.0, dot(unit(on_sphere), unit(g))));
    EXPECT_NEAR(turn, std::abs(errors[i]->turn_rad), 1e-7);
    EXPECT_NEAR(dot(unit(cross(on_sphere, g)), beam), 0.0, 1e-6);
    EXPECT_NEAR(std::hypot(errors[i]->fast, errors[i]->slow), 0.0, 1e-9);
  }
}

TEST(PlaceLoss, HasTheDerivativesOfItsDifferences) {
  const Experiment experiment = still();
  const std::vector<SpotBox> spots = spots_of(experiment);
  ParameterRequest request;
  request.ids = {Id::misset_x, Id::misset_y, Id::misset_z, Id::cell_a};
  request.system = CrystalSystem::triclinic;
  const FreeParameters free = free_parameters(experiment, request);
  const PlaceLoss loss(spots, experiment, free, {{3, free.list[3].start, 0.1}});
  const std::vector<double> at{0.4, -0.3, 0.2, 0.5};
  const auto here = loss.evaluate(at, Wanted::curvature);
  ASSERT_TRUE(here);
  for (std::size_t i = 0; i < 4; ++i) {
    constexpr double kStep = 1e-4;
    std::vector<double> moved = at;
    moved[i] += kStep;
    const double above = loss.evaluate(moved, Wanted::loss)->loss;
    moved[i] -= 2 * kStep;
    const double below = loss.evaluate(moved, Wanted::loss)->loss;
    const double slope = (above - below) / (2 * kStep);
    EXPECT_NEAR(here->gradient[i], slope, 1e-3 * std::abs(slope) + 1e-4) << i;
  }
}

// An orientation 0.4° and a cell 0.4 % off, with a few spots of wrong indices.
TEST(PlaceStage, FindsTheOrientationThatSpotsWereMadeWith) {
  const Experiment truth = still();
  std::vector<SpotBox> spots = spots_of(truth);
  for (std::size_t i = 0; i < spots.size(); i += 12) ++spots[i].spot.index.h;
  plan::ParameterValues<double> off = plan::values_of(truth);
  off[Id::misset_x] += 0.3 * kDegree;
  off[Id::misset_z] -= 0.3 * kDegree;
  off[Id::cell_a] *= 1.004;
  const Experiment start = plan::with_values(truth, off);
  ShotRequest request;
  request.parameters.ids = {Id::misset_x, Id::misset_y, Id::misset_z, Id::cell_a};
  request.parameters.system = CrystalSystem::triclinic;
  request.cell_sigma = 0.01;
  ShotParameters parameters(start, request);
  const auto report = fit_places(spots, request, parameters);
  ASSERT_TRUE(report && report->apart);
  EXPECT_LT(report->apart->back(), 0.2 * report->apart->front());
  const auto found = plan::values_of(parameters.experiment());
  const auto wanted = plan::values_of(truth);
  for (const Id id : {Id::misset_x, Id::misset_y, Id::misset_z}) {
    EXPECT_NEAR(found[id] / kDegree, wanted[id] / kDegree, 0.05) << plan::info(id).name;
  }
  EXPECT_NEAR(found[Id::cell_a] / wanted[Id::cell_a], 1.0, 1e-3);
}

}  // namespace
}  // namespace nanobragg::refine
