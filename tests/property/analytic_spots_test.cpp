// Spots in closed form against what they are the closed form of: the same crystal, sampled densely
// by another kernel, Darwin's formula, and themselves in slices of a turn.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/image/gradient.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

// Uniform numbers of one experiment.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}
  double between(double low, double high) {
    return low + (high - low) * uniform_at(seed_, counter_++);
  }
  double log_between(double low, double high) {
    return std::exp(between(std::log(low), std::log(high)));
  }
  int whole(int low, int high) { return static_cast<int>(between(low, high + 1)); }

 private:
  std::uint64_t seed_;
  std::uint64_t counter_ = 0;
};

// A still of one reflection that falls on the middle of a small panel, tilted at random; the
// crystal is `size` cells wide in the mean.
struct Shot {
  ExperimentParts parts;
  MillerIndex index;
  double wavenumber_per_A;
  double deviation_per_A;  // of the size, in the mean over directions
};

double mean_deviation(const Axes<double>& reciprocal, const std::array<double, 3>& cells) {
  constexpr double kOfOneCell = 0.376 / 3;
  return kOfOneCell * (length(reciprocal.a) / cells[0] + length(reciprocal.b) / cells[1] +
                       length(reciprocal.c) / cells[2]);
}

Vec3<double> any_direction(Dice& dice) {
  return unit(Vec3<double>{dice.between(-1, 1), dice.between(-1, 1), dice.between(-1, 1)});
}

// Of the shot's reflection, at spindle angle 0.
Vec3<double> point_of(const Shot& shot) {
  const auto& [a, b, c] = lattice_of(*Crystal(shot.parts.crystal)).reciprocal;
  return static_cast<double>(shot.index.h) * a + static_cast<double>(shot.index.k) * b +
         static_cast<double>(shot.index.l) * c;
}

Shot any_shot(std::uint64_t seed, double fewest_cells, double most_cells) {
  Dice dice(seed);
  Shot shot{small_experiment(), {}, 0.0, 0.0};
  ExperimentParts& e = shot.parts;
  const bool triclinic = dice.between(0, 1) < 0.5;
  const auto angle = [&] { return (triclinic ? dice.between(75, 105) : 90.0) * kDegree; };
  const double a = dice.between(30, 90);
  e.crystal = {};
  e.crystal.cell = CellParameters<double>{
      a, triclinic ? dice.between(30, 90) : a, dice.between(30, 90), angle(), angle(), angle()};
  e.crystal.shape = CrystalShape::gauss_cells;
  for (double& n : e.crystal.cells) n = std::floor(dice.log_between(fewest_cells, most_cells));
  const double wavelength_A = dice.log_between(0.5, 6.0);
  const double k = shot.wavenumber_per_A = 1.0 / wavelength_A;
  e.beam.wavelength = Metre(1e-10 * wavelength_A);
  e.beam.kahn_factor = dice.between(-1, 1);
  // A reflection within 2θ = 60°.
  const Axes<double> axes = lattice_of(*Crystal(e.crystal)).reciprocal;
  Vec3<double> point;
  do {
    shot.index = {dice.whole(-9, 9), dice.whole(-9, 9), dice.whole(-9, 9)};
    point = static_cast<double>(shot.index.h) * axes.a +
            static_cast<double>(shot.index.k) * axes.b + static_cast<double>(shot.index.l) * axes.c;
  } while (length(point) == 0.0 || length(point) > k);
  e.structure_factors =
      StructureFactors::from_reflections(std::vector<Reflection>{{shot.index, 100.0}}, 0.0);
  // Turn the crystal so that it diffracts: a scattering vector at θ to the plane across the beam.
  const double sine = 0.5 * length(point) / k;
  const double azimuth = dice.between(0, 2 * constants::kPi);
  const double cosine = std::sqrt(1.0 - sine * sine);
  const Vec3<double> q{cosine * std::cos(azimuth), cosine * std::sin(azimuth), -sine};
  const Vec3<double> axis = unit(cross(unit(point), q));
  const double turn = std::acos(std::clamp(dot(unit(point), q), -1.0, 1.0));
  e.crystal.reciprocal_axes =
      transform(axes, [&](const auto& v) { return rotate_about(v, axis, turn); });
  e.crystal.cell.reset();
  // A panel across the diffracted ray, then tilted.
  const Vec3<double> diffracted = unit(length(point) * q + Vec3<double>{0, 0, k});
  const double size = mean_deviation(axes, e.crystal.cells);
  shot.deviation_per_A = size;
  const Vec3<double> normal = unit(diffracted + 0.5 * any_direction(dice));
  e.panel.fast = unit(cross(normal, any_direction(dice)));
  e.panel.normal = normal;
  e.panel.slow = cross(normal, e.panel.fast);
  e.panel.shape = {24, 24};
  const double distance = 0.2;
  const double pixel = dice.log_between(0.25, 3.0) * size / k * distance;
  e.panel.pixel_size = Metre(pixel);
  e.panel.corner_m = distance * diffracted - pixel * (12.0 + dice.between(-1, 1)) * e.panel.fast -
                     pixel * (12.0 + dice.between(-1, 1)) * e.panel.slow;
  e.panel.close_distance = Metre(dot(e.panel.corner_m, normal));
  e.panel.distance = Metre(dot(e.panel.corner_m, normal));
  e.sampling.solid_angle = e.sampling.polarisation = FactorSampling::per_subpixel;
  e.sampling.oversample = 7;
  e.beam.fluence = 1e30;
  e.spindle.axis = any_direction(dice);
  return shot;
}

