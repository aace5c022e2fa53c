// Derivatives from where reflections light pixels, against those from all pixels and pairs of
// source and orientation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/gradient.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/random_experiment.hpp"

namespace nanobragg::test {
namespace {

using plan::ParameterId;

std::vector<ParameterId> all_ids() {
  std::vector<ParameterId> ids;
  for (const plan::Parameter& row : plan::parameters()) ids.push_back(row.id);
  return ids;
}

double largest(std::span<const double> values) {
  double most = 0.0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

// The gradient of the kernel `of` through the pairs that the sparse kernel finds.
kernel::Kernel sparse_with_gradient_of(const char* of) {
  kernel::Kernel sparse = kernel::find_kernel("sparse");
  sparse.gradient.slopes = kernel::find_kernel(of).gradient.slopes;
  return sparse;
}

// What is left out is less than a float can hold (2⁻¹⁵⁰ photons); the rest is added up in the same
// order, so that only the rounding of sums is left: 1e-12 of the largest derivative by the same
// parameter, and in single precision, where sums are cut into other blocks, 1e-5.
void expect_same(const std::vector<Image<double>>& found,
                 const std::vector<Image<double>>& expected, double near) {
  for (const ParameterId id : all_ids()) {
    const auto i = static_cast<std::size_t>(id);
    const double allowed = near * largest(expected[i].pixels()) + 1e-36;
    for (std::size_t j = 0; j < found[i].pixels().size(); ++j) {
      ASSERT_NEAR(found[i].pixels()[j], expected[i].pixels()[j], allowed)
          << plan::name_of(id) << " pixel " << j;
    }
  }
}

TEST(SparseGradients, AreThoseOfAllPairsInRandomExperiments) {
  constexpr std::uint64_t kExperiments = 300;
  const auto ids = all_ids();
  const std::vector<plan::Variable> variables(ids.begin(), ids.end());
  int lit = 0;
  for (std::uint64_t seed = 1; seed <= kExperiments; ++seed) {
    SCOPED_TRACE(seed);
    std::uint64_t counter = 0;
    const Experiment experiment =
        random_experiment([&] { return uniform_at(seed, counter++); }).build();
    const auto plan = plan::make_plan(experiment, compat::QuirkSet::physical());
    if (!kernel::find_kernel("sparse").why_not(plan).empty()) continue;
    for (const char* of : {"scalar", "simd"}) {
      const kernel::Kernel sparse = sparse_with_gradient_of(of);
      const auto expected =
          image::jacobian_images({experiment, kernel::find_kernel(of), 1}, 0, variables);
      expect_same(image::jacobian_images({experiment, sparse, 2}, 0, variables), expected, 1e-12);
      lit += largest(expected[0].pixels()) > 0.0 ? 1 : 0;
    }
    const auto single = kernel::Precision::float32;
    expect_same(
        image::jacobian_images({experiment, kernel::find_kernel("sparse"), 2, single}, 0,
                               variables),
        image::jacobian_images({experiment, kernel::find_kernel("simd"), 1, single}, 0, variables),
        1e-5);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(lit, 100);
}

// Spots of a few pixels of 12 domains in 9 wavelengths, few lit at a time; water between them.
ExperimentParts gauss_experiment() {
  ExperimentParts parts = small_experiment();
  parts.crystal.shape = CrystalShape::gauss;
  parts.crystal.cells = {30, 30, 30};
  parts.crystal.fudge = 5e-3;
  parts.crystal.mosaicity = {Radian(0.005), 12, 3};
  parts.beam.dispersion = {9, 0.01, {}};
  parts.structure_factors = random_amplitudes(30, 3.0, 2);
  const double half = 200 * 1e-4;
  parts.panel.corner_m = {-half, -half, 0.08};
  parts.panel.pixel_size = Metre(1e-4);
  parts.panel.shape = {400, 400};
  return parts;
}

Image<double> weights_of(const Experiment& experiment) {
  Image<double> weights(experiment.detector.panels[0]->shape);
  std::uint64_t counter = 0;
  for (double& w : weights.pixels()) w = uniform_at(11, counter++) - 0.3;
  return weights;
}

image::ExperimentGradient backward(const Experiment& experiment, const char* kernel,
                                   std::size_t threads) {
  const image::Differentiable at(experiment, kernel::find_kernel(kernel), threads);
  return image::pullback(at, 0, weights_of(experiment).view(), kernel::AmplitudeGradient::computed);
}

TEST(SparseGradients, OfALossAreThoseOfAllPairs) {
  for (const double water : {0.0, 1e-8}) {
    ExperimentParts parts = gauss_experiment();
    parts.water = Metre(water);
    const Experiment experiment = parts.build();
    const auto found = backward(experiment, "sparse", 2);
    const auto expected = backward(experiment, "simd", 2);
    for (const ParameterId id : all_ids()) {
      EXPECT_NEAR(found.parameters[id], expected.parameters[id],
                  1e-10 * std::abs(expected.parameters[id]))
          << plan::name_of(id);
    }
    const double most = largest(expected.amplitudes);
    ASSERT_GT(most, 0.0);
    for (std::size_t i = 0; i < expected.amplitudes.size(); ++i) {
      ASSERT_NEAR(found.amplitudes[i], expected.amplitudes[i], 1e-12 * most) << "amplitude " << i;
    }
  }
}

TEST(SparseGradients, DoNotDependOnTheNumberOfThreadsAndAreWhatAutoTakes) {
  const Experiment experiment = gauss_experiment().build();
  const auto one = backward(experiment, "sparse", 1);
  const auto seven = backward(experiment, "sparse", 7);
  const auto chosen = backward(experiment, "auto", 2);
  for (const ParameterId id : all_ids()) {
    EXPECT_EQ(one.parameters[id], seven.parameters[id]) << plan::name_of(id);
    EXPECT_EQ(one.parameters[id], chosen.parameters[id]) << plan::name_of(id);
  }
  EXPECT_EQ(one.amplitudes, seven.amplitudes);
}

// Boxes in any order, some overlapping, as a refinement of spots has them.
TEST(SparseGradients, OfBoxesAreThoseOfAllPairs) {
  const Experiment experiment = gauss_experiment().build();
  std::vector<kernel::PixelRun> runs;
  for (const std::size_t corner : {300U, 20U, 150U, 155U}) {
    for (std::size_t row = 0; row < 37; ++row) runs.push_back({{corner + row, corner / 2}, 37});
  }
  const auto rows_of = [&](const char* kernel) {
    const std::size_t pixels = kernel::pixel_count(runs);
    const image::Differentiable at(experiment, kernel::find_kernel(kernel), 2);
    image::Directions directions;
    for (const plan::ParameterId id : all_ids()) directions.parameters.push_back({id});
    std::vector<std::vector<double>> rows(directions.count() + 1, std::vector<double>(pixels));
    for_each_jacobian_chunk(at, 0, runs, directions, [&](const image::JacobianRows& batch) {
      const auto first = static_cast<std::ptrdiff_t>(batch.first);
      for (std::size_t p = 0; p < directions.count(); ++p) {
        const auto row = batch.rows.subspan(p * batch.stride, batch.photons.size());
        std::ranges::copy(row, rows[p].begin() + first);
      }
      std::ranges::copy(batch.photons, rows.back().begin() + first);
    });
    return rows;
  };
  const auto found = rows_of("sparse");
  const auto expected = rows_of("simd");
  ASSERT_EQ(found.size(), expected.size());
  ASSERT_GT(largest(expected.back()), 0.0);
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].size(), expected[i].size());
    const double most = largest(expected[i]);
    for (std::size_t j = 0; j < found[i].size(); ++j) {
      ASSERT_NEAR(found[i][j], expected[i][j], 1e-12 * most);
    }
  }
}

TEST(SparseGradients, LeaveOutNoMoreLightThanCullAllows) {
  ExperimentParts parts = gauss_experiment();
  const auto photons_of = [&](const char* kernel) {
    const Experiment experiment = parts.build();
    const image::Differentiable at(experiment, kernel::find_kernel(kernel), 2);
    return image::photons_of(at, 0, at.runs_of(0));
  };
  const auto expected = photons_of("simd");
  const double most = largest(expected);
  parts.sampling.cull = 1e-3 * most;
  const auto found = photons_of("sparse");
  int fewer = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_LE(found[i], expected[i] + 1e-12 * most);
    ASSERT_GE(found[i], expected[i] - parts.sampling.cull - 1e-12 * most);
    fewer += found[i] < expected[i] - 1e-9 * most ? 1 : 0;
  }
  EXPECT_GT(fewer, 0);
}

