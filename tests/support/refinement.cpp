// Makes observations and starts.
#include "support/refinement.hpp"

#include <array>
#include <stdexcept>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/random/poisson.hpp"

namespace nanobragg::test {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

plan::ParameterId id_of(const std::string& name) {
  constexpr std::size_t kManyPanels = 1000;
  return plan::find_parameters(std::array{name}, kManyPanels).front();
}

}  // namespace

ExperimentParts refinable_experiment(const CellParameters<double>& cell) {
  ExperimentParts e = small_experiment();
  e.crystal.cell = cell;
  e.crystal.cells = {20, 20, 20};
  e.crystal.shape = CrystalShape::round;
  e.crystal.misset_rad = {0.15, -0.25, 0.35};
  e.structure_factors = random_amplitudes(20, 0.0, 5);
  e.spindle.oscillation = {8, 1.0 * kDegree, {}};
  e.beam.fluence = 2e28;
  const double half = 0.0192;
  e.panel = {.corner_m = {-half, -half, 0.15},
             .fast = {1, 0, 0},
             .slow = {0, 1, 0},
             .normal = {0, 0, 1},
             .pixel_size = Metre(1.5e-4),
             .shape = {256, 256},
             .close_distance = Metre(0.15),
             .distance = Metre(0.15)};
  return e;
}

ExperimentParts refinable_experiment() {
  return refinable_experiment({40, 50, 60, 80 * kDegree, 85 * kDegree, 95 * kDegree});
}

Experiment small_truth() {
  ExperimentParts parts = refinable_experiment();
  parts.panel.shape = {96, 96};
  parts.spindle.oscillation = {4, 0.5 * kDegree, {}};
  return parts.build();
}

Image<double> noisy_image(const Experiment& experiment, double background, std::int64_t seed) {
  const plan::SamplingPlan plan = plan::make_plan(experiment, compat::QuirkSet::physical());
  Image<double> image =
      image::simulate_f64(plan, kernel::find_kernel("auto"), {.threads = 2}).photons;
  PoissonDeviates deviate{UniformStream(seed)};
  for (double& pixel : image.pixels()) {
    pixel = static_cast<double>(deviate(static_cast<float>(pixel + background)));
  }
  return image;
}

Experiment with(const Experiment& experiment, const std::vector<Setting>& settings) {
  auto values = plan::values_of(experiment);
  for (const auto& [name, value] : settings) {
    const plan::ParameterId id = id_of(name);
    values[id] = value / plan::info(id).per_internal;
  }
  return plan::with_values(experiment, values);
}

double value_of(const Experiment& experiment, const std::string& name) {
  const plan::ParameterId id = id_of(name);
  return plan::values_of(experiment)[id] * plan::info(id).per_internal;
}

refine::Problem problem_of(const Experiment& truth, const Experiment& start,
                           const std::vector<std::string>& names, std::int64_t seed) {
  refine::Problem problem{start, {}, {}, refine::Amplitudes::fixed, {}, {}};
  problem.observations.push_back({noisy_image(truth, 3.0, seed), 0.0});
  problem.parameters.ids = plan::find_parameters(names, start.detector.panels.size());
  problem.options.background = refine::BackgroundKind::constant;
  problem.options.threads = 2;
  return problem;
}

std::string error_of(const refine::Problem& problem) {
  try {
    refine::refine(problem);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

double refined_value(const refine::Result& result, const std::string& name) {
  return value_of(result.experiment, name);
}

double uncertainty_of(const refine::Result& result, const std::string& name) {
  const plan::ParameterId id = id_of(name);
  for (const refine::RefinedParameter& refined : result.parameters) {
    for (const plan::ParameterId own : refined.parameter.ids) {
      if (own == id) return refined.uncertainty.value() * plan::info(id).per_internal;
    }
  }
  throw std::invalid_argument(name + " is not refined");
}

}  // namespace nanobragg::test