std::vector<double> render(const ExperimentParts& parts, const char* kernel) {
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  const auto simulation = image::simulate_f64(plan, kernel::find_kernel(kernel), {.threads = 2});
  return {simulation.photons.pixels().begin(), simulation.photons.pixels().end()};
}

double sum_of(const std::vector<double>& image) {
  return std::accumulate(image.begin(), image.end(), 0.0);
}

struct Accuracy {
  double of_peak, of_sum;
};

// Against samples, which are as many as their own error needs.
void expect_near_samples(const ExperimentParts& parts, const Accuracy& accuracy) {
  const std::vector<double> sampled = render(parts, "simd");
  const std::vector<double> closed = render(parts, "analytic");
  const double peak = *std::ranges::max_element(sampled);
  ASSERT_GT(peak, 0.0);
  double worst = 0.0;
  for (std::size_t i = 0; i < closed.size(); ++i) {
    worst = std::max(worst, std::abs(closed[i] - sampled[i]));
  }
  EXPECT_LE(worst / peak, accuracy.of_peak);
  EXPECT_NEAR(sum_of(closed) / sum_of(sampled), 1.0, accuracy.of_sum);
}

class AnalyticSpots : public testing::TestWithParam<int> {
 protected:
  Shot shot(double fewest_cells = 20, double most_cells = 2000) const {
    return any_shot(static_cast<std::uint64_t>(GetParam()), fewest_cells, most_cells);
  }
};

TEST_P(AnalyticSpots, OfSizeAreThoseOfManySubpixels) {
  Shot s = shot();
  s.parts.sampling.oversample = 15;
  expect_near_samples(s.parts, {0.01, 1e-3});
}

TEST_P(AnalyticSpots, OfASpectrumAreThoseOfManyWavelengths) {
  Shot s = shot(20, 200);
  Dice dice(900 + static_cast<std::uint64_t>(GetParam()));
  const double g = length(Vec3<double>{0, 0, 1}) * 2 * s.wavenumber_per_A;
  s.parts.beam.dispersion_profile = Profile::gauss;
  s.parts.beam.dispersion = {101, std::min(0.03, dice.between(1, 10) * s.deviation_per_A / g), {}};
  expect_near_samples(s.parts, {0.01, 1e-3});
}

TEST_P(AnalyticSpots, OfADivergenceAreThoseOfManyDirections) {
  Shot s = shot(20, 200);
  Dice dice(1900 + static_cast<std::uint64_t>(GetParam()));
  const auto width = [&] {
    return std::min(2e-3, dice.between(1, 6) * s.deviation_per_A / s.wavenumber_per_A);
  };
  s.parts.beam.divergence.profile = Profile::gauss;
  s.parts.beam.divergence.horizontal = {25, width(), {}};
  s.parts.beam.divergence.vertical = {25, width(), {}};
  s.parts.sampling.oversample = 8;
  expect_near_samples(s.parts, {0.01, 1e-3});
}

