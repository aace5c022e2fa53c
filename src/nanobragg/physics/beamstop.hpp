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

// What passes something opaque of this width, at a distance from its middle: 0 within, 1 outside,
// and between width/2 ± edge/2 the cubic u²(3 − 2u), which has no kink at either end.
template <class T>
constexpr T edge_transmission(const T& distance, double width, double edge) {
  const T u = (distance - T((width - edge) / 2.0)) / T(edge);
  if (!(u > T(0))) return T(0);
  if (!(u < T(1))) return T(1);
  return u * u * (T(3) - T(2) * u);
}

// What passes the arm on the way to `position`: all of it on the other side of the disc's centre.
// The end of the arm is in the black of the disc.
template <class T>
constexpr T arm_transmission(const Vec3<T>& position, const Vec3<T>& beam, const Beamstop& stop) {
  const T along = dot(position, beam);
  const Vec3<T> across = position - along * beam;
  const Vec3<T> arm{T(stop.arm->direction.x), T(stop.arm->direction.y), T(stop.arm->direction.z)};
  const T outwards = dot(across, arm);
  if (!(outwards > T(0))) return T(1);
  const T beside = length(across - outwards * arm);
  return edge_transmission(T(stop.distance.value()) * beside / along, stop.arm->width.value(),
                           stop.edge.value());
}

// Of a ray to `position`, forwards from the sample. Nothing goes round or through the stop.
template <class T>
constexpr T beamstop_transmission(const Vec3<T>& position, const Vec3<T>& beam,
                                  const Beamstop& stop) {
  const T radius = radius_on_beamstop(position, beam, T(stop.distance.value()));
  const T disc = edge_transmission(radius, stop.diameter.value(), stop.edge.value());
  if (!stop.arm || !(disc > T(0))) return disc;
  return disc * arm_transmission(position, beam, stop);
}

}  // namespace nanobragg::physics
