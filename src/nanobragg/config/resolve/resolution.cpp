// Looks at the four corners of each panel.
#include "nanobragg/config/resolve/resolution.hpp"

#include <algorithm>
#include <cmath>

namespace nanobragg::config {

double best_resolution_A(const std::vector<Panel>& panels, const BeamValues& beam) {
  double largest_sine = 0.0;
  for (const Panel& panel : panels) {
    const double pixel_m = panel->pixel_size.value();
    for (const std::size_t fast : {std::size_t{0}, panel->shape.fast}) {
      for (const std::size_t slow : {std::size_t{0}, panel->shape.slow}) {
        const Vec3<double> corner = panel->corner_m +
                                    pixel_m * static_cast<double>(fast) * panel->fast +
                                    pixel_m * static_cast<double>(slow) * panel->slow;
        const double cosine = dot(unit(corner), beam.direction);
        largest_sine = std::max(largest_sine, std::sqrt(std::max(0.0, (1.0 - cosine) / 2.0)));
      }
    }
  }
  return to_angstrom(beam.wavelength).value() / (2.0 * largest_sine);
}

}  // namespace nanobragg::config
