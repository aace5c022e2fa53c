// The polarisation factor.
#pragma once

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::physics {

// The directions that an incident ray's polarisation is measured along: unit vectors perpendicular
// to the ray and to each other. Needs an axis that is not along the ray.
template <class T>
struct PolarisationFrame {
  Vec3<T> magnetic, electric;
};
template <class T>
PolarisationFrame<T> polarisation_frame(const Vec3<T>& incident, const Vec3<T>& axis) {
  const Vec3<T> across = cross(axis, incident);
  const Vec3<T> magnetic = across / length(across);
  return {magnetic, cross(incident, magnetic)};
}

// P = ½(1 + cos²2θ − K cos 2ψ sin²2θ): scattering angle 2θ between the unit vectors i (incident)
// and d (diffracted), azimuth ψ of d about i from the polarisation axis, Kahn factor K (−1 … 1, 0
// for an unpolarised beam). Kahn, Fourme, Gadet, Janin, Dumas & André (1982), J. Appl. Cryst. 15,
// 330. With the electric field E = unit(i × B), B = unit(axis × i), cos 2ψ sin²2θ is (d·E)² −
// (d·B)²: smooth in every direction, along the beam as well, where ψ has no meaning.
template <class T, class S>
T polarisation_factor(const S& kahn, const T& cos_2theta, const Vec3<T>& diffracted,
                      const PolarisationFrame<T>& frame) {
  const T along_magnetic = dot(diffracted, frame.magnetic);
  const T along_electric = dot(diffracted, frame.electric);
  const T asymmetry = along_electric * along_electric - along_magnetic * along_magnetic;
  return T(0.5) * (T(1.0) + cos_2theta * cos_2theta - kahn * asymmetry);
}
// The same from the axis; without polarisation any axis will do.
template <class T, class S>
T polarisation_factor(const S& kahn, const Vec3<T>& incident, const Vec3<T>& diffracted,
                      const Vec3<T>& axis) {
  const PolarisationFrame<T> frame =
      kahn != S(0) ? polarisation_frame(incident, axis) : PolarisationFrame<T>{};
  return polarisation_factor(kahn, dot(incident, diffracted), diffracted, frame);
}

}  // namespace nanobragg::physics