TEST(SparseGradients, RefuseWhatHasNoWholeReflections) {
  ExperimentParts parts = small_experiment();
  parts.sampling.interpolation = Interpolation::tricubic;
  parts.structure_factors = random_amplitudes(12, 3.0, 2);
  EXPECT_THROW(backward(parts.build(), "sparse", 1), UsageError);
  EXPECT_NO_THROW(backward(parts.build(), "auto", 1));
}

// One pass over the pixels gives what stored slopes and weights give.
TEST(WeightedPass, IsWhatSlopesAndWeightsGive) {
  for (const auto& [name, parts] : option_experiments()) {
    SCOPED_TRACE(name);
    const Experiment experiment = parts.build();
    const auto plan = plan::make_plan(experiment, compat::QuirkSet::physical());
    for (const auto precision : {kernel::Precision::float64, kernel::Precision::float32}) {
      const kernel::Kernel& at_once = kernel::find_kernel("simd");
      kernel::Kernel stored = at_once;
      stored.gradient.weighted = nullptr;
      const Image<double> weights = weights_of(experiment);
      const auto found = image::pullback({experiment, at_once, 2, precision}, 0, weights.view());
      const auto expected = image::pullback({experiment, stored, 2, precision}, 0, weights.view());
      for (const ParameterId id : all_ids()) {
        EXPECT_NEAR(found.parameters[id], expected.parameters[id],
                    1e-11 * std::abs(expected.parameters[id]) + 1e-30)
            << plan::name_of(id);
      }
    }
  }
}

}  // namespace
}  // namespace nanobragg::test