TEST_P(AnalyticSpots, OfATurnAreThoseOfManySteps) {
  Shot s = shot(20, 500);
  Dice dice(2900 + static_cast<std::uint64_t>(GetParam()));
  const double passing = s.deviation_per_A / s.wavenumber_per_A;
  const double range = std::clamp(dice.log_between(1, 200) * passing, 0.05 * kDegree, 2 * kDegree);
  s.parts.spindle.start = Radian(-dice.between(0.05, 0.95) * range);
  s.parts.spindle.place = StepPlace::middle;
  s.parts.spindle.oscillation = {2500, range, {}};
  s.parts.sampling.oversample = 8;
  expect_near_samples(s.parts, {0.01, 1e-3});
}

// Domains leave this much to chance, less the more there are.
TEST_P(AnalyticSpots, OfMosaicTurnsAreThoseOfManyDomains) {
  Shot s = shot(20, 100);
  Dice dice(3900 + static_cast<std::uint64_t>(GetParam()));
  const Vec3<double> point = point_of(s);
  const double spread =
      std::min(1.0 * kDegree, dice.between(0.5, 2.5) * s.deviation_per_A / length(point));
  s.parts.crystal.mosaicity = {.spread = Radian(spread),
                               .domains = 40001,
                               .shape = MosaicShape::gauss,
                               .draw = DomainDraw::even};
  s.parts.sampling.oversample = 4;
  expect_near_samples(s.parts, {0.04, 0.015});
}

// Turns about one axis of the crystal, and less about the others, which do not go apart, in domains
// whose cells differ.
TEST_P(AnalyticSpots, OfTurnsAboutThreeAxesAreThoseOfManyDomains) {
  Shot s = shot(20, 100);
  Dice dice(5900 + static_cast<std::uint64_t>(GetParam()));
  const Vec3<double> point = point_of(s);
  const double spread =
      std::min(1.0 * kDegree, dice.between(1, 3) * s.deviation_per_A / length(point));
  std::array<double, 3> relative{dice.between(0, 0.5), dice.between(0, 0.5), dice.between(0, 0.5)};
  relative.at(static_cast<std::size_t>(dice.whole(0, 2))) = 1.0;
  s.parts.crystal.cell_spread = dice.between(0.5, 2) * s.deviation_per_A / length(point);
  s.parts.crystal.mosaicity = {
      .spread = Radian(spread),
      .domains = 40001,
      .shape = MosaicShape::gauss,
      .draw = DomainDraw::even,
      .relative_spreads = relative,
      .correlations = {dice.between(-1, 1), dice.between(-1, 1), dice.between(-1, 1)}};
  // The frame turns with the spindle.
  s.parts.crystal.reciprocal_axes = transform(*s.parts.crystal.reciprocal_axes, [&](const auto& v) {
    return rotate_about(v, s.parts.spindle.axis, -1.0);
  });
  s.parts.spindle.start = Radian(1.0);
  s.parts.sampling.oversample = 4;
  expect_near_samples(s.parts, {0.04, 0.015});
}

INSTANTIATE_TEST_SUITE_P(Random, AnalyticSpots, testing::Range(1, 10));

