// The solid angle of a pixel.
#pragma once

#include "nanobragg/physics/panel_geometry.hpp"

namespace nanobragg::physics {

// Ω = p²/R²·(d/R) in sr: pixel size p, distance R from the sample to the pixel, distance d from the
// sample to the panel's plane, all in m; d/R is the obliquity. Small-pixel limit: relative error of
// order (p/R)².
template <class T>
constexpr T solid_angle(const T& pixel_size, const T& distance, const T& close_distance) {
  return pixel_size * pixel_size / distance / distance * close_distance / distance;
}

// 1/R² alone: a pixel of unit area that always faces the sample.
template <class T>
constexpr T point_solid_angle(const T& distance) {
  return T(1) / distance / distance;
}

// Derivatives from `scaled_bar`, that of the logarithm: value × derivative by the value.
template <class T>
struct SolidAngleBar {
  T pixel_size, distance, close_distance;
};
template <class T>
constexpr SolidAngleBar<T> solid_angle_vjp(PixelModel model, double pixel_size,
                                           const T& inverse_distance, double close_distance,
                                           const T& scaled_bar) {
  if (model == PixelModel::point) return {T(0), T(-2) * inverse_distance * scaled_bar, T(0)};
  return {T(2.0 / pixel_size) * scaled_bar, T(-3) * inverse_distance * scaled_bar,
          T(1.0 / close_distance) * scaled_bar};
}

// Of a pixel of a panel, seen from `distance` (m).
template <class T>
constexpr T solid_angle_of(const PanelGeometry<T>& panel, const T& distance) {
  return panel.pixel_model == PixelModel::point
             ? point_solid_angle(distance)
             : solid_angle(panel.pixel_size, distance, panel.close_distance);
}

// Of a pixel of a panel from 1/R: one division serves all that depends on the distance.
template <class T>
constexpr T solid_angle_by_inverse(PixelModel model, const T& pixel_size, const T& inverse_distance,
                                   const T& close_distance) {
  if (model == PixelModel::point) return inverse_distance * inverse_distance;
  const T angle = pixel_size * inverse_distance;
  return angle * angle * (close_distance * inverse_distance);
}

}  // namespace nanobragg::physics
