// How much of the light that leaves the sample towards a point passes a beamstop.
#pragma once

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/beamstop.hpp"

namespace nanobragg::physics {

// Where the ray to `position` (m, from the sample) crosses the plane of the disc, as a distance
// from the disc's centre along the plane, m. The beam is a unit vector and the ray leads forwards.
template <class T>
constexpr T radius_on_beamstop(const Vec3<T>& position, const Vec3<T>& beam, const T& distance) {
  const T along = dot(position, beam);
  const Vec3<T> across = position - along * beam;
  return distance * length(across) / along;
}

// 0 within the disc, 1 outside, and between radius ± edge/2 the cubic u²(3 − 2u), which has no kink
// at either end. Nothing goes round or through the disc.
template <class T>
constexpr T beamstop_transmission(const T& radius, const Beamstop& stop) {
  const double edge = stop.edge.value();
  const T u = (radius - T((stop.diameter.value() - edge) / 2.0)) / T(edge);
  if (!(u > T(0))) return T(0);
  if (!(u < T(1))) return T(1);
  return u * u * (T(3) - T(2) * u);
}

}  // namespace nanobragg::physics
