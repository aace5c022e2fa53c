// Experiments through their files: the same text, and the same image.
#include "nanobragg/io/experiment/experiment_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/variables.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/random_experiment.hpp"

namespace nanobragg::test {
namespace {

using compat::QuirkSet;
using io::StoredExperiment;

Image<double> image_of(const StoredExperiment& stored) {
  const auto plan = plan::make_plan(stored.experiment, stored.quirks);
  return image::simulate_f64(plan, kernel::find_kernel("reference"), {}).photons;
}

void expect_same(const StoredExperiment& stored, const std::string& name) {
  const std::string text = io::experiment_json(stored);
  const StoredExperiment again = io::parse_experiment(text, name);
  ASSERT_EQ(io::experiment_json(again), text) << name;
  EXPECT_EQ(io::experiment_digest(again), io::experiment_digest(stored)) << name;
  EXPECT_EQ(again.quirks, stored.quirks) << name;
  const Image<double> image = image_of(stored);
  const Image<double> image_again = image_of(again);
  EXPECT_TRUE(std::ranges::equal(image.pixels(), image_again.pixels())) << name;
}

TEST(ExperimentFile, KeepsRandomExperimentsBitForBit) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    std::uint64_t counter = 0;
    const ExperimentParts parts = random_experiment([&] { return uniform_at(seed, counter++); });
    const QuirkSet quirks = seed % 3 == 0 ? QuirkSet::reference() : QuirkSet::physical();
    expect_same({parts.build(), quirks}, "seed " + std::to_string(seed));
  }
}

TEST(ExperimentFile, HoldsEveryOptionOfAKernel) {
  std::set<std::string> texts;
  const auto experiments = option_experiments();
  for (const NamedExperiment& option : experiments) {
    const StoredExperiment stored{option.parts.build(), QuirkSet::physical()};
    expect_same(stored, option.name);
    texts.insert(io::experiment_digest(stored));
  }
  EXPECT_EQ(texts.size(), experiments.size());
}

// Every parameter that acts is a number of the file.
TEST(ExperimentFile, HoldsEveryParameter) {
  ExperimentParts parts = small_experiment();
  parts.sensor = {{2, 4.5e-4, {}}, 1.0 / 3e-4};
  Experiment experiment = parts.build();
  experiment.detector.panels.push_back(experiment.detector.panels.front());
  const auto before = plan::values_of(experiment);
  const std::string text = io::experiment_digest({experiment, QuirkSet::physical()});
  std::set<std::string> texts{text};
  std::size_t changed = 0;
  for (const plan::ParameterId id : plan::parameters_of(experiment)) {
    if (!plan::why_without_effect(id, experiment).empty()) continue;
    auto values = before;
    const plan::Parameter row = plan::info(id);
    values[id] += 1e-3 * std::max(row.scale, std::abs(values[id]));
    const StoredExperiment stored{plan::with_values(experiment, values), QuirkSet::physical()};
    texts.insert(io::experiment_digest(stored));
    expect_same(stored, plan::name_of(id));
    ++changed;
  }
  EXPECT_GT(changed, 20U);
  EXPECT_EQ(texts.size(), changed + 1);
}

}  // namespace
}  // namespace nanobragg::test
