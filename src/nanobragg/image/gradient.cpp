// Contracts derivatives by the inputs of a plan with weights or with tangents.
#include "nanobragg/image/gradient.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/image/stages.hpp"

namespace nanobragg::image {
namespace {

using kernel::kBatchPixels;
using kernel::kChunkPixels;
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

NANOBRAGG_VECTOR_CLONES
void add_products(const double* a, const double* b, std::size_t count, double* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] += a[i] * b[i];
}

NANOBRAGG_VECTOR_CLONES
void add_scaled(double scale, const double* from, std::size_t count, double* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] += scale * from[i];
}

// Σ weight·slope of one chunk.
struct WeightedSums {
  std::array<double, plan::kPlanInputs> inputs{};
  std::unordered_map<std::size_t, double> amplitudes;  // by position in the table
};

// Adds up the batches of a chunk: by number, those of pixels at the same place in their batches.
class ChunkSums {
 public:
  // Of `count` pixels; weights are 0 beyond them.
  void add(const PixelSlopes& slopes, std::size_t count,
           const std::array<double, kBatchPixels>& weights) {
    if (slopes.is_dark) return;
    for (std::size_t i = 0; i < by_place_.size(); ++i) {
      add_products(slopes.by_input[i], weights.data(), count, by_place_[i].data());
    }
    if (!slopes.amplitudes) return;
    for (const auto& [position, first, by_pixel] : slopes.amplitudes->entries()) {
      double sum = 0.0;
      for (std::size_t i = 0; i < by_pixel.size(); ++i) sum += weights[first + i] * by_pixel[i];
      sums_.amplitudes[position] += sum;
    }
  }
  WeightedSums total() && {
    for (std::size_t i = 0; i < by_place_.size(); ++i) {
      for (const double sum : by_place_[i]) sums_.inputs[i] += sum;
    }
    return std::move(sums_);
  }

 private:
  std::array<std::array<double, kBatchPixels>, plan::kPlanInputs> by_place_{};
  WeightedSums sums_;
};

WeightedSums weighted_sums(const kernel::DifferentiableChunk& pixels,
                           const kernel::WeighPixels& weigh) {
  ChunkSums sums;
  pixels.differentiate(
      [&](std::size_t first, const kernel::PixelBatch& batch, PixelSlopes& slopes) {
        std::array<double, kBatchPixels> weights{};
        weigh(first, {slopes.photons, batch.count}, std::span(weights).first(batch.count));
        sums.add(slopes, batch.count, weights);
      });
  return std::move(sums).total();
}

void add_along(const plan::InputTangent& tangent, const PixelSlopes& slopes, std::size_t count,
               double* to) {
  for (std::size_t i = 0; i < tangent.size(); ++i) {
    if (tangent[i] != 0.0) add_scaled(tangent[i], slopes.by_input[i], count, to);
  }
}

// The row of each amplitude, by its position in the table.
using RowOf = std::unordered_map<std::size_t, std::size_t>;

void add_amplitude_rows(const PixelSlopes& slopes, const RowOf& row_of, std::size_t from,
                        std::span<double> rows) {
  for (const auto& [position, first, by_pixel] : slopes.amplitudes->entries()) {
    const auto found = row_of.find(position);
    if (found == row_of.end()) continue;
    double* const row = &rows[found->second * kChunkPixels + from + first];
    for (std::size_t i = 0; i < by_pixel.size(); ++i) row[i] += by_pixel[i];
  }
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
  if (!kernel.gradient.slopes) {
    throw UsageError(fmt::format("gradients with the kernel '{}' (it has none)", kernel.name), "",
                     "take -kernel auto, sparse, simd or scalar");
  }
  kernel::check_can_render(kernel, plan_);
}

std::vector<kernel::PixelRun> Differentiable::runs_of(std::size_t panel) const {
  const auto own = plan::panel_plan(plan_, panel);
  return own ? kernel::runs_of(*own) : std::vector<kernel::PixelRun>{};
}

