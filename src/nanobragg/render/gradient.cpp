// Contracts derivatives by the numbers of a plan with those of the numbers by parameters.
#include "nanobragg/render/gradient.hpp"

#include <algorithm>

#include "nanobragg/base/error.hpp"

namespace nanobragg::render {
namespace {

// The pixels of a panel that are rendered, counted from its own corner.
std::vector<kernel::PixelRun> runs_of(const plan::SamplingPlan& plan, std::size_t panel) {
  const auto own = plan::panel_plan(plan, panel);
  return own ? kernel::runs_of(*own) : std::vector<kernel::PixelRun>{};
}

std::vector<plan::ParameterId> all_parameters() {
  std::vector<plan::ParameterId> ids;
  for (const plan::Parameter& row : plan::parameters()) ids.push_back(row.id);
  return ids;
}

}  // namespace

Differentiable::Differentiable(const Experiment& experiment, const kernel::Kernel& kernel,
                               std::size_t threads, kernel::Precision precision,
                               ProgressSink* progress)
    : experiment_(experiment),
      plan_(plan::make_plan(experiment, compat::QuirkSet::physical())),
      tangents_(plan::sample_tangents(experiment)),
      kernel_(&kernel),
      threads_(threads),
      precision_(precision),
      progress_(progress) {
  if (!kernel.differentiate) {
    throw UsageError("gradients with the kernel '" + std::string(kernel.name) + "' (it has none)",
                     "", "take -kernel auto, sparse, simd or scalar");
  }
}

kernel::GradientJob Differentiable::job(std::size_t panel,
                                        std::span<const kernel::PixelRun> runs) const {
  return {kernel_, {plan_, tangents_, panel}, runs, threads_, precision_};
}

void Differentiable::advance(std::size_t pixels) const {
  if (progress_ != nullptr) progress_->advance(pixels);
}

ExperimentGradient gradient(const Differentiable& at, std::size_t panel,
                            std::span<const kernel::PixelRun> runs,
                            const kernel::WeighPixels& weigh,
                            kernel::AmplitudeGradient amplitudes) {
  const auto weigh_and_advance = [&](std::size_t first, std::span<const double> photons,
                                     std::span<double> weights) {
    at.advance(photons.size());
    weigh(first, photons, weights);
  };
  kernel::WeightedGradient by =
      weighted_gradient(at.job(panel, runs), weigh_and_advance, amplitudes);
  const auto ids = all_parameters();
  const auto tangents = plan::number_tangents(at.experiment(), panel, ids);
  ExperimentGradient out;
  for (std::size_t p = 0; p < ids.size(); ++p) {
    double sum = 0.0;
    for (std::size_t i = 0; i < plan::kPlanNumbers; ++i) sum += tangents[p][i] * by.numbers[i];
    out.parameters[ids[p]] = sum;
  }
  out.amplitudes = std::move(by.amplitudes);
  return out;
}

ExperimentGradient gradient(const Differentiable& at, std::size_t panel,
                            ImageView<const double> weights, kernel::AmplitudeGradient amplitudes) {
  const auto runs = runs_of(at.plan(), panel);
  std::vector<double> listed;
  for (const kernel::PixelRun& run : runs) {
    const auto row = weights.row(run.first.slow).subspan(run.first.fast, run.count);
    listed.insert(listed.end(), row.begin(), row.end());
  }
  const auto weigh = [&](std::size_t first, std::span<const double> /*photons*/,
                         std::span<double> to) {
    std::copy_n(listed.begin() + static_cast<std::ptrdiff_t>(first), to.size(), to.begin());
  };
  return gradient(at, panel, runs, weigh, amplitudes);
}

double ExperimentGradient::by(const plan::Variable& variable,
                              const StructureFactors& factors) const {
  if (const auto* id = std::get_if<plan::ParameterId>(&variable)) return parameters[*id];
  return amplitudes[plan::table_position(std::get<MillerIndex>(variable), factors)];
}

std::vector<Image<double>> jacobian_images(const Differentiable& at, std::size_t panel,
                                           std::span<const plan::Variable> variables) {
  std::vector<plan::ParameterId> parameters;
  std::vector<std::size_t> amplitudes;
  std::vector<std::size_t> places;  // where the rows of both go
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto* id = std::get_if<plan::ParameterId>(&variables[i]);
    if (!id) continue;
    parameters.push_back(*id);
    places.push_back(i);
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto* index = std::get_if<MillerIndex>(&variables[i]);
    if (!index) continue;
    amplitudes.push_back(plan::table_position(*index, *at.experiment().structure_factors));
    places.push_back(i);
  }
  const auto tangents = plan::number_tangents(at.experiment(), panel, parameters);
  std::vector<Image<double>> images(variables.size(),
                                    Image<double>(at.plan().detector.panels[panel].shape));
  const auto runs = runs_of(at.plan(), panel);
  const auto take = [&](const kernel::JacobianChunk& chunk) {
    at.advance(chunk.photons.size());
    std::size_t pixel = 0;
    for (const kernel::PixelRun& run : chunk.runs) {
      for (std::size_t p = 0; p < places.size(); ++p) {
        const auto from = chunk.rows.subspan(p * chunk.stride + pixel, run.count);
        const auto row = images[places[p]].view().row(run.first.slow);
        std::ranges::copy(from, row.subspan(run.first.fast, run.count).begin());
      }
      pixel += run.count;
    }
  };
  for_each_jacobian_chunk(at.job(panel, runs), {tangents, amplitudes}, take);
  return images;
}

}  // namespace nanobragg::render
