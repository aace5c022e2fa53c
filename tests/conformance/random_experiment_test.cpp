// Kernels against each other on random experiments.
#include "support/random_experiment.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/kernel_comparison.hpp"

namespace nanobragg::test {
namespace {

TEST(RandomExperiments, LookTheSameToEveryKernel) {
  constexpr std::uint64_t kExperiments = 1500;
  int lit = 0;
  for (std::uint64_t seed = 1; seed <= kExperiments; ++seed) {
    std::uint64_t counter = 0;
    const ExperimentParts parts = random_experiment([&] { return uniform_at(seed, counter++); });
    const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
    ASSERT_EQ(first_disagreement(plan), "") << "seed " << seed;
    const Image<double> image =
        image::simulate_f64(plan, kernel::find_kernel("scalar"), {}).photons;
    lit += std::ranges::any_of(image.pixels(), [](double x) { return x > 0.0; }) ? 1 : 0;
  }
  EXPECT_GT(lit, static_cast<int>(kExperiments) / 2);
}

}  // namespace
}  // namespace nanobragg::test
