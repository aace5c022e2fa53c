// One test body for every parameter and every option: the written derivatives against dual numbers
// through the scalar kernel, and against each other.
#include "nanobragg/image/gradient.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "adjoint/experiments.hpp"
#include "nanobragg/image/dual_pixels.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::test {
namespace {

using plan::Parameter;
using plan::ParameterId;

std::vector<ParameterId> all_ids() {
  std::vector<ParameterId> ids;
  for (const Parameter& row : plan::parameters()) ids.push_back(row.id);
  return ids;
}

std::vector<plan::Variable> all_variables() {
  const auto ids = all_ids();
  return {ids.begin(), ids.end()};
}

double largest(std::span<const double> values) {
  double most = 0.0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

double inner(std::span<const double> u, std::span<const double> v) {
  double sum = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i) sum += u[i] * v[i];
  return sum;
}

struct Line {
  double slope, intercept, correlation;
};

// By least squares.
Line line_through(std::span<const double> x, std::span<const double> y) {
  const std::vector<double> ones(x.size(), 1.0);
  const auto n = static_cast<double>(x.size());
  const double mean_x = inner(x, ones) / n;
  const double mean_y = inner(y, ones) / n;
  const double xx = inner(x, x) - n * mean_x * mean_x;
  const double yy = inner(y, y) - n * mean_y * mean_y;
  const double xy = inner(x, y) - n * mean_x * mean_y;
  return {xy / xx, mean_y - xy / xx * mean_x, xy / std::sqrt(xx * yy)};
}

std::vector<PixelIndex> rendered_pixels(const plan::SamplingPlan& plan) {
  std::vector<PixelIndex> pixels;
  for (const kernel::PixelRun& run : kernel::runs_of(*plan::panel_plan(plan, 0))) {
    for (std::size_t i = 0; i < run.count; ++i) {
      pixels.push_back({run.first.slow, run.first.fast + i});
    }
  }
  return pixels;
}

Image<double> random_weights(ImageShape shape) {
  Image<double> weights(shape);
  std::uint64_t counter = 0;
  for (double& w : weights.pixels()) w = uniform_at(11, counter++) - 0.3;
  return weights;
}

bool has_gradients(const kernel::Kernel& kernel, const plan::SamplingPlan& plan) {
  return kernel.gradient.slopes && kernel.why_not(plan).empty();
}

class Gradients : public testing::TestWithParam<NamedExperiment> {
 protected:
  image::Differentiable at(const char* kernel, std::size_t threads = 2) const {
    return {experiment_, kernel::find_kernel(kernel), threads};
  }
  const Experiment experiment_ = GetParam().parts.build();
  const plan::SamplingPlan plan_ = plan::make_plan(experiment_, compat::QuirkSet::physical());
};

TEST_P(Gradients, AgreeWithDualNumbersForEveryParameter) {
  const auto ids = all_ids();
  const auto images = image::jacobian_images(at("scalar"), 0, all_variables());
  const auto pixels = rendered_pixels(plan_);
  for (const ParameterId id : ids) {
    SCOPED_TRACE(plan::name_of(id));
    const auto dual = image::dual_pixels(experiment_, plan_, 0, pixels, id);
    const auto& image = images[static_cast<std::size_t>(id)];
    const double most = largest(image.pixels());
    ASSERT_TRUE(std::isfinite(most));
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      ASSERT_NEAR(image[pixels[i]], dual[i].slope, 1e-9 * std::abs(dual[i].slope) + 1e-11 * most)
          << "pixel " << pixels[i].slow << " " << pixels[i].fast;
    }
    const bool named = !plan::why_without_effect(id, experiment_).empty();
    EXPECT_TRUE(!named || most == 0.0);
    // On a curved detector no pixel depends on some directions, as its convention has it.
    const bool flat = plan_.detector.curvature == Curvature::flat;
    EXPECT_TRUE(named || most > 0.0 || !flat);
  }
}