// What smears by turns, by lengths, by energies and by directions, all as wide as the size, and the
// spindle. Domains leave most of what differs to chance: half as much with four times as many.
void add_every_spread(std::uint64_t seed, Shot& s) {
  Dice dice(6900 + seed);
  const double relative = s.deviation_per_A / length(point_of(s));
  const double angle = s.deviation_per_A / s.wavenumber_per_A;
  const auto width = [&](double unit) { return dice.between(0.5, 1.5) * unit; };
  s.parts.crystal.mosaicity = {.spread = Radian(width(relative)),
                               .domains = 301,
                               .shape = MosaicShape::gauss,
                               .draw = DomainDraw::even,
                               .relative_spreads = {{1.0, 0.6, 0.4}}};
  s.parts.crystal.cell_spread = width(relative);
  s.parts.beam.dispersion_profile = s.parts.beam.divergence.profile = Profile::gauss;
  s.parts.beam.dispersion = {5, width(relative), {}};
  s.parts.beam.divergence.horizontal = {7, width(angle), {}};
  s.parts.beam.divergence.vertical = {7, width(angle), {}};
  const double range = dice.between(1, 6) * angle;
  s.parts.spindle.start = Radian(-dice.between(0.2, 0.8) * range);
  s.parts.spindle.place = StepPlace::middle;
  s.parts.spindle.oscillation = {8, range, {}};
  s.parts.sampling.oversample = 3;
}

TEST(SpotsOfEverySpreadAtOnce, AreThoseOfManySamples) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    Shot s = any_shot(seed, 20, 100);
    add_every_spread(seed, s);
    expect_near_samples(s.parts, {0.025, 0.01});
  }
}

// Photons of a reflection that passes through its whole width, summed over the panel:
// r_e²·Φ·|F|²·P·(Na·Nb·Nc/V)·λ²/|d·(e × g)|/Δφ, the last but one being the Lorentz factor of a
// spindle e for the diffracted direction d. Darwin (1922), Phil. Mag. 43, 800.
TEST_P(AnalyticSpots, AddUpToDarwinsFormula) {
  Shot s = shot(40, 400);
  ExperimentParts& e = s.parts;
  const double range = 2.0 * kDegree;
  e.spindle.start = Radian(-0.5 * range);
  e.spindle.oscillation = {1, range, {}};
  e.panel.shape = {80, 80};
  e.panel.corner_m =
      e.panel.corner_m - 28 * e.panel.pixel_size.value() * (e.panel.fast + e.panel.slow);
  const Lattice<double> lattice = lattice_of(*Crystal(e.crystal));
  const auto& [a, b, c] = lattice.reciprocal;
  const Vec3<double> g = static_cast<double>(s.index.h) * a + static_cast<double>(s.index.k) * b +
                         static_cast<double>(s.index.l) * c;
  const double k = s.wavenumber_per_A;
  const Vec3<double> diffracted = unit(g + Vec3<double>{0, 0, k});
  const double rate = std::abs(dot(diffracted, cross(e.spindle.axis, g)));
  // Where the reflection hardly moves, it is not over at the end of the turn.
  if (rate * 0.5 * range < 8 * 3 * s.deviation_per_A) GTEST_SKIP() << "too slow to pass";
  const Vec3<double> electric = e.beam.polarisation_axis;
  const double cosine = diffracted.z;
  const double along = dot(diffracted, electric);
  const double across = dot(diffracted, cross(Vec3<double>{0, 0, 1}, electric));
  const double polarisation =
      0.5 * (1 + cosine * cosine - e.beam.kahn_factor * (along * along - across * across));
  const auto& [na, nb, nc] = e.crystal.cells;
  const double expected = constants::kClassicalElectronRadiusSquared * e.beam.fluence * 1e4 *
                          polarisation * na * nb * nc / lattice.volume / (k * k) / rate / range;
  EXPECT_NEAR(sum_of(render(e, "analytic")) / expected, 1.0, 1e-3);
}

TEST_P(AnalyticSpots, AreTheSumOfTheSlicesOfATurn) {
  Shot s = shot(40, 400);
  const double range = 1.0 * kDegree;
  constexpr int kSlices = 7;
  s.parts.spindle.start = Radian(-0.4 * range);
  s.parts.spindle.oscillation = {1, range, {}};
  const std::vector<double> whole = render(s.parts, "analytic");
  std::vector<double> sum(whole.size());
  for (int i = 0; i < kSlices; ++i) {
    s.parts.spindle.start = Radian((-0.4 + static_cast<double>(i) / kSlices) * range);
    s.parts.spindle.oscillation = {1, range / kSlices, {}};
    const std::vector<double> slice = render(s.parts, "analytic");
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += slice[j] / kSlices;
  }
  const double peak = *std::ranges::max_element(whole);
  for (std::size_t j = 0; j < sum.size(); ++j) ASSERT_NEAR(sum[j], whole[j], 2e-3 * peak) << j;
  EXPECT_NEAR(sum_of(sum) / sum_of(whole), 1.0, 5e-4);
}

