// Where a sub-pixel of a panel stands in the laboratory.
#pragma once

#include <cstddef>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::physics {

// Centre of sub-pixel `sub` (0 … n − 1) of pixel `pixel` along one axis of the panel, in m from the
// panel's corner: (p/n)(n·pixel + sub) + p/(2n), pixel size p.
inline double subpixel_centre(std::size_t pixel, std::size_t sub, std::size_t n,
                              double pixel_size_m) {
  const double size = pixel_size_m / static_cast<double>(n);
  return size * static_cast<double>(pixel * n + sub) + size / 2.0;
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

// A point of the sensor: sub-pixel `sub` of a pixel, at the front of a layer. In m, laboratory
// frame.
struct SensorPoint {
  PixelIndex pixel;
  PixelIndex sub;
  int layer = 0;
};
inline Vec3<double> position_of(const SensorPoint& point, const PanelValues& panel,
                                const plan::SamplingPlan& plan) {
  const auto n = static_cast<std::size_t>(plan.sampling.oversample);
  const double size = panel.pixel_size.value();
  const Vec3<double> on_panel{subpixel_centre(point.pixel.fast, point.sub.fast, n, size),
                              subpixel_centre(point.pixel.slow, point.sub.slow, n, size),
                              point.layer * plan.detector.layers.step};
  const Vec3<double> flat =
      flat_position(panel.corner_m, panel.fast, panel.slow, panel.normal, on_panel);
  if (plan.detector.curvature == Curvature::flat) return flat;
  return spherical_position(flat, plan.beam.direction, panel.distance.value(), panel.fast,
                            panel.slow);
}

}  // namespace nanobragg::physics