TEST_P(Gradients, OfVectorsAreThoseOfNumbers) {
  const auto ids = all_ids();
  const auto expected = image::jacobian_images(at("scalar"), 0, all_variables());
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (!has_gradients(kernel, plan_) || kernel.name == "scalar") continue;
    const auto images = image::jacobian_images({experiment_, kernel, 2}, 0, all_variables());
    for (const ParameterId id : ids) {
      const auto i = static_cast<std::size_t>(id);
      const double most = largest(expected[i].pixels());
      for (std::size_t j = 0; j < images[i].pixels().size(); ++j) {
        ASSERT_NEAR(images[i].pixels()[j], expected[i].pixels()[j], 1e-10 * most)
            << kernel.name << " " << plan::name_of(id) << " pixel " << j;
      }
    }
  }
}

// Each in proportion to the largest derivative by the same parameter.
TEST_P(Gradients, InSinglePrecisionAreNear) {
  const auto ids = all_ids();
  const auto expected = image::jacobian_images(at("scalar"), 0, all_variables());
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (!has_gradients(kernel, plan_) || kernel.name == "scalar") continue;
    const image::Differentiable single{experiment_, kernel, 2, kernel::Precision::float32};
    const auto images = image::jacobian_images(single, 0, all_variables());
    for (const ParameterId id : ids) {
      const auto i = static_cast<std::size_t>(id);
      const double most = largest(expected[i].pixels());
      for (std::size_t j = 0; j < images[i].pixels().size(); ++j) {
        ASSERT_NEAR(images[i].pixels()[j], expected[i].pixels()[j], 1e-5 * most)
            << kernel.name << " " << plan::name_of(id) << " pixel " << j;
      }
    }
  }
}

// ⟨Jv, w⟩ = ⟨v, Jᵀw⟩, with v a unit of each parameter.
TEST_P(Gradients, BackwardIsTheTransposeOfForward) {
  const auto ids = all_ids();
  const Image<double> weights = random_weights(plan_.detector.panels[0].shape);
  for (const char* kernel : {"scalar", "simd"}) {
    const auto images = image::jacobian_images(at(kernel), 0, all_variables());
    const auto backward = image::pullback(at(kernel), 0, weights.view());
    for (const ParameterId id : ids) {
      const auto pixels = images[static_cast<std::size_t>(id)].pixels();
      const double scale =
          std::sqrt(inner(pixels, pixels) * inner(weights.pixels(), weights.pixels()));
      EXPECT_NEAR(backward.parameters[id], inner(pixels, weights.pixels()), 1e-10 * scale)
          << kernel << " " << plan::name_of(id);
    }
  }
}

// With a table of amplitudes, whatever the experiment has.
Experiment with_table(Experiment experiment) {
  if (!experiment.structure_factors->has_table()) {
    experiment.structure_factors =
        std::make_shared<const StructureFactors>(random_amplitudes(12, 3.0, 2));
  }
  return experiment;
}

TEST_P(Gradients, ByAmplitudesOnVectorsAreThoseOfNumbers) {
  const Experiment experiment = with_table(experiment_);
  const Image<double> weights = random_weights(plan_.detector.panels[0].shape);
  const auto by_amplitude = [&](const image::Differentiable& at) {
    return image::pullback(at, 0, weights.view(), kernel::AmplitudeGradient::computed);
  };
  const auto expected = by_amplitude({experiment, kernel::find_kernel("scalar"), 2});
  const double most = largest(expected.amplitudes);
  // Pixels of the curved detector look beyond the table.
  EXPECT_TRUE(most > 0.0 || plan_.detector.curvature == Curvature::spherical);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (!has_gradients(kernel, plan_) || kernel.name == "scalar") continue;
    for (const auto precision : {kernel::Precision::float64, kernel::Precision::float32}) {
      const auto found = by_amplitude({experiment, kernel, 2, precision});
      const double near = precision == kernel::Precision::float64 ? 1e-10 : 1e-5;
      ASSERT_EQ(found.amplitudes.size(), expected.amplitudes.size());
      for (std::size_t i = 0; i < found.amplitudes.size(); ++i) {
        ASSERT_NEAR(found.amplitudes[i], expected.amplitudes[i], near * most)
            << kernel.name << " amplitude " << i;
      }
    }
  }
}

