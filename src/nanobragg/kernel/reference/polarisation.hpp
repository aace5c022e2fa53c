// The polarisation factor with the C program's operations.
#pragma once

#include <cmath>

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::kernel::reference {

// physics::polarisation_factor through the azimuth ψ itself, for the last bit.
inline double polarisation_by_azimuth(double kahn, const Vec3<double>& incident,
                                      const Vec3<double>& diffracted, const Vec3<double>& axis) {
  const double cos_2theta = dot(incident, diffracted);
  const double cos2 = cos_2theta * cos_2theta;
  const double sin2 = 1 - cos2;
  double psi = 0.0;
  if (kahn != 0.0) {
    const Vec3<double> magnetic = unit(cross(axis, incident));
    const Vec3<double> electric = unit(cross(incident, magnetic));
    psi = -std::atan2(dot(diffracted, magnetic), dot(diffracted, electric));
  }
  return 0.5 * (1.0 + cos2 - kahn * std::cos(2 * psi) * sin2);
}

}  // namespace nanobragg::kernel::reference
