// Follows a spot's point through the exposure.
#include "nanobragg/kernel/analytic/spot_factors.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg::kernel::analytic {

double partiality_of(const Spot& spot, const physics::Line& line) {
  const Vec3<double> q = line.wavenumber_per_A * (spot.footprint.direction - line.incident);
  if (!physics::is_moved(spot.shape, spot.turn)) return std::exp(-0.5 * spot.footprint.exponent);
  const double rate = spot.shape.rate();
  const double z = dot(spot.shape.velocity(), spot.shape.precision() * spot.shape.offset(q)) / rate;
  const auto& [from, to] = spot.turn;
  return physics::normal_between(physics::normal_point(std::min(from, to) * rate - z),
                                 physics::normal_point(std::max(from, to) * rate - z));
}

SpotExcitation excitation_of(const Spot& spot, const physics::Line& line,
                             const plan::CrystalSamples& crystal) {
  const double k = line.wavenumber_per_A;
  const double middle = crystal.continuous.phi_start_rad + 0.5 * crystal.oscillation.range;
  const Vec3<double> point =
      rotate_about(spot.shape.point(), crystal.continuous.spindle_axis, middle - spot.phi_rad);
  return {point, length(k * line.incident + point) - k};
}

}  // namespace nanobragg::kernel::analytic
