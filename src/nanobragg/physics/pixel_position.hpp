// Where a sub-pixel of a panel stands in the laboratory.
#pragma once

#include <cstddef>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/physics/panel_geometry.hpp"

namespace nanobragg::physics {

// Centre of sub-pixel `sub` (0 … n − 1) of pixel `pixel` along one axis of the panel, in m from the
// panel's corner: (p/n)(n·pixel + sub) + p/(2n), pixel size p.
template <class T>
T subpixel_centre(std::size_t pixel, std::size_t sub, std::size_t n, const T& pixel_size_m) {
  const T size = pixel_size_m / static_cast<T>(n);
  return size * static_cast<T>(pixel * n + sub) + size / T(2);
}

// corner + x·fast + y·slow + depth·normal, all in m.
template <class T>
Vec3<T> flat_position(const Vec3<T>& corner, const Vec3<T>& fast, const Vec3<T>& slow,
                      const Vec3<T>& normal, const Vec3<T>& x_y_depth) {
  return x_y_depth.x * fast + x_y_depth.y * slow + x_y_depth.z * normal + corner;
}

// The same pixel on a sphere of radius `distance` around the sample: the flat position's laboratory
// y and z, divided by the distance, are taken as angles about the slow and the fast axis.
template <class T>
Vec3<T> spherical_position(const Vec3<T>& flat, const Vec3<T>& beam, const T& distance,
                           const Vec3<T>& fast, const Vec3<T>& slow) {
  const Vec3<T> centre = distance * beam;
  return rotate_about(rotate_about(centre, slow, T(flat.y / distance)), fast, T(flat.z / distance));
}

// `flat` has derivatives along the laboratory's y and z alone.
template <class T>
struct SphericalPositionBar {
  Vec3<T> flat, fast, slow;
  T distance;
};
template <class T>
SphericalPositionBar<T> spherical_position_vjp(const Vec3<T>& flat, const Vec3<T>& beam,
                                               const T& distance, const Vec3<T>& fast,
                                               const Vec3<T>& slow, const Vec3<T>& bar) {
  const Vec3<T> centre = distance * beam;
  const T about_slow = flat.y / distance;
  const T about_fast = flat.z / distance;
  const Vec3<T> turned = rotate_about(centre, slow, about_slow);
  const RotateAboutBar<T> outer = rotate_about_vjp(turned, fast, about_fast, bar);
  const RotateAboutBar<T> inner = rotate_about_vjp(centre, slow, about_slow, outer.v);
  return {{T(0), inner.angle_rad / distance, outer.angle_rad / distance},
          outer.axis,
          inner.axis,
          dot(beam, inner.v) -
              (inner.angle_rad * about_slow + outer.angle_rad * about_fast) / distance};
}

// A point of the sensor: sub-pixel `sub` of a pixel, at the front of a layer. In m, laboratory
// frame.
struct SensorPoint {
  PixelIndex pixel;
  PixelIndex sub;
  int layer = 0;
};
template <class T>
Vec3<T> position_of(const SensorPoint& point, const PanelGeometry<T>& panel) {
  const std::size_t n = panel.oversample;
  const Vec3<T> on_panel{subpixel_centre(point.pixel.fast, point.sub.fast, n, panel.pixel_size),
                         subpixel_centre(point.pixel.slow, point.sub.slow, n, panel.pixel_size),
                         static_cast<T>(point.layer) * panel.layer_step};
  const Vec3<T> flat = flat_position(panel.corner, panel.fast, panel.slow, panel.normal, on_panel);
  if (panel.curvature == Curvature::flat) return flat;
  return spherical_position(flat, panel.beam, panel.distance, panel.fast, panel.slow);
}

}  // namespace nanobragg::physics
