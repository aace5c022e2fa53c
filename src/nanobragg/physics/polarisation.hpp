// The polarisation factor.
#pragma once

#include "nanobragg/base/number.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::physics {

// The directions that an incident ray's polarisation is measured along: unit vectors perpendicular
// to the ray and to each other. Needs an axis that is not along the ray.
template <class T>
struct PolarisationFrame {
  Vec3<T> magnetic, electric;
};
template <class T>
constexpr PolarisationFrame<T> polarisation_frame(const Vec3<T>& incident, const Vec3<T>& axis) {
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
constexpr T polarisation_factor(const S& kahn, const T& cos_2theta, const T& along_magnetic,
                                const T& along_electric) {
  const T asymmetry = along_electric * along_electric - along_magnetic * along_magnetic;
  return T(0.5) * (T(1.0) + cos_2theta * cos_2theta - kahn * asymmetry);
}
template <class T, class S>
constexpr T polarisation_factor(const S& kahn, const T& cos_2theta, const Vec3<T>& diffracted,
                                const PolarisationFrame<T>& frame) {
  return polarisation_factor(kahn, cos_2theta, dot(diffracted, frame.magnetic),
                             dot(diffracted, frame.electric));
}

// By the Kahn factor and by d.
template <class T>
struct PolarisationBar {
  T kahn;
  Vec3<T> diffracted;
};
template <class T>
constexpr PolarisationBar<T> polarisation_factor_vjp(const T& kahn, const Vec3<T>& incident,
                                                     const Vec3<T>& diffracted,
                                                     const PolarisationFrame<T>& frame,
                                                     const T& bar) {
  const auto& [magnetic, electric] = frame;
  const T along_magnetic = dot(diffracted, magnetic);
  const T along_electric = dot(diffracted, electric);
  return {T(-0.5) * bar * (along_electric * along_electric - along_magnetic * along_magnetic),
          (bar * dot(incident, diffracted)) * incident -
              (bar * kahn) * (along_electric * electric - along_magnetic * magnetic)};
}

// By i: with B = b/|b|, b = axis × i, and E = i × B, the chain goes through both. Finite in every
// direction but for i along the axis, where B has none.
template <class T>
constexpr Vec3<T> polarisation_incident_vjp(const T& kahn, const Vec3<T>& incident,
                                            const Vec3<T>& diffracted, const Vec3<T>& axis,
                                            const T& bar) {
  const auto& [magnetic, electric] = polarisation_frame(incident, axis);
  const Vec3<T> electric_bar = (-kahn * dot(diffracted, electric) * bar) * diffracted;
  const Vec3<T> magnetic_bar =
      (kahn * dot(diffracted, magnetic) * bar) * diffracted + cross(electric_bar, incident);
  const Vec3<T> across_bar =
      (magnetic_bar - dot(magnetic, magnetic_bar) * magnetic) / length(cross(axis, incident));
  return (bar * dot(incident, diffracted)) * diffracted + cross(magnetic, electric_bar) +
         cross(across_bar, axis);
}

}  // namespace nanobragg::physics
