// Compares the full width of spots at half maximum with the distance between reflections.
#include "nanobragg/config/resolve/spot_widths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/physics/lattice/gauss_cells.hpp"

namespace nanobragg::config {

// Along each axis size and mosaic turns make a width; turns move a reflection of spacing d by 1/d a
// radian.
std::optional<std::string> warn_if_wide(const Experiment& experiment,
                                        const plan::SamplingPlan& plan) {
  const plan::CrystalSamples& crystal = plan.crystal;
  if (crystal.shape != CrystalShape::gauss_cells) return std::nullopt;
  const double spacing_A = std::max(best_resolution_A(experiment.detector.panels, *experiment.beam),
                                    1e10 * experiment.sampling.resolution_limit.value());
  const double turned = crystal.continuous.mosaic_deviation_rad / spacing_A;
  const auto& [a, b, c] = crystal.lattice.reciprocal;
  const std::array lengths{length(a), length(b), length(c)};
  const double widths_a_deviation = 2.0 * plan::kHalfWidthOfNormal;
  double widest = 0.0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const double size = physics::GaussCellsLattice::deviation(crystal.cells[i], crystal.fudge);
    widest = std::max(widest, widths_a_deviation * std::hypot(size, turned / lengths[i]));
  }
  if (!(widest > 1.0)) return std::nullopt;
  return fmt::format(
      "at {:.3g} Å, spots are {:.2g} times as wide as the distance between reflections (full width "
      "at half maximum): they overlap, and each pixel sees several",
      spacing_A, widest);
}

// Of the points within d, those whose middle lies within half of a full width of the Ewald sphere:
// the sphere's part within 1/d of the origin has the area π/d², whatever its radius.
std::optional<std::string> warn_if_narrow(const Experiment& experiment,
                                          const plan::SamplingPlan& plan) {
  const plan::CrystalSamples& crystal = plan.crystal;
  const bool is_still = crystal.oscillation.range == 0.0;
  if (crystal.shape != CrystalShape::gauss_cells || !is_still) return std::nullopt;
  const double spacing_A = std::max(best_resolution_A(experiment.detector.panels, *experiment.beam),
                                    1e10 * experiment.sampling.resolution_limit.value());
  const double q = 1.0 / spacing_A;
  const auto square = [](double x) { return x * x; };
  const plan::NormalBeam& beam = plan.beam.normal;
  const auto& [a, b, c] = crystal.lattice.reciprocal;
  const std::array lengths{length(a), length(b), length(c)};
  double squares =
      square(q) * (square(crystal.continuous.mosaic_deviation_rad) +
                   square(crystal.continuous.cell_deviation) + square(beam.energy_deviation)) +
      square(1.0 / to_angstrom(experiment.beam->wavelength).value()) *
          (square(beam.horizontal_deviation_rad) + square(beam.vertical_deviation_rad));
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const double size = physics::GaussCellsLattice::deviation(crystal.cells[i], crystal.fudge);
    squares += square(size * lengths[i]) / 3.0;
  }
  const double width = 2.0 * plan::kHalfWidthOfNormal * std::sqrt(squares);
  const double reflections = constants::kPi * square(q) * width * crystal.lattice.volume *
                             static_cast<double>(beam.lines.size());
  if (!(reflections < 1.0)) return std::nullopt;
  return fmt::format(
      "a still of so perfect a crystal in so perfect a beam excites {:.1g} reflections to {:.3g} "
      "Å, "
      "in the mean over orientations: -mosaic with -mosaic_shape gauss, -dispersion, -divergence, "
      "fewer cells (-N) or a turn (-osc) excite more",
      reflections, spacing_A);
}

}  // namespace nanobragg::config