// A few amplitudes of a table, by how much a weighted sum of pixels depends on them: the most,
// fewer and not at all.
std::vector<MillerIndex> some_reflections(const StructureFactors& factors,
                                          std::span<const double> gradient) {
  std::vector<MillerIndex> all;
  const auto& [min, max] = factors.box();
  for (std::int32_t h = min.h; h <= max.h; ++h) {
    for (std::int32_t k = min.k; k <= max.k; ++k) {
      for (std::int32_t l = min.l; l <= max.l; ++l) all.push_back({h, k, l});
    }
  }
  std::ranges::sort(all, std::greater<>(),
                    [&](MillerIndex i) { return std::abs(gradient[factors.position(i)]); });
  return {all[0], all[1], all[5], all[20], all.back()};
}

// Between parameters, so that the order of names is that of images.
TEST_P(Gradients, BySingleAmplitudesAgreeWithDualNumbersAndWithTheTranspose) {
  const Experiment experiment = with_table(experiment_);
  const StructureFactors& factors = *experiment.structure_factors;
  const Image<double> weights = random_weights(plan_.detector.panels[0].shape);
  const auto backward = image::pullback({experiment, kernel::find_kernel("scalar"), 2}, 0,
                                        weights.view(), kernel::AmplitudeGradient::computed);
  std::vector<plan::Variable> variables{ParameterId::fluence};
  for (const MillerIndex index : some_reflections(factors, backward.amplitudes)) {
    variables.emplace_back(index);
  }
  variables.emplace_back(ParameterId::cell_b);
  const auto plan = plan::make_plan(experiment, compat::QuirkSet::physical());
  const auto pixels = rendered_pixels(plan);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (!has_gradients(kernel, plan)) continue;
    const auto images = image::jacobian_images({experiment, kernel, 2}, 0, variables);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      SCOPED_TRACE(std::string(kernel.name) + " " + plan::name_of(variables[v]));
      const auto dual = image::dual_pixels(experiment, plan, 0, pixels, variables[v]);
      const double most = largest(images[v].pixels());
      for (std::size_t i = 0; i < pixels.size(); ++i) {
        ASSERT_NEAR(images[v][pixels[i]], dual[i].slope, 1e-10 * most);
      }
      const double scale = std::sqrt(inner(images[v].pixels(), images[v].pixels()) *
                                     inner(weights.pixels(), weights.pixels()));
      EXPECT_NEAR(backward.by(variables[v], factors), inner(images[v].pixels(), weights.pixels()),
                  1e-10 * scale);
    }
    const bool flat = plan_.detector.curvature == Curvature::flat;
    EXPECT_TRUE(largest(images[1].pixels()) > 0.0 || !flat);
  }
}

TEST_P(Gradients, DoNotDependOnTheNumberOfThreads) {
  const Image<double> weights = random_weights(plan_.detector.panels[0].shape);
  const auto one = image::pullback(at("auto", 1), 0, weights.view());
  const auto seven = image::pullback(at("auto", 7), 0, weights.view());
  for (const ParameterId id : all_ids()) EXPECT_EQ(one.parameters[id], seven.parameters[id]);
}

// How the images of an experiment depart from their tangents, by the experiment itself, so that
// what sets a parameter is tested too. Pixels in which a step comes nearest to another reflection
// jump, as the model has it: those that do not depart smoothly are left out, few enough.
class Departures {
 public:
  Departures(const Experiment& experiment, ParameterId id, const Image<double>& tangent)
      : experiment_(experiment),
        id_(id),
        tangent_(tangent),
        start_(plan::values_of(experiment)),
        here_(image_at(0.0)),
        slope_(largest(tangent.pixels())) {}

