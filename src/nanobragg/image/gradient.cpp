// Contracts derivatives by the inputs of a plan with weights or with tangents.
#include "nanobragg/image/gradient.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/image/weighted_sums.hpp"

namespace nanobragg::image {
namespace {

using kernel::PixelSlopes;

// By which the pixels of a panel have derivatives.
std::vector<plan::ParameterId> parameters_of_panel(std::size_t panel) {
  std::vector<plan::ParameterId> ids;
  for (const plan::Parameter& row : plan::parameters()) ids.push_back(row.id);
  for (std::size_t i = 0; i < plan::kMotionCount; ++i) {
    ids.push_back(plan::id_of({panel, static_cast<plan::Motion>(i)}));
  }
  return ids;
}

// Photons of pixels as the stages before the point spread leave them, of all lattices.
std::vector<double> unspread_photons(const Differentiable& at, std::size_t panel,
                                     std::span<const kernel::PixelRun> runs) {
  std::vector<double> photons(kernel::pixel_count(runs));
  for (std::size_t lattice = 0; lattice < at.lattice_count(); ++lattice) {
    at.for_each_chunk(lattice, panel, runs, kernel::AmplitudeGradient::left_out,
                      [&](const kernel::PixelChunk&, const kernel::DifferentiableChunk& pixels) {
                        pixels.differentiate([&](std::size_t first, const kernel::PixelBatch& batch,
                                                 PixelSlopes& slopes) {
                          for (std::size_t i = 0; i < batch.count; ++i) {
                            photons[first + i] += slopes.photons[i];
                          }
                        });
                      });
  }
  return photons;
}

// Pixels as they see one lattice.
struct LatticePixels {
  std::size_t lattice, panel;
  std::span<const kernel::PixelRun> runs;
};

// Adds the derivatives of Σ weight·photons, where `weigh` finds the weights, before the point
// spread.
void add_gradient(const Differentiable& at, const LatticePixels& pixels_of,
                  const kernel::WeighPixels& weigh, kernel::AmplitudeGradient amplitudes,
                  ExperimentGradient& to) {
  const auto& [lattice, panel, runs] = pixels_of;
  std::vector<WeightedSums> parts(kernel::chunk_count(runs));
  at.for_each_chunk(
      lattice, panel, runs, amplitudes,
      [&](const kernel::PixelChunk& chunk, const kernel::DifferentiableChunk& pixels) {
        if (amplitudes == kernel::AmplitudeGradient::left_out) {
          pixels.add_weighted(weigh, parts[chunk.index].inputs);
        } else {
          parts[chunk.index] = weighted_sums(pixels, weigh);
        }
      });
  if (amplitudes == kernel::AmplitudeGradient::computed) {
    to.amplitudes.resize(at.experiment().structure_factors->table().size());
  }
  std::array<double, plan::kPlanInputs> by_input{};
  for (const WeightedSums& part : parts) {
    for (std::size_t i = 0; i < by_input.size(); ++i) by_input[i] += part.inputs[i];
    for (const auto& [position, sum] : part.amplitudes) to.amplitudes[position] += sum;
  }
  const auto ids = parameters_of_panel(panel);
  const auto tangents = at.input_tangents(lattice, panel, ids);
  for (std::size_t p = 0; p < ids.size(); ++p) {
    double sum = 0.0;
    for (std::size_t i = 0; i < by_input.size(); ++i) sum += tangents[p][i] * by_input[i];
    to.parameters[ids[p]] += sum;
  }
}

// Of weights that are known, through all stages. `photons` are those of the sources; they may be
// left out where nothing is spread.
ExperimentGradient pullback(const Differentiable& at, std::size_t panel, const SpreadRuns& runs,
                            std::vector<double> weights, std::vector<double> photons,
                            kernel::AmplitudeGradient amplitudes) {
  ExperimentGradient out;
  if (runs.is_spread()) {
    const std::vector<double> by_width = runs.by_width(std::move(photons));
    double sum = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * by_width[i];
    out.parameters[plan::ParameterId::point_spread] = sum;
  }
  const std::vector<double> of_sources = runs.pulled_back(std::move(weights));
  const auto weigh = [&](std::size_t first, std::span<const double> /*photons*/,
                         std::span<double> to) {
    std::copy_n(&of_sources[first], to.size(), to.begin());
  };
  for (std::size_t lattice = 0; lattice < at.lattice_count(); ++lattice) {
    add_gradient(at, {lattice, panel, runs.sources()}, weigh, amplitudes, out);
  }
  return out;
}

}  // namespace

std::vector<double> photons_of(const Differentiable& at, std::size_t panel,
                               std::span<const kernel::PixelRun> runs) {
  if (runs.empty()) return {};
  const SpreadRuns spread = at.spread_runs(panel, runs);
  return spread.spread(unspread_photons(at, panel, spread.sources()));
}

ExperimentGradient gradient(const Differentiable& at, std::size_t panel,
                            std::span<const kernel::PixelRun> runs,
                            const kernel::WeighPixels& weigh,
                            kernel::AmplitudeGradient amplitudes) {
  ExperimentGradient out;
  if (at.is_local() || runs.empty()) {
    add_gradient(at, {0, panel, runs}, weigh, amplitudes, out);
    return out;
  }
  const SpreadRuns spread = at.spread_runs(panel, runs);
  std::vector<double> of_sources = unspread_photons(at, panel, spread.sources());
  const std::vector<double> photons = spread.spread(of_sources);
  std::vector<double> weights(photons.size());
  weigh(0, photons, weights);
  return pullback(at, panel, spread, std::move(weights), std::move(of_sources), amplitudes);
}

ExperimentGradient pullback(const Differentiable& at, std::size_t panel,
                            std::span<const kernel::PixelRun> runs, std::span<const double> weights,
                            kernel::AmplitudeGradient amplitudes) {
  NANOBRAGG_EXPECTS(weights.size() == kernel::pixel_count(runs));
  if (runs.empty()) return gradient(at, panel, runs, {}, amplitudes);
  const SpreadRuns spread = at.spread_runs(panel, runs);
  return pullback(
      at, panel, spread, {weights.begin(), weights.end()},
      spread.is_spread() ? unspread_photons(at, panel, spread.sources()) : std::vector<double>{},
      amplitudes);
}

ExperimentGradient pullback(const Differentiable& at, std::size_t panel,
                            ImageView<const double> weights, kernel::AmplitudeGradient amplitudes) {
  const auto runs = at.runs_of(panel);
  std::vector<double> listed;
  for (const kernel::PixelRun& run : runs) {
    const auto row = weights.row(run.first.slow).subspan(run.first.fast, run.count);
    listed.insert(listed.end(), row.begin(), row.end());
  }
  return pullback(at, panel, runs, listed, amplitudes);
}

double ExperimentGradient::by(const plan::Variable& variable,
                              const StructureFactors& factors) const {
  if (const auto* id = std::get_if<plan::ParameterId>(&variable)) return parameters[*id];
  double sum = 0.0;
  for (const std::size_t position :
       plan::table_positions(std::get<MillerIndex>(variable), factors)) {
    sum += amplitudes[position];
  }
  return sum;
}

std::vector<double> ExperimentGradient::by_reflection(const StructureFactors& factors) const {
  NANOBRAGG_EXPECTS(amplitudes.size() == factors.table().size());
  std::vector<double> sums(factors.reflection_count());
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    sums[factors.reflection_at(i)] += amplitudes[i];
  }
  return sums;
}

}  // namespace nanobragg::image
