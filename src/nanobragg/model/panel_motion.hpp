// How a panel stands away from where it was placed.
#pragma once

#include "nanobragg/base/image.hpp"
#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg {

// Turned about its centre, about its fast axis first, then about its slow axis, then across both;
// then shifted. All along the axes of the panel as it was placed: fast, what of slow is across it,
// and fast × slow.
template <class T>
struct PanelMotion {
  Vec3<T> shift_m, turn_rad;

  friend bool operator==(const PanelMotion&, const PanelMotion&) = default;
};

// A panel's first corner and its axes.
template <class T>
struct PanelFrame {
  Vec3<T> corner, fast, slow, normal;
};

// Along fast, slow and across, at right angles.
template <class T>
Axes<T> square_axes(const PanelFrame<T>& panel) {
  const Vec3<T> fast = unit(panel.fast);
  const Vec3<T> slow = unit(panel.slow - dot(panel.slow, fast) * fast);
  return {fast, slow, cross(fast, slow)};
}

// From the corner to the centre of a panel of this shape.
template <class T>
Vec3<T> to_centre(const PanelFrame<T>& panel, ImageShape shape, const T& pixel_size_m) {
  return (pixel_size_m * T(0.5 * static_cast<double>(shape.fast))) * panel.fast +
         (pixel_size_m * T(0.5 * static_cast<double>(shape.slow))) * panel.slow;
}

template <class T>
Vec3<T> turned(const Vec3<T>& v, const Axes<T>& axes, const Vec3<T>& turn_rad) {
  const Vec3<T> along{dot(axes.a, v), dot(axes.b, v), dot(axes.c, v)};
  const Vec3<T> turned = rotate_xyz(along, turn_rad);
  return turned.x * axes.a + turned.y * axes.b + turned.z * axes.c;
}

// A panel that was placed here, after its motion.
template <class T>
PanelFrame<T> moved(const PanelFrame<T>& placed, const PanelMotion<T>& by, ImageShape shape,
                    const T& pixel_size_m) {
  const Axes<T> axes = square_axes(placed);
  const auto turn = [&](const Vec3<T>& v) { return turned(v, axes, by.turn_rad); };
  const Vec3<T> centre = placed.corner + to_centre(placed, shape, pixel_size_m);
  const Vec3<T> shift = by.shift_m.x * axes.a + by.shift_m.y * axes.b + by.shift_m.z * axes.c;
  PanelFrame<T> out{{}, turn(placed.fast), turn(placed.slow), turn(placed.normal)};
  out.corner = centre + shift - to_centre(out, shape, pixel_size_m);
  return out;
}

// Where a panel was placed that stands here after a motion: the axes of the one are those of the
// other, turned by the transpose in their own coordinates.
inline PanelFrame<double> placed_before(const PanelFrame<double>& now,
                                        const PanelMotion<double>& by, ImageShape shape,
                                        double pixel_size_m) {
  const Axes<double> turned_axes = square_axes(now);
  // Columns: where x, y and z go.
  const Vec3<double> x = rotate_xyz(Vec3<double>{1, 0, 0}, by.turn_rad);
  const Vec3<double> y = rotate_xyz(Vec3<double>{0, 1, 0}, by.turn_rad);
  const Vec3<double> z = rotate_xyz(Vec3<double>{0, 0, 1}, by.turn_rad);
  const auto in_lab = [](const Axes<double>& axes, const Vec3<double>& v) {
    return v.x * axes.a + v.y * axes.b + v.z * axes.c;
  };
  const Axes<double> axes{in_lab(turned_axes, {x.x, y.x, z.x}),
                          in_lab(turned_axes, {x.y, y.y, z.y}),
                          in_lab(turned_axes, {x.z, y.z, z.z})};
  const auto back = [&](const Vec3<double>& v) {
    const Vec3<double> along{dot(turned_axes.a, v), dot(turned_axes.b, v), dot(turned_axes.c, v)};
    return in_lab(axes, along);
  };
  PanelFrame<double> out{{}, back(now.fast), back(now.slow), back(now.normal)};
  const Vec3<double> centre = now.corner + to_centre(now, shape, pixel_size_m);
  out.corner = centre - in_lab(axes, by.shift_m) - to_centre(out, shape, pixel_size_m);
  return out;
}

}  // namespace nanobragg
