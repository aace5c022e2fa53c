// What spots add to the pixels that they reach.
#pragma once

#include <vector>

#include "nanobragg/kernel/analytic/spot_list.hpp"
#include "nanobragg/kernel/pixel/panel_constants.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/physics/spot_pixel.hpp"

namespace nanobragg::kernel::analytic {

// Photons that the spots of a panel send to its pixels. The plan outlives this. Thread-safe.
class SpotSum {
 public:
  explicit SpotSum(const plan::PanelPlan& plan)
      : plan_(plan), panel_(physics::panel_geometry<double>(plan)), beam_(spot_beam(plan)) {
    panel_.oversample = 1;
    const plan::CrystalSamples& crystal = plan.crystal;
    const auto& [na, nb, nc] = crystal.cells;
    // The integral of F_lattice² over reciprocal space, Å⁻³.
    const double integral =
        na * nb * nc / (crystal.fudge * std::sqrt(crystal.fudge)) / crystal.lattice.volume;
    const double photons =
        physics::photons_of_sum(plan.beam.fluence, crystal.continuous.blocks, 1.0) * integral;
    for (std::size_t i = 0; i < beam_.lines.size(); ++i) {
      const plan::Ray<double>& ray = plan.beam.normal.lines[i];
      sources_.push_back(source_constants(ray, plan.beam.polarisation_axis, plan.beam.kahn_factor));
      scales_.push_back(photons * beam_.weights[i]);
    }
  }

  double photons(const Spot& spot, PixelIndex pixel) const {
    double sum = 0.0;
    for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
      sum += photons_in_layer(spot, pixel, layer);
    }
    return sum;
  }

  // Photons a steradian for a density of 1 Å³, without the factors of a point of the sensor.
  double scale(const Spot& spot) const {
    return scales_[spot.line] * spot.amplitude * spot.amplitude * fraction(spot);
  }

 private:
  double photons_in_layer(const Spot& spot, PixelIndex pixel, int layer) const {
    const auto [position, front_distance, cosine] =
        physics::absorption_point({pixel, {0, 0}, layer}, panel_);
    const double distance = length(position);
    const Vec3<double> diffracted = position / distance;
    const physics::Line& line = beam_.lines[spot.line];
    const double k = line.wavenumber_per_A;
    const Vec3<double> q = k * (diffracted - line.incident);
    const double limit_A = 1e10 * plan_.sampling.resolution_limit.value();
    if (!physics::is_within_limit(q, limit_A)) return 0.0;
    const double step = k * panel_.pixel_size / distance;
    const auto by = [&](const Vec3<double>& axis) {
      return step * (axis - dot(diffracted, axis) * diffracted);
    };
    const double density =
        physics::mean_density(spot.shape, spot.turn, {q, by(panel_.fast), by(panel_.slow)});
    if (density == 0.0) return 0.0;
    const SourceConstants<double>& source = sources_[spot.line];
    const double polarisation =
        plan_.beam.polarisation == Polarisation::off
            ? 1.0
            : physics::polarisation_factor(plan_.beam.kahn_factor, dot(line.incident, diffracted),
                                           diffracted, source.frame);
    return scale(spot) * density * polarisation * physics::solid_angle_of(panel_, front_distance) *
           physics::captured_in_layer(panel_, layer, cosine) *
           physics::displacement_factor(plan_.crystal.b_factor, 1e10 * q);
  }
  // Of the exposure, that the spot's piece of the turn lasts.
  double fraction(const Spot& spot) const {
    const double range = plan_.crystal.oscillation.range;
    return range == 0.0 ? 1.0 : std::abs(spot.turn.range() / range);
  }

  const plan::PanelPlan& plan_;
  physics::PanelGeometry<double> panel_;
  SpotBeam beam_;
  std::vector<SourceConstants<double>> sources_;  // one a line
  std::vector<double> scales_;                    // r_e²·Φ·weight·∫F_lattice², one a line
};

}  // namespace nanobragg::kernel::analytic