namespace {

// What a kernel finds, with the stages behind it.
class ChunkOfStages : public kernel::DifferentiableChunk {
 public:
  ChunkOfStages(const kernel::DifferentiableChunk& of_kernel, const Stages& stages,
                bool is_quicker_at_once)
      : of_kernel_(of_kernel),
        stages_(stages),
        at_once_(is_quicker_at_once && stages.are_absent()) {}

  void differentiate(const kernel::UseSlopes& use) const override {
    of_kernel_.differentiate(
        [&](std::size_t first, const kernel::PixelBatch& batch, PixelSlopes& slopes) {
          stages_.apply_to(batch, slopes);
          use(first, batch, slopes);
        });
  }
  void add_weighted(const kernel::WeighPixels& weigh,
                    std::array<double, plan::kPlanInputs>& inputs) const override {
    if (at_once_) return of_kernel_.add_weighted(weigh, inputs);
    const WeightedSums total = weighted_sums(*this, weigh);
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] += total.inputs[i];
  }

 private:
  const kernel::DifferentiableChunk& of_kernel_;
  const Stages& stages_;
  bool at_once_;
};

}  // namespace

void Differentiable::for_each_chunk(
    std::size_t panel, std::span<const kernel::PixelRun> runs, kernel::AmplitudeGradient amplitudes,
    const std::function<void(const kernel::PixelChunk&, const kernel::DifferentiableChunk&)>& use)
    const {
  if (runs.empty()) return;
  const auto own = plan::panel_plan(plan_, panel);
  NANOBRAGG_EXPECTS(own.has_value());
  const Stages stages(*own, kernel_->water);
  const kernel::GradientJob job{kernel_, {*own, tangents_}, runs, threads_, precision_};
  kernel::for_each_chunk(
      job, amplitudes,
      [&](const kernel::PixelChunk& chunk, const kernel::DifferentiableChunk& of_kernel) {
        use(chunk, ChunkOfStages(of_kernel, stages, kernel_->gradient.weighted != nullptr));
        if (progress_) progress_->advance(kernel::pixel_count(chunk.runs));
      });
}

std::vector<double> photons_of(const Differentiable& at, std::size_t panel,
                               std::span<const kernel::PixelRun> runs) {
  std::vector<double> photons(kernel::pixel_count(runs));
  at.for_each_chunk(panel, runs, kernel::AmplitudeGradient::left_out,
                    [&](const kernel::PixelChunk&, const kernel::DifferentiableChunk& pixels) {
                      pixels.differentiate([&](std::size_t first, const kernel::PixelBatch& batch,
                                               PixelSlopes& slopes) {
                        std::copy_n(slopes.photons, batch.count, &photons[first]);
                      });
                    });
  return photons;
}

ExperimentGradient gradient(const Differentiable& at, std::size_t panel,
                            std::span<const kernel::PixelRun> runs,
                            const kernel::WeighPixels& weigh,
                            kernel::AmplitudeGradient amplitudes) {
  std::vector<WeightedSums> parts(kernel::chunk_count(runs));
  at.for_each_chunk(
      panel, runs, amplitudes,
      [&](const kernel::PixelChunk& chunk, const kernel::DifferentiableChunk& pixels) {
        if (amplitudes == kernel::AmplitudeGradient::left_out) {
          pixels.add_weighted(weigh, parts[chunk.index].inputs);
        } else {
          parts[chunk.index] = weighted_sums(pixels, weigh);
        }
      });

  ExperimentGradient out;
  if (amplitudes == kernel::AmplitudeGradient::computed) {
    out.amplitudes.resize(at.experiment().structure_factors->table().size());
  }
  std::array<double, plan::kPlanInputs> by_input{};
  for (const WeightedSums& part : parts) {
    for (std::size_t i = 0; i < by_input.size(); ++i) by_input[i] += part.inputs[i];
    for (const auto& [position, sum] : part.amplitudes) out.amplitudes[position] += sum;
  }
  const auto ids = parameters_of_panel(panel);
  const auto tangents = plan::input_tangents(at.experiment(), panel, ids);
  for (std::size_t p = 0; p < ids.size(); ++p) {
    double sum = 0.0;
    for (std::size_t i = 0; i < by_input.size(); ++i) sum += tangents[p][i] * by_input[i];
    out.parameters[ids[p]] = sum;
  }
  return out;
}

