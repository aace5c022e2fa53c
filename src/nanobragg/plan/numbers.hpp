// The continuous numbers that the photons of a panel depend on: what a plan is sampled from.
#pragma once

#include <array>
#include <cstddef>

#include "nanobragg/model/lattice.hpp"

namespace nanobragg::plan {

template <class T>
struct CrystalNumbers {
  Axes<T> axes;        // direct, at spindle angle 0; m
  Axes<T> reciprocal;  // the same, Å⁻¹
  std::array<T, 3> cells{};
  T fudge{};
  T b_factor{};               // Å²
  T phi_start{}, phi_step{};  // rad
  T mosaic_spread{};          // rad
};

// Lengths in m, directions as unit vectors.
template <class T>
struct PanelNumbers {
  Vec3<T> corner, fast, slow, normal;
  T pixel_size{}, close_distance{}, distance{};
  T layer_step{}, attenuation_per_m{};
};

template <class T>
struct BeamNumbers {
  T wavelength_m{};
  T bandwidth{};                                     // Δλ/λ
  T horizontal_divergence{}, vertical_divergence{};  // rad
  T kahn_factor{};
  T fluence{};  // photons/m²
  T water_m{};
};

template <class T>
struct PlanNumbers {
  CrystalNumbers<T> crystal;
  PanelNumbers<T> panel;
  BeamNumbers<T> beam;
};

// Calls f with every number, always in the same order.
template <class Numbers, class F>
constexpr void for_each_number(Numbers& n, F&& f) {
  const auto vector = [&](auto& v) { f(v.x), f(v.y), f(v.z); };
  const auto axes = [&](auto& a) { vector(a.a), vector(a.b), vector(a.c); };
  auto& c = n.crystal;
  axes(c.axes), axes(c.reciprocal);
  for (auto& cells : c.cells) f(cells);
  f(c.fudge), f(c.b_factor), f(c.phi_start), f(c.phi_step), f(c.mosaic_spread);
  auto& p = n.panel;
  vector(p.corner), vector(p.fast), vector(p.slow), vector(p.normal);
  f(p.pixel_size), f(p.close_distance), f(p.distance), f(p.layer_step), f(p.attenuation_per_m);
  auto& b = n.beam;
  f(b.wavelength_m), f(b.bandwidth), f(b.horizontal_divergence), f(b.vertical_divergence);
  f(b.kahn_factor), f(b.fluence), f(b.water_m);
}

inline constexpr std::size_t kPlanNumbers = 9 + 9 + 3 + 5 + 12 + 5 + 7;

// The place of each number in that order.
inline constexpr PlanNumbers<std::size_t> kNumbering = [] {
  PlanNumbers<std::size_t> numbering;
  for_each_number(numbering, [next = std::size_t{0}](std::size_t& x) mutable { x = next++; });
  return numbering;
}();

// The numbers in that order.
template <class T>
std::array<T, kPlanNumbers> flat(const PlanNumbers<T>& numbers) {
  std::array<T, kPlanNumbers> out{};
  std::size_t i = 0;
  for_each_number(numbers, [&](const T& x) { out[i++] = x; });
  return out;
}

}  // namespace nanobragg::plan