// Everything that a spot can have at once.
ExperimentParts everything(const Shot& s) {
  ExperimentParts e = s.parts;
  const double relative = s.deviation_per_A / s.wavenumber_per_A;
  e.crystal.mosaicity = {.spread = Radian(0.7 * relative),
                         .domains = 5,
                         .shape = MosaicShape::gauss,
                         .draw = DomainDraw::even};
  e.crystal.cell_spread = 0.5 * s.deviation_per_A / length(point_of(s));
  e.crystal.b_factor = 12;
  e.beam.kahn_factor = 0.3;
  e.beam.dispersion_profile = e.beam.divergence.profile = Profile::gauss;
  e.beam.dispersion = {3, 0.9 * relative, {}};
  e.beam.divergence.horizontal = {3, 1.5 * relative, {}};
  e.beam.divergence.vertical = {3, 0.8 * relative, {}};
  e.spindle.start = Radian(-0.4 * relative);
  e.spindle.oscillation = {2, 1.7 * relative, {}};
  e.sensor = {{2, 3e-4, {}}, 1.0 / 2e-4};
  return e;
}

// Differences of images a little apart, to the fourth order.
void expect_derivatives_of_differences(const Experiment& experiment) {
  const auto& kernel = kernel::find_kernel("analytic");
  const image::Differentiable at(experiment, kernel, 2);
  const auto values = plan::values_of(experiment);
  for (const plan::Parameter& row : plan::parameters()) {
    if (!plan::why_without_effect(row.id, experiment).empty()) continue;
    SCOPED_TRACE(row.name);
    const std::vector<plan::Variable> variable{row.id};
    const Image<double> slope = image::jacobian_images(at, 0, variable).front();
    double most = 0.0, brightest = 0.0;
    for (const double x : slope.pixels()) most = std::max(most, std::abs(x));
    const auto photons = [&](double by) {
      auto moved = values;
      moved[row.id] += by;
      const auto plan =
          plan::make_plan(plan::with_values(experiment, moved), compat::QuirkSet::physical());
      return image::simulate_f64(plan, kernel, {}).photons;
    };
    const Image<double> middle = photons(0.0);
    for (const double x : middle.pixels()) brightest = std::max(brightest, x);
    ASSERT_GT(std::min(brightest, most), 0.0);
    double step = 1e-3 * brightest / most;
    if (row.lower >= 0.0) step = std::min(step, 0.1 * (values[row.id] - row.lower));
    if (row.upper == 1.0) step = std::min(step, 0.02);  // a correlation
    const Image<double> back = photons(-step);
    const Image<double> forth = photons(step);
    const Image<double> farther_back = photons(-2 * step);
    const Image<double> farther = photons(2 * step);
    for (std::size_t i = 0; i < slope.pixels().size(); ++i) {
      const double difference = (8 * (forth.pixels()[i] - back.pixels()[i]) -
                                 (farther.pixels()[i] - farther_back.pixels()[i])) /
                                (12 * step);
      ASSERT_NEAR(slope.pixels()[i], difference, 3e-3 * most) << i;
    }
  }
}

TEST_P(AnalyticSpots, HaveTheDerivativesOfTheirDifferences) {
  expect_derivatives_of_differences(everything(shot(30, 300)).build());
}

TEST_P(AnalyticSpots, OfTurnsAboutThreeAxesHaveThemToo) {
  ExperimentParts e = everything(shot(30, 300));
  e.crystal.mosaicity.relative_spreads = {{0.2, 1.0, 0.5}};
  e.crystal.mosaicity.correlations = {0.3, -0.5, 0.4};
  e.sampling.smearing = Smearing::integrated;
  ASSERT_EQ(plan::why_without_effect(plan::ParameterId::mosaic_ab, e.build()), "");
  expect_derivatives_of_differences(e.build());
}

}  // namespace
}  // namespace nanobragg::test
