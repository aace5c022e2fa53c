// The polarisation factor.
#pragma once

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::physics {

// P = ½(1 + cos²2θ − K cos 2ψ sin²2θ): scattering angle 2θ between the unit vectors i (incident)
// and d (diffracted), azimuth ψ of d about i from the polarisation axis, Kahn factor K (−1 … 1, 0
// for an unpolarised beam). Kahn, Fourme, Gadet, Janin, Dumas & André (1982), J. Appl. Cryst. 15,
// 330. With the electric field E = unit(i × B), B = unit(axis × i), cos 2ψ sin²2θ is (d·E)² −
// (d·B)²: smooth in every direction, along the beam as well, where ψ has no meaning.
template <class T, class S>
T polarisation_factor(const S& kahn, const Vec3<T>& incident, const Vec3<T>& diffracted,
                      const Vec3<T>& axis) {
  const auto unit_of = [](const Vec3<T>& v) { return v / length(v); };
  const T cos_2theta = dot(incident, diffracted);
  T asymmetry = T(0);
  if (kahn != S(0)) {
    const Vec3<T> magnetic = unit_of(cross(axis, incident));
    const T along_magnetic = dot(diffracted, magnetic);
    const T along_electric = dot(diffracted, cross(incident, magnetic));
    asymmetry = along_electric * along_electric - along_magnetic * along_magnetic;
  }
  return T(0.5) * (T(1.0) + cos_2theta * cos_2theta - kahn * asymmetry);
}

}  // namespace nanobragg::physics