  // Root of the mean square of (I(x + δ) − I(x))/δ − I′(x) in units of the largest I′, for δ = 1/n,
  // 2/n … 1 of a step that changes pixels by `part` of what they hold, within what the parameter
  // allows.
  std::vector<double> ladder(double part, int n) const {
    const double room = std::max(plan::info(id_).scale, 0.1 * std::abs(start_[id_]));
    const double step = std::min(part * largest(here_.pixels()) / slope_, 0.3 * room);
    std::vector<std::vector<double>> rungs;
    for (int i = 1; i <= n; ++i) rungs.push_back(at(step * i / n));
    const std::vector<std::size_t> pixels = smooth_pixels(rungs);
    EXPECT_GT(pixels.size(), rungs.back().size() * 3 / 5);
    std::vector<double> heights;
    for (const std::vector<double>& rung : rungs) {
      double sum = 0.0;
      for (const std::size_t pixel : pixels) sum += rung[pixel] * rung[pixel];
      heights.push_back(std::sqrt(sum / static_cast<double>(pixels.size())));
    }
    return heights;
  }

 private:
  std::vector<double> at(double shift) const {
    const Image<double> moved = image_at(shift);
    std::vector<double> all;
    for (std::size_t i = 0; i < tangent_.pixels().size(); ++i) {
      const double difference = (moved.pixels()[i] - here_.pixels()[i]) / shift;
      all.push_back((difference - tangent_.pixels()[i]) / slope_);
    }
    return all;
  }
  // Where departures change evenly from rung to rung: neither their size nor their slope counts.
  static std::vector<std::size_t> smooth_pixels(const std::vector<std::vector<double>>& rungs) {
    std::vector<double> sizes;
    for (const double far : rungs.back()) {
      if (far != 0.0) sizes.push_back(std::abs(far));
    }
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::ranges::nth_element(sizes, middle);
    constexpr double kRounding = 1e-10;
    const double even = (sizes.empty() ? 0.0 : 0.02 * *middle) + kRounding;
    std::vector<std::size_t> smooth;
    for (std::size_t i = 0; i < rungs.back().size(); ++i) {
      double bend = 0.0;
      for (std::size_t k = 2; k < rungs.size(); ++k) {
        bend = std::max(bend, std::abs(rungs[k][i] - 2.0 * rungs[k - 1][i] + rungs[k - 2][i]));
      }
      if (bend <= even) smooth.push_back(i);
    }
    return smooth;
  }
  Image<double> image_at(double shift) const {
    plan::ParameterValues<double> values = start_;
    values[id_] += shift;
    const plan::SamplingPlan moved =
        plan::make_plan(plan::with_values(experiment_, values), compat::QuirkSet::physical());
    return image::simulate_f64(moved, kernel::find_kernel("simd"), {}).photons;
  }

  const Experiment& experiment_;
  const ParameterId id_;
  const Image<double>& tangent_;
  const plan::ParameterValues<double> start_;
  const Image<double> here_;
  const double slope_;
};

// A ladder of differences leads straight to the derivative: the remainder is of second order.
TEST_P(Gradients, AreWhereDifferencesLead) {
  constexpr int kRungs = 8;
  std::vector<double> rungs;
  for (int i = 1; i <= kRungs; ++i) rungs.push_back(static_cast<double>(i) / kRungs);
  const auto ids = all_ids();
  const auto images = image::jacobian_images(at("scalar"), 0, all_variables());
  for (const ParameterId id : ids) {
    if (!plan::why_without_effect(id, experiment_).empty()) continue;
    SCOPED_TRACE(plan::name_of(id));
    const auto& tangent = images[static_cast<std::size_t>(id)];
    if (largest(tangent.pixels()) == 0.0) continue;
    const auto heights = Departures(experiment_, id, tangent).ladder(2e-5, kRungs);
    // Photons in proportion to the parameter: what is left is rounding.
    if (largest(heights) < 1e-9) continue;
    const Line line = line_through(rungs, heights);
    EXPECT_GT(line.correlation, 0.9999);
    EXPECT_LT(std::abs(line.intercept), 0.1 * line.slope);
  }
}

INSTANTIATE_TEST_SUITE_P(Options, Gradients, testing::ValuesIn(differentiable_experiments()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace nanobragg::test
