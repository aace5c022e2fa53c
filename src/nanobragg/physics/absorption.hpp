// Absorption in a layer of the sensor.
#pragma once

#include <cmath>

namespace nanobragg::physics {

// Fraction of the photons absorbed in layer j (from 0) of a sensor cut into layers of thickness t
// (m): exp(−j·t·µ/ρ) − exp(−(j + 1)·t·µ/ρ), attenuation coefficient µ (m⁻¹), cosine ρ of the angle
// between the ray and the panel's normal. Beer–Lambert law; exact to rounding.
template <class T>
T captured_fraction(int layer, const T& thickness, const T& attenuation, const T& cosine) {
  using std::exp;
  return exp(-layer * thickness * attenuation / cosine) -
         exp(-(layer + 1) * thickness * attenuation / cosine);
}

template <class T>
struct CapturedFractionBar {
  T thickness, attenuation, cosine;
};
template <class T>
CapturedFractionBar<T> captured_fraction_vjp(int layer, const T& thickness, const T& attenuation,
                                             const T& cosine, const T& bar) {
  using std::exp;
  const T depth = thickness * attenuation / cosine;
  const T by_depth = bar * ((layer + 1) * exp(-(layer + 1) * depth) - layer * exp(-layer * depth));
  return {by_depth * attenuation / cosine, by_depth * thickness / cosine,
          -by_depth * depth / cosine};
}

}  // namespace nanobragg::physics
