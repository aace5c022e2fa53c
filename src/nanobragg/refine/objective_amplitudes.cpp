// Amplitudes as coordinates: which of them, and how well the pixels know them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/variables.hpp"
#include "nanobragg/refine/objective.hpp"

namespace nanobragg::refine {
namespace {

// Of ln F: amplitudes that are known to less than half of themselves stay as they are.
constexpr double kLeastInformation = 4.0;

MillerIndex index_at(std::size_t position, const MillerBox& box) {
  const std::size_t row = position / box.size_l();
  const auto beyond = [](std::int32_t from, std::size_t steps) {
    return from + static_cast<std::int32_t>(steps);
  };
  return {beyond(box.min.h, row / box.size_k()), beyond(box.min.k, row % box.size_k()),
          beyond(box.min.l, position % box.size_l())};
}

// Where the listed amplitudes stand in the table. Throws for one that the pixels do not tell.
std::vector<std::size_t> listed_positions(std::span<const MillerIndex> reflections,
                                          const StructureFactors& factors,
                                          std::span<const double> information) {
  std::vector<std::size_t> positions;
  for (const MillerIndex& index : reflections) {
    const std::size_t position = plan::table_position(index, factors);
    if (std::ranges::find(positions, position) != positions.end()) {
      throw UsageError(fmt::format("parameter '{}' is named twice", plan::name_of(index)));
    }
    const double known = information[position];
    if (!(known > 0.0)) {
      throw UsageError(fmt::format("parameter '{}' has no effect (no pixel that counts sees it)",
                                   plan::name_of(index)),
                       "", "leave it out of --parameters");
    }
    if (known < kLeastInformation) {
      throw UsageError(
          fmt::format(
              "parameter '{}' is not determined by the pixels (its standard uncertainty is {:.0f} "
              "% of its start)",
              plan::name_of(index), 100.0 / std::sqrt(known)),
          "", "leave it out of --parameters");
    }
    positions.push_back(position);
  }
  return positions;
}

}  // namespace

// Where a pixel sees one reflection, its ∂m/∂ln F is twice the photons of the crystal in it, and
// Σ (∂m/∂ln F)²/v is a loss differentiated once: that with the slopes 2·photons/v.
std::vector<double> Objective::amplitude_information(std::span<const double> x) const {
  const std::span<const double> table = problem_.start.structure_factors->table();
  std::vector<double> information(table.size());
  for_each_frame(x, [&](const Frame& frame) {
    Experiment dry = frame.at.experiment();
    dry.water = Metre(0.0);
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
    for (std::size_t k = 0; k < information.size(); ++k) {
      information[k] += by.amplitudes[k] * amplitudes[k];
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
  std::vector<std::size_t> positions = listed_positions(problem_.reflections, factors, information);
  for (std::size_t k = 0; k < information.size() && problem_.reflections.empty(); ++k) {
    if (information[k] >= kLeastInformation) positions.push_back(k);
  }
  for (const std::size_t k : positions) {
    amplitudes_.push_back(
        {index_at(k, factors.box()), k, factors.table()[k], 1.0 / std::sqrt(information[k])});
    lower_.push_back(-std::numeric_limits<double>::infinity());
    upper_.push_back(std::numeric_limits<double>::infinity());
    usual_step_.push_back(std::sqrt(information[k]));
  }
}

}  // namespace nanobragg::refine
