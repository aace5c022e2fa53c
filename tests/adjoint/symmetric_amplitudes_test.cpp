// Derivatives by the amplitude of a reflection with its mates: against dual numbers mate by mate,
// against differences of images, and against each other.
#include "support/symmetric_amplitudes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/dual_pixels.hpp"
#include "nanobragg/image/gradient.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/random/counter.hpp"
#include "nanobragg/refine/gradient_check.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

// A tetragonal crystal down its fourfold axis, turned a little: many mates are on the detector.
Experiment tetragonal(FriedelMates mates) {
  ExperimentParts parts = small_experiment();
  constexpr double kRight = constants::kPi / 2;
  parts.crystal.cell = CellParameters<double>{40, 40, 60, kRight, kRight, kRight};
  parts.crystal.shape = CrystalShape::gauss;
  parts.crystal.misset_rad = {0.02, 0.03, 0.1};
  parts.structure_factors = symmetric_amplitudes("P 43 21 2", 8, mates, 0.0);
  return parts.build();
}

Image<double> weights_of(ImageShape shape) {
  Image<double> weights(shape);
  std::size_t i = 0;
  for (double& weight : weights.pixels()) weight = 2.0 * uniform_at(3, i++) - 1.0;
  return weights;
}

// The reflections with most mates among the positions that a derivative is largest at.
std::vector<MillerIndex> seen_reflections(const StructureFactors& factors,
                                          std::span<const double> by_position) {
  const double most =
      std::abs(*std::ranges::max_element(by_position, {}, [](double by) { return std::abs(by); }));
  std::map<std::size_t, std::vector<std::size_t>> seen;
  for (std::size_t i = 0; i < by_position.size(); ++i) {
    if (std::abs(by_position[i]) > 1e-3 * most) seen[factors.reflection_at(i)].push_back(i);
  }
  std::vector<MillerIndex> out;
  for (const auto& [reflection, positions] : seen) {
    if (positions.size() >= 2) out.push_back(factors.box().index_at(positions.front()));
  }
  return out;
}

class SymmetricAmplitudes : public testing::TestWithParam<FriedelMates> {
 protected:
  const Experiment experiment_ = tetragonal(GetParam());
  const StructureFactors& factors_ = *experiment_.structure_factors;
  const plan::SamplingPlan plan_ = plan::make_plan(experiment_, compat::QuirkSet::physical());
  const Image<double> weights_ = weights_of(plan_.detector.panels[0].shape);
  const image::ExperimentGradient by_ =
      image::pullback({experiment_, kernel::find_kernel("auto"), 2}, 0, weights_.view(),
                      kernel::AmplitudeGradient::computed);
  const std::vector<MillerIndex> seen_ = seen_reflections(factors_, by_.amplitudes);
};

TEST_P(SymmetricAmplitudes, AreTheSumOfDualNumbersMateByMate) {
  ASSERT_GE(seen_.size(), 3U);
  Experiment alone = experiment_;
  alone.structure_factors = std::make_shared<const StructureFactors>(without_symmetry(factors_));
  const auto plan = plan::make_plan(alone, compat::QuirkSet::physical());
  std::vector<PixelIndex> pixels;
  for (std::size_t slow = 0; slow < weights_.shape().slow; ++slow) {
    for (std::size_t fast = 0; fast < weights_.shape().fast; ++fast) pixels.push_back({slow, fast});
  }
  for (const MillerIndex index : {seen_[0], seen_[1], seen_[2]}) {
    SCOPED_TRACE(plan::name_of(index));
    const bool equal = GetParam() == FriedelMates::equal;
    const auto mates = factors_.positions_like(factors_.position(index));
    EXPECT_LE(mates.size(), equal ? 16U : 8U);
    std::vector<double> sum(pixels.size());
    for (const std::size_t mate : mates) {
      const auto dual = image::dual_pixels(alone, plan, 0, pixels, factors_.box().index_at(mate));
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += dual[i].slope;
    }
    const auto together = image::dual_pixels(experiment_, plan_, 0, pixels, index);
    const auto images =
        image::jacobian_images({experiment_, kernel::find_kernel("auto"), 2}, 0, {{index}});
    double weighted = 0.0;
    const double most = *std::ranges::max_element(sum);
    ASSERT_GT(most, 0.0);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      ASSERT_NEAR(together[i].slope, sum[i], 1e-10 * most);
      ASSERT_NEAR(images[0][pixels[i]], sum[i], 1e-10 * most);
      weighted += weights_[pixels[i]] * sum[i];
    }
    EXPECT_NEAR(by_.by(index, factors_), weighted, 1e-9 * most);
    const auto reflection = factors_.reflection_at(factors_.position(index));
    EXPECT_NEAR(by_.by_reflection(factors_)[reflection], weighted, 1e-9 * most);
  }
}

// Photons go with F²: a central difference is exact but for rounding.
TEST_P(SymmetricAmplitudes, AreDifferencesOfImages) {
  for (const MillerIndex index : seen_) {
    const double here = plan::value_of(index, experiment_);
    const auto photons = [&](double value) {
      const plan::VariableValue to[] = {{index, value}};
      const Experiment moved = plan::with_values(experiment_, to);
      for (const std::size_t mate : factors_.positions_like(factors_.position(index))) {
        EXPECT_EQ(moved.structure_factors->table()[mate], value);
      }
      const auto plan = plan::make_plan(moved, compat::QuirkSet::physical());
      return image::simulate_f64(plan, kernel::find_kernel("scalar"), {.threads = 2}).photons;
    };
    const Image<double> above = photons(1.01 * here);
    const Image<double> below = photons(0.99 * here);
    double slope = 0.0, size = 0.0;
    for (std::size_t i = 0; i < above.pixels().size(); ++i) {
      const double difference = (above.pixels()[i] - below.pixels()[i]) / (0.02 * here);
      slope += weights_.pixels()[i] * difference;
      size += std::abs(weights_.pixels()[i] * difference);
    }
    EXPECT_NEAR(by_.by(index, factors_), slope, 1e-9 * size) << plan::name_of(index);
  }
}

TEST_P(SymmetricAmplitudes, PassTheGradientCheck) {
  refine::GradientCheckOptions options{
      .variables = {seen_[0], plan::ParameterId::fluence, seen_[1]}, .threads = 2};
  for (const auto& row : refine::check_gradients(experiment_, options)) {
    EXPECT_TRUE(row.agrees) << plan::name_of(row.variable);
    EXPECT_TRUE(row.without_effect.empty()) << plan::name_of(row.variable);
  }
  const auto mates = factors_.positions_like(factors_.position(seen_[0]));
  options.variables = {factors_.box().index_at(mates.front()),
                       factors_.box().index_at(mates.back())};
  EXPECT_THAT(
      [&] { refine::check_gradients(experiment_, options); },
      testing::ThrowsMessage<UsageError>(testing::AllOf(
          testing::HasSubstr("is named twice"), testing::HasSubstr("is its mate by P 43 21 2"))));
}

INSTANTIATE_TEST_SUITE_P(OfMates, SymmetricAmplitudes,
                         testing::Values(FriedelMates::equal, FriedelMates::apart),
                         [](const auto& of) {
                           return of.param == FriedelMates::equal ? "merged" : "anomalous";
                         });

}  // namespace
}  // namespace nanobragg::test
