// Asks every spot of a panel what it sends to a pixel.
#include "nanobragg/kernel/analytic/pixel_spots.hpp"

#include <algorithm>

#include "nanobragg/kernel/analytic/spot_factors.hpp"
#include "nanobragg/kernel/analytic/spot_list.hpp"
#include "nanobragg/kernel/analytic/spot_sum.hpp"

namespace nanobragg::kernel::analytic {
namespace {

bool reaches(const SpotFootprint& footprint, PixelIndex pixel) {
  if (!footprint.pixels.contains(pixel)) return false;
  const PixelsOfRow row = pixels_of_row(footprint, pixel.slow);
  return pixel.fast >= row.first && pixel.fast <= row.last;
}

PixelSpot factors_of(const Spot& spot, const SpotBeam& beam, const plan::CrystalSamples& crystal) {
  const physics::Line& line = beam.lines[spot.line];
  const SpotFootprint& f = spot.footprint;
  const double trace = f.a_ff + f.a_ss;
  const double determinant = std::max(f.a_ff * f.a_ss - f.a_fs * f.a_fs, 1e-14 * trace * trace);
  return {.index = spot.index,
          .line = line,
          .weight = beam.weights[spot.line],
          .amplitude = spot.amplitude,
          .phi_rad = spot.phi_rad,
          .point = spot.shape.point(),
          .covariance = physics::inverse(spot.shape.precision()),
          .excitation_error_per_A = excitation_of(spot, line, crystal).error,
          .partiality = std::min(1.0, partiality_of(spot, line)),
          .on_panel = {.fast = f.fast,
                       .slow = f.slow,
                       .fast_variance = f.a_ss / determinant,
                       .slow_variance = f.a_ff / determinant,
                       .covariance = -f.a_fs / determinant}};
}

}  // namespace

std::vector<std::vector<PixelSpot>> spots_at(const plan::PanelPlan& plan,
                                             std::span<const PixelIndex> pixels,
                                             std::size_t threads) {
  const SpotBeam beam = spot_beam(plan);
  const SpotSum sum(plan);
  std::vector<std::vector<PixelSpot>> all(pixels.size());
  for (const Spot& spot : spots_of(plan, threads)) {
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (!reaches(spot.footprint, pixels[i])) continue;
      const double photons = sum.photons(spot, pixels[i]);
      if (photons == 0.0) continue;
      all[i].push_back(factors_of(spot, beam, plan.crystal));
      all[i].back().photons = photons;
    }
  }
  return all;
}

}  // namespace nanobragg::kernel::analytic
