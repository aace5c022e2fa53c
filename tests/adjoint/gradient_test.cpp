// One test body for every parameter and every option: the written derivatives against dual numbers
// through the scalar kernel, and against each other.
#include "nanobragg/render/gradient.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "adjoint/experiments.hpp"
#include "nanobragg/kernel/scalar/dual_pixels.hpp"
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

Image<double> random_weights(ImageShape shape) {
  Image<double> weights(shape);
  std::uint64_t counter = 0;
  for (double& w : weights.pixels()) w = uniform_at(11, counter++) - 0.3;
  return weights;
}

class Gradients : public testing::TestWithParam<NamedExperiment> {
 protected:
  render::Differentiable at(const char* kernel, std::size_t threads = 2) const {
    return {experiment_, kernel::find_kernel(kernel), threads};
  }
  const Experiment experiment_ = GetParam().parts.build();
  const plan::SamplingPlan plan_ = plan::make_plan(experiment_, compat::QuirkSet::physical());
};

TEST_P(Gradients, AgreeWithDualNumbersForEveryParameter) {
  const auto ids = all_ids();
  const auto images = render::jacobian_images(at("scalar"), 0, ids);
  std::vector<PixelIndex> pixels;
  for (const kernel::PixelRun& run : kernel::runs_of(plan_)) {
    for (std::size_t i = 0; i < run.count; ++i) {
      pixels.push_back({run.first.slow, run.first.fast + i});
    }
  }
  for (const ParameterId id : ids) {
    SCOPED_TRACE(plan::info(id).name);
    const auto dual = kernel::scalar::dual_pixels(experiment_, plan_, 0, pixels, id);
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
  const auto expected = render::jacobian_images(at("scalar"), 0, ids);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (!kernel.differentiate || kernel.name == "scalar") continue;
    const auto images = render::jacobian_images({experiment_, kernel, 2}, 0, ids);
    for (const ParameterId id : ids) {
      const auto i = static_cast<std::size_t>(id);
      const double most = largest(expected[i].pixels());
      for (std::size_t j = 0; j < images[i].pixels().size(); ++j) {
        ASSERT_NEAR(images[i].pixels()[j], expected[i].pixels()[j], 1e-10 * most)
            << kernel.name << " " << plan::info(id).name << " pixel " << j;
      }
    }
  }
}

// Each in proportion to the largest derivative by the same parameter.
TEST_P(Gradients, InSinglePrecisionAreNear) {
  const auto ids = all_ids();
  const auto expected = render::jacobian_images(at("scalar"), 0, ids);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (!kernel.differentiate || kernel.name == "scalar") continue;
    const render::Differentiable single{experiment_, kernel, 2, kernel::Precision::float32};
    const auto images = render::jacobian_images(single, 0, ids);
    for (const ParameterId id : ids) {
      const auto i = static_cast<std::size_t>(id);
      const double most = largest(expected[i].pixels());
      for (std::size_t j = 0; j < images[i].pixels().size(); ++j) {
        ASSERT_NEAR(images[i].pixels()[j], expected[i].pixels()[j], 1e-5 * most)
            << kernel.name << " " << plan::info(id).name << " pixel " << j;
      }
    }
  }
}

// ⟨Jv, w⟩ = ⟨v, Jᵀw⟩, with v a unit of each parameter.
TEST_P(Gradients, BackwardIsTheTransposeOfForward) {
  const auto ids = all_ids();
  const Image<double> weights = random_weights(plan_.detector.panels[0].shape);
  for (const char* kernel : {"scalar", "simd"}) {
    const auto images = render::jacobian_images(at(kernel), 0, ids);
    const auto backward = render::gradient(at(kernel), 0, weights.view());
    for (const ParameterId id : ids) {
      const auto pixels = images[static_cast<std::size_t>(id)].pixels();
      const double scale =
          std::sqrt(inner(pixels, pixels) * inner(weights.pixels(), weights.pixels()));
      EXPECT_NEAR(backward.parameters[id], inner(pixels, weights.pixels()), 1e-10 * scale)
          << kernel << " " << plan::info(id).name;
    }
  }
}

TEST_P(Gradients, DoNotDependOnTheNumberOfThreads) {
  const Image<double> weights = random_weights(plan_.detector.panels[0].shape);
  const auto one = render::gradient(at("auto", 1), 0, weights.view());
  const auto seven = render::gradient(at("auto", 7), 0, weights.view());
  for (const ParameterId id : all_ids()) EXPECT_EQ(one.parameters[id], seven.parameters[id]);
}

// |I(x + δ) − I(x) − δI′(x)| falls with δ²: by the experiment itself, so that what sets a parameter
// is tested too. Pixels in which a step comes nearest to another reflection jump, as the model has
// it: those that remain farthest, at most one in twenty, are left out.
TEST_P(Gradients, LeaveASecondOrderRemainder) {
  const auto ids = all_ids();
  const auto images = render::jacobian_images(at("scalar"), 0, ids);
  const plan::ParameterValues<double> start = plan::values_of(experiment_);
  const auto render_at = [&](ParameterId id, double shift) {
    plan::ParameterValues<double> values = start;
    values[id] += shift;
    const plan::SamplingPlan moved =
        plan::make_plan(plan::with_values(experiment_, values), compat::QuirkSet::physical());
    Image<double> image(moved.detector.panels[0].shape);
    kernel::find_kernel("scalar").render_f64(moved, 0, image.view(), {});
    return image;
  };
  const Image<double> here = render_at(ParameterId::cell_a, 0.0);
  for (const ParameterId id : ids) {
    if (!plan::why_without_effect(id, experiment_).empty()) continue;
    SCOPED_TRACE(plan::info(id).name);
    const auto slopes = images[static_cast<std::size_t>(id)].pixels();
    const double slope = largest(slopes);
    if (slope == 0.0) continue;
    // A step that changes pixels by a small part of what they hold, within what the parameter
    // allows.
    const double room = std::max(plan::info(id).scale, 0.1 * std::abs(start[id]));
    const double step = std::min(1e-4 * largest(here.pixels()) / slope, 0.3 * room);
    const auto remainder = [&](double shift) {
      const Image<double> moved = render_at(id, shift);
      std::vector<double> remainders;
      for (std::size_t i = 0; i < slopes.size(); ++i) {
        remainders.push_back(std::abs(moved.pixels()[i] - here.pixels()[i] - shift * slopes[i]));
      }
      std::ranges::sort(remainders);
      remainders.resize(remainders.size() * 19 / 20);
      return std::sqrt(inner(remainders, remainders)) / (std::abs(shift) * slope);
    };
    const double coarse = remainder(step);
    const double fine = remainder(step / 8);
    EXPECT_LT(fine, std::max(0.3 * coarse, 1e-6)) << coarse << " then " << fine;
  }
}

INSTANTIATE_TEST_SUITE_P(Options, Gradients, testing::ValuesIn(differentiable_experiments()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace nanobragg::test
