// Amplitudes as coordinates: which of them, and how well the pixels know them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/equivalents.hpp"
#include "nanobragg/plan/variables.hpp"
#include "nanobragg/refine/objective.hpp"

namespace nanobragg::refine {
namespace {

// Of ln F: amplitudes that are known to less than half of themselves stay as they are.
constexpr double kLeastInformation = 4.0;

// Throws UsageError for an amplitude that the pixels do not determine.
void check_determined(MillerIndex index, double information) {
  if (!(information > 0.0)) {
    throw UsageError(
        fmt::format("parameter '{}' has no effect (no pixel that counts depends on it)",
                    plan::name_of(index)),
        "", "leave it out of --parameters");
  }
  if (information >= kLeastInformation) return;
  throw UsageError(
      fmt::format(
          "parameter '{}' is not determined by the pixels (its standard uncertainty is {:.0f} "
          "% of its start)",
          plan::name_of(index), 100.0 / std::sqrt(information)),
      "", "leave it out of --parameters");
}

// The listed amplitudes.
std::vector<FreeAmplitude> listed(std::span<const MillerIndex> reflections,
                                  const StructureFactors& factors) {
  plan::check_no_mates(std::vector<plan::Variable>(reflections.begin(), reflections.end()),
                       factors);
  std::vector<FreeAmplitude> out;
  for (const MillerIndex& index : reflections) {
    const std::size_t position = plan::table_position(index, factors);
    out.push_back({index, position, factors.reflection_at(position)});
  }
  return out;
}

// One for each unique reflection that pixels know well enough and the table holds whole, by the
// index of its mate that comes last in the table, as that with h > 0 does; in the order of the
// table.
std::vector<FreeAmplitude> every_one(const StructureFactors& factors,
                                     std::span<const double> information) {
  const Equivalents* const equivalents = factors.equivalents().get();
  std::vector<FreeAmplitude> out;
  std::vector<bool> seen(information.size());
  for (std::size_t back = factors.table().size(); back > 0; --back) {
    const std::size_t position = back - 1;
    const std::size_t reflection = factors.reflection_at(position);
    if (seen[reflection] || information[reflection] < kLeastInformation) continue;
    seen[reflection] = true;
    const MillerIndex index = factors.box().index_at(position);
    if (equivalents && equivalents->reaches_outside(index)) continue;
    out.push_back({index, position, reflection});
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace

// Where a pixel has one reflection, its ∂m/∂ln F is twice the photons of the crystal in it, and
// Σ (∂m/∂ln F)²/v is a loss differentiated once: that with the slopes 2·photons/v.
std::vector<double> Objective::amplitude_information(std::span<const double> x) const {
  const StructureFactors& factors = *problem_.start.structure_factors;
  std::vector<double> information(factors.reflection_count());
  for_each_frame(x, [&](const Frame& frame) {
    Experiment dry = frame.at.experiment();
    dry.water = Metre(0.0);
    dry.slabs.clear();
    dry.measured.clear();
    const image::Differentiable crystal(dry, *problem_.options.kernel, problem_.options.threads);
    const std::vector<double> bragg =
        image::photons_of(crystal, frame.pixels.panel, frame.pixels.set.runs);
    const auto weigh = [&](std::size_t first, std::span<const double> photons,
                           std::span<double> weights) {
      for (std::size_t i = 0; i < photons.size(); ++i) {
        const std::size_t pixel = first + i;
        const double model = photons[i] + frame.background(pixel);
        weights[i] =
            2.0 * bragg[pixel] * pixel_loss(loss_, model, frame.pixels.observed[pixel]).information;
      }
    };
    const auto by = image::gradient(frame.at, frame.pixels.panel, frame.pixels.set.runs, weigh,
                                    kernel::AmplitudeGradient::computed);
    const std::span<const double> amplitudes = frame.at.experiment().structure_factors->table();
    for (std::size_t k = 0; k < amplitudes.size(); ++k) {
      information[factors.reflection_at(k)] += by.amplitudes[k] * amplitudes[k];
    }
  });
  return information;
}

// The standard uncertainty of ln F as its unit: every coordinate has a curvature near 1.
void Objective::choose_amplitudes() {
  const StructureFactors& factors = *problem_.start.structure_factors;
  if (!factors.has_table()) {
    throw UsageError("no table of amplitudes to refine (all are -default_F)", "",
                     "give a starting table with -hkl");
  }
  const std::vector<double> zero(size());
  const std::vector<double> information = amplitude_information(zero);
  amplitudes_ = problem_.reflections.empty() ? every_one(factors, information)
                                             : listed(problem_.reflections, factors);
  for (const FreeAmplitude& f : amplitudes_) {
    const double known = information[f.reflection];
    check_determined(f.index, known);
    const double start = factors.table()[f.position];
    // From 0 on, on the side of its start.
    add_coordinate({.name = plan::name_of(f.index),
                    .ids = {},
                    .transform = Transform::logarithmic,
                    .start = start,
                    .scale = 1.0 / std::sqrt(known),
                    .lower = 0.0,
                    .upper = std::copysign(std::numeric_limits<double>::infinity(), start)});
  }
}

}  // namespace nanobragg::refine
