// Looks at the four corners of the detector.
#include "nanobragg/config/resolution.hpp"

#include <algorithm>
#include <cmath>

namespace nanobragg::config {

double best_resolution_A(const DetectorFrame& frame, const BeamValues& beam) {
  const PlacedDetector<double>& placed = frame.placed;
  double largest_sine = 0.0;
  for (const double fast : {0.0, frame.size.fast}) {
    for (const double slow : {0.0, frame.size.slow}) {
      const Vec3<double> corner = placed.corner + fast * placed.fast + slow * placed.slow;
      const double cosine = dot(unit(corner), beam.direction);
      largest_sine = std::max(largest_sine, std::sqrt(std::max(0.0, (1.0 - cosine) / 2.0)));
    }
  }
  return to_angstrom(beam.wavelength).value() / (2.0 * largest_sine);
}

}  // namespace nanobragg::config
