// Absorption in a layer of the sensor: how much, and how deep.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "nanobragg/base/select.hpp"

namespace nanobragg::physics {

// Fraction of the photons absorbed in layer j (from 0) of a sensor cut into layers of thickness t
// (m): exp(−j·t·µ/ρ) − exp(−(j + 1)·t·µ/ρ), attenuation coefficient µ (m⁻¹), cosine ρ of the angle
// between the ray and the panel's normal. Beer–Lambert law; exact to rounding.
template <class T>
constexpr T captured_fraction(int layer, const T& thickness, const T& attenuation,
                              const T& cosine) {
  using std::exp;
  return exp(-layer * thickness * attenuation / cosine) -
         exp(-(layer + 1) * thickness * attenuation / cosine);
}

template <class T>
struct LayerBar {
  T thickness, attenuation, cosine;
};
template <class T>
constexpr LayerBar<T> captured_fraction_vjp(int layer, const T& thickness, const T& attenuation,
                                            const T& cosine, const T& bar) {
  using std::exp;
  const T depth = thickness * attenuation / cosine;
  const T by_depth = bar * ((layer + 1) * exp(-(layer + 1) * depth) - layer * exp(-layer * depth));
  return {by_depth * attenuation / cosine, by_depth * thickness / cosine,
          -by_depth * depth / cosine};
}

// Where the photons that a layer absorbs are absorbed, as a fraction of its thickness t: the mean
// of z/t over 0 … t with the weight exp(−z·µ/ρ) of the Beer–Lambert law,
//   m(u) = 1/u − 1/(eᵘ − 1), u = t·µ/ρ,
// ½ for a thin layer, 1/u for a thick one. The sum over the layers of a sensor of captured fraction
// times depth is thus, for any number of layers, that of the whole sensor:
//   ρ·(1/µ − (T/ρ + 1/µ)·exp(−µT/ρ)), thickness T,
// ρ times the length by which DIALS corrects positions for parallax (dxtbx,
// ParallaxCorrectedPxMmStrategy, attenuation_length).
// m(u) and its derivative. Below |u| = ½ by the series ½ − u/12 + u³/720 − … (Bernoulli numbers;
// Abramowitz & Stegun 23.1.1), elsewhere as written: within 2e-15, m′ within 1e-13.
template <class T>
struct MeanDepth {
  T fraction, derivative;
};
template <class T>
constexpr MeanDepth<T> mean_depth(const T& u) {
  using std::abs;
  using std::exp;
  constexpr std::array kSeries{-1.0 / 12,     1.0 / 720,       -1.0 / 30240,
                               1.0 / 1209600, -1.0 / 47900160, 691.0 / 1307674368000};
  const T square = u * u;
  T odd(0.0);
  T odd_slope(0.0);
  for (std::size_t i = kSeries.size(); i-- > 0;) {
    odd = odd * square + T(kSeries[i]);
    odd_slope = odd_slope * square + T(static_cast<double>(2 * i + 1) * kSeries[i]);
  }
  const T left = exp(-u);
  const T taken = T(1) - left;
  const T inverse = T(1) / u;
  const auto thin = abs(u) < T(0.5);
  return {select(thin, T(T(0.5) + u * odd), T(inverse - left / taken)),
          select(thin, odd_slope, T(left / (taken * taken) - inverse * inverse))};
}

// Depth (m) below its front at which a layer absorbs; arguments as of captured_fraction.
template <class T>
constexpr T mean_depth_of_layer(const T& thickness, const T& attenuation, const T& cosine) {
  return thickness * mean_depth(T(thickness * attenuation / cosine)).fraction;
}
template <class T>
constexpr LayerBar<T> mean_depth_of_layer_vjp(const T& thickness, const T& attenuation,
                                              const T& cosine, const T& bar) {
  const T u = thickness * attenuation / cosine;
  const auto [fraction, derivative] = mean_depth(u);
  const T by_path = bar * thickness * derivative / cosine;
  return {bar * (fraction + u * derivative), by_path * thickness, -by_path * u};
}

}  // namespace nanobragg::physics
