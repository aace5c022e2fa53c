// The polarisation factor.
#pragma once

#include <cmath>

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::physics {

// P = ½(1 + cos²2θ − K cos 2ψ sin²2θ): scattering angle 2θ between the unit vectors i (incident)
// and d (diffracted), azimuth ψ of d about i from the polarisation axis, Kahn factor K (−1 … 1, 0
// for an unpolarised beam). Kahn, Fourme, Gadet, Janin, Dumas & André (1982), J. Appl. Cryst. 15,
// 330. Along the beam, where ψ has no meaning, sin²2θ = 0 removes it.
template <class T>
T polarisation_factor(const T& kahn, const Vec3<T>& incident, const Vec3<T>& diffracted,
                      const Vec3<T>& axis) {
  using std::atan2;
  using std::cos;
  const T cos_2theta = dot(incident, diffracted);
  const T cos2 = cos_2theta * cos_2theta;
  const T sin2 = 1 - cos2;
  T psi = T(0);
  if (kahn != T(0)) {
    const Vec3<T> magnetic = unit(cross(axis, incident));
    const Vec3<T> electric = unit(cross(incident, magnetic));
    psi = -atan2(dot(diffracted, magnetic), dot(diffracted, electric));
  }
  return T(0.5) * (T(1) + cos2 - kahn * cos(2 * psi) * sin2);
}

}  // namespace nanobragg::physics
