// Forward mode: derivatives of pixels along directions.
#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>
#include <utility>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/image/gradient.hpp"

namespace nanobragg::image {
namespace {

using kernel::kChunkPixels;
using kernel::PixelSlopes;

NANOBRAGG_VECTOR_CLONES
void add_scaled(double scale, const double* from, std::size_t count, double* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] += scale * from[i];
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

using TakeRows = std::function<void(const JacobianRows&)>;

// What of a group of parameters changes the inputs of a plan.
std::vector<plan::InputTangent> tangents_of(const Differentiable& at, std::size_t lattice,
                                            std::size_t panel, const Directions& directions) {
  std::vector<plan::InputTangent> tangents;
  for (const auto& ids : directions.parameters) {
    plan::InputTangent& sum = tangents.emplace_back();
    for (const auto& by : at.input_tangents(lattice, panel, ids)) {
      for (std::size_t i = 0; i < plan::kPlanInputs; ++i) sum[i] += by[i];
    }
  }
  return tangents;
}

// Before the point spread, of one lattice.
void for_each_unspread_chunk(const Differentiable& at, std::size_t lattice, std::size_t panel,
                             std::span<const kernel::PixelRun> runs, const Directions& directions,
                             const TakeRows& take) {
  const std::vector<plan::InputTangent> tangents = tangents_of(at, lattice, panel, directions);
  const std::span<const std::size_t> amplitudes = directions.amplitudes;
  RowOf row_of;
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    for (const std::size_t position :
         at.experiment().structure_factors->positions_like(amplitudes[i])) {
      const bool is_new = row_of.emplace(position, tangents.size() + i).second;
      NANOBRAGG_EXPECTS(is_new);
      static_cast<void>(is_new);
    }
  }
  const auto wanted = amplitudes.empty() ? kernel::AmplitudeGradient::left_out
                                         : kernel::AmplitudeGradient::computed;
  at.for_each_chunk(
      lattice, panel, runs, wanted,
      [&](const kernel::PixelChunk& chunk, const kernel::DifferentiableChunk& differentiable) {
        std::vector<double> rows(directions.count() * kChunkPixels);
        std::array<double, kChunkPixels> photons;
        std::size_t pixels = 0;
        differentiable.differentiate(
            [&](std::size_t first, const kernel::PixelBatch& batch, PixelSlopes& slopes) {
              const std::size_t from = first - chunk.first;
              std::copy_n(slopes.photons, batch.count, &photons[from]);
              pixels += batch.count;
              if (slopes.is_dark) return;
              for (std::size_t p = 0; p < tangents.size(); ++p) {
                add_along(tangents[p], slopes, batch.count, &rows[p * kChunkPixels + from]);
              }
              if (slopes.amplitudes) add_amplitude_rows(slopes, row_of, from, rows);
            });
        take({chunk.index, chunk.first, chunk.runs, std::span(photons).first(pixels), rows,
              kChunkPixels});
      });
}

// The rows of all pixels of some runs.
struct WholeRows {
  std::vector<double> photons;
  std::vector<std::vector<double>> by_direction;
};

WholeRows unspread_rows(const Differentiable& at, std::size_t panel,
                        std::span<const kernel::PixelRun> runs, const Directions& directions) {
  const std::size_t pixels = kernel::pixel_count(runs);
  WholeRows whole{std::vector<double>(pixels),
                  std::vector(directions.count(), std::vector<double>(pixels))};
  for (std::size_t lattice = 0; lattice < at.lattice_count(); ++lattice) {
    for_each_unspread_chunk(at, lattice, panel, runs, directions, [&](const JacobianRows& chunk) {
      for (std::size_t i = 0; i < chunk.photons.size(); ++i) {
        whole.photons[chunk.first + i] += chunk.photons[i];
        for (std::size_t p = 0; p < whole.by_direction.size(); ++p) {
          whole.by_direction[p][chunk.first + i] += chunk.rows[p * chunk.stride + i];
        }
      }
    });
  }
  return whole;
}

}  // namespace

void for_each_jacobian_chunk(const Differentiable& at, std::size_t panel,
                             std::span<const kernel::PixelRun> runs, const Directions& directions,
                             const TakeRows& take) {
  if (at.is_local() || runs.empty()) {
    return for_each_unspread_chunk(at, 0, panel, runs, directions, take);
  }
  const SpreadRuns spread = at.spread_runs(panel, runs);
  WholeRows whole = unspread_rows(at, panel, spread.sources(), directions);
  const std::size_t pixels = kernel::pixel_count(runs);
  std::vector<double> rows;
  for (std::size_t p = 0; p < whole.by_direction.size(); ++p) {
    std::vector<double> row = spread.spread(std::move(whole.by_direction[p]));
    const bool is_of_width =
        p < directions.parameters.size() &&
        std::ranges::count(directions.parameters[p], plan::ParameterId::point_spread) > 0;
    if (is_of_width) {
      const std::vector<double> by_width = spread.by_width(whole.photons);
      std::ranges::transform(row, by_width, row.begin(), std::plus());
    }
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const std::vector<double> photons = spread.spread(std::move(whole.photons));
  const std::vector<kernel::CutChunk> chunks = kernel::cut_into_chunks(runs);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const auto& [first, of_chunk] = chunks[i];
    const std::size_t count = kernel::pixel_count(of_chunk);
    take({i, first, of_chunk, std::span(photons).subspan(first, count),
          std::span(rows).subspan(rows.empty() ? 0 : first), pixels});
  }
}

std::vector<Image<double>> jacobian_images(const Differentiable& at, std::size_t panel,
                                           std::span<const plan::Variable> variables) {
  plan::check_no_mates(variables, *at.experiment().structure_factors);
  Directions directions;
  std::vector<std::size_t> amplitudes;
  std::vector<std::size_t> places;  // where the rows of both go
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto* id = std::get_if<plan::ParameterId>(&variables[i]);
    if (!id) continue;
    directions.parameters.push_back({*id});
    places.push_back(i);
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto* index = std::get_if<MillerIndex>(&variables[i]);
    if (!index) continue;
    amplitudes.push_back(plan::table_position(*index, *at.experiment().structure_factors));
    places.push_back(i);
  }
  directions.amplitudes = amplitudes;
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
  for_each_jacobian_chunk(at, panel, at.runs_of(panel), directions, take);
  return images;
}

}  // namespace nanobragg::image