ExperimentGradient pullback(const Differentiable& at, std::size_t panel,
                            std::span<const kernel::PixelRun> runs, std::span<const double> weights,
                            kernel::AmplitudeGradient amplitudes) {
  NANOBRAGG_EXPECTS(weights.size() == kernel::pixel_count(runs));
  const auto weigh = [&](std::size_t first, std::span<const double> /*photons*/,
                         std::span<double> to) {
    std::ranges::copy(weights.subspan(first, to.size()), to.begin());
  };
  return gradient(at, panel, runs, weigh, amplitudes);
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

void for_each_jacobian_chunk(const Differentiable& at, std::size_t panel,
                             std::span<const kernel::PixelRun> runs, const Directions& directions,
                             const std::function<void(const JacobianRows&)>& take) {
  const auto& [tangents, amplitudes] = directions;
  RowOf row_of;
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    for (const std::size_t position :
         at.experiment().structure_factors->positions_like(amplitudes[i])) {
      const bool is_new = row_of.emplace(position, tangents.size() + i).second;
      NANOBRAGG_EXPECTS(is_new);
      static_cast<void>(is_new);
    }
  }
  const std::size_t count = tangents.size() + amplitudes.size();
  const auto wanted = amplitudes.empty() ? kernel::AmplitudeGradient::left_out
                                         : kernel::AmplitudeGradient::computed;
  at.for_each_chunk(
      panel, runs, wanted,
      [&](const kernel::PixelChunk& chunk, const kernel::DifferentiableChunk& differentiable) {
        std::vector<double> rows(count * kChunkPixels);
        std::array<double, kChunkPixels> photons;
        std::size_t pixels = 0;
        differentiable.differentiate([&](std::size_t first, const kernel::PixelBatch& batch,
                                         PixelSlopes& slopes) {
          const std::size_t from = first - chunk.first;
          std::copy_n(slopes.photons, batch.count, &photons[from]);
          pixels += batch.count;
          if (slopes.is_dark) return;
          for (std::size_t p = 0; p < directions.tangents.size(); ++p) {
            add_along(directions.tangents[p], slopes, batch.count, &rows[p * kChunkPixels + from]);
          }
          if (slopes.amplitudes) add_amplitude_rows(slopes, row_of, from, rows);
        });
        take({chunk.index, chunk.first, chunk.runs, std::span(photons).first(pixels), rows,
              kChunkPixels});
      });
}

std::vector<Image<double>> jacobian_images(const Differentiable& at, std::size_t panel,
                                           std::span<const plan::Variable> variables) {
  plan::check_no_mates(variables, *at.experiment().structure_factors);
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
  const auto tangents = plan::input_tangents(at.experiment(), panel, parameters);
  std::vector<Image<double>> images(variables.size(),
                                    Image<double>(at.plan().detector.panels[panel].shape));
  const auto take = [&](const JacobianRows& batch) {
    std::size_t pixel = 0;
    for (const kernel::PixelRun& run : batch.runs) {
      for (std::size_t p = 0; p < places.size(); ++p) {
        const auto from = batch.rows.subspan(p * batch.stride + pixel, run.count);
        const auto row = images[places[p]].view().row(run.first.slow);
        std::ranges::copy(from, row.subspan(run.first.fast, run.count).begin());
      }
      pixel += run.count;
    }
  };
  for_each_jacobian_chunk(at, panel, at.runs_of(panel), {tangents, amplitudes}, take);
  return images;
}

}  // namespace nanobragg::image
