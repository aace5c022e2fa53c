// Where a sub-pixel of a panel stands in the laboratory.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/panel_geometry.hpp"

namespace nanobragg::physics {

// Centre of sub-pixel `sub` (0 … n − 1) of pixel `pixel` along one axis of the panel, from the
// panel's corner in the unit of the pixel size p: (p/n)(n·pixel + sub) + p/(2n).
template <class T>
constexpr T subpixel_centre(std::size_t pixel, std::size_t sub, std::size_t n,
                            const T& pixel_size) {
  const T size = pixel_size / static_cast<T>(n);
  return size * static_cast<T>(pixel * n + sub) + size / T(2);
}
// The same of pixels whose numbers are held in vectors.
template <class T>
constexpr T subpixel_centre_of(const T& pixel, std::size_t sub, std::size_t n, double pixel_size) {
  const double size = pixel_size / static_cast<double>(n);
  return size * (pixel * static_cast<double>(n) + static_cast<double>(sub)) + size / 2.0;
}

// corner + x·fast + y·slow + depth·normal, all in m.
template <class T>
constexpr Vec3<T> flat_position(const Vec3<T>& corner, const Vec3<T>& fast, const Vec3<T>& slow,
                                const Vec3<T>& normal, const Vec3<T>& x_y_depth) {
  return x_y_depth.x * fast + x_y_depth.y * slow + x_y_depth.z * normal + corner;
}

// The same pixel on a sphere of radius `distance` around the sample: the flat position's laboratory
// y and z, divided by the distance, are taken as angles about the slow and the fast axis.
template <class T>
constexpr Vec3<T> spherical_position(const Vec3<T>& flat, const Vec3<T>& beam, const T& distance,
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
constexpr SphericalPositionBar<T> spherical_position_vjp(const Vec3<T>& flat, const Vec3<T>& beam,
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

// Sub-pixel `sub` of a pixel in a layer of the sensor, and its front in m, laboratory frame.
struct SensorPoint {
  PixelIndex pixel;
  PixelIndex sub;
  int layer = 0;
};
template <class T>
constexpr Vec3<T> position_of(const SensorPoint& point, const PanelGeometry<T>& panel) {
  const std::size_t n = panel.oversample;
  const Vec3<T> on_panel{subpixel_centre(point.pixel.fast, point.sub.fast, n, panel.pixel_size),
                         subpixel_centre(point.pixel.slow, point.sub.slow, n, panel.pixel_size),
                         static_cast<T>(point.layer) * panel.layer.thickness};
  const Vec3<T> flat = flat_position(panel.corner, panel.fast, panel.slow, panel.normal, on_panel);
  if (panel.curvature == Curvature::flat) return flat;
  return spherical_position(flat, panel.beam, panel.distance, panel.fast, panel.slow);
}

// Where a ray is absorbed in a layer of the sensor; distance of the layer's front from the sample,
// of which the solid angle is, and cosine of the angle at which the ray to it meets the normal.
template <class T>
struct AbsorptionPoint {
  Vec3<T> position;
  T front_distance, cosine;
};
template <class T>
constexpr AbsorptionPoint<T> at_mean_depth(const Vec3<T>& front, const Vec3<T>& normal,
                                           const T& thickness, const T& attenuation_per_m) {
  const T distance = length(front);
  const T cosine = dot(front, normal) / distance;
  return {front + mean_depth_of_layer(thickness, attenuation_per_m, cosine) * normal, distance,
          cosine};
}
template <class T>
constexpr AbsorptionPoint<T> absorption_point(const SensorPoint& point,
                                              const PanelGeometry<T>& panel) {
  const Vec3<T> front = position_of(point, panel);
  if (panel.layer.capture == plan::Capture::at_mean_depth) {
    return at_mean_depth(front, panel.normal, panel.layer.thickness, panel.layer.attenuation_per_m);
  }
  const T distance = length(front);
  return {front, distance, dot(front, panel.normal) / distance};
}

// Where the sub-pixel of a panel's plane stands that a ray from the sample comes nearest to;
// nothing where the ray misses the panel.
inline std::optional<Vec3<double>> nearest_subpixel(const plan::PanelPlan& plan,
                                                    const Vec3<double>& direction) {
  const PanelGeometry<double> geometry = panel_geometry<double>(plan);
  const Vec3<double> across = cross(geometry.fast, geometry.slow);
  const double distance = dot(geometry.corner, across) / dot(direction, across);
  if (!(distance > 0.0)) return std::nullopt;
  const Vec3<double> on_panel = distance * direction - geometry.corner;
  const double size = geometry.pixel_size / static_cast<double>(geometry.oversample);
  const auto number = [&](const Vec3<double>& axis, const Vec3<double>& other) {
    const Vec3<double> dual = cross(other, across);
    return std::floor(dot(on_panel, dual) / dot(axis, dual) / size);
  };
  const double fast = number(geometry.fast, geometry.slow);
  const double slow = number(geometry.slow, geometry.fast);
  const ImageShape shape = plan.panel.shape;
  const auto n = geometry.oversample;
  const auto is_inside = [&](double x, std::size_t pixels) {
    return x >= 0.0 && x < static_cast<double>(pixels * n);
  };
  if (!is_inside(fast, shape.fast) || !is_inside(slow, shape.slow)) return std::nullopt;
  const auto i = static_cast<std::size_t>(fast);
  const auto j = static_cast<std::size_t>(slow);
  return position_of<double>({{j / n, i / n}, {j % n, i % n}, 0}, geometry);
}

}  // namespace nanobragg::physics
