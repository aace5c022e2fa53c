// The inputs of a plan: the continuous numbers that the photons of a panel depend on.
#pragma once

#include <array>
#include <cstddef>

#include "nanobragg/model/amorphous.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/measured_background.hpp"
#include "nanobragg/model/turn_spreads.hpp"

namespace nanobragg::plan {

// Products with reciprocal axes: of h², k², l², hk, hl, kl.
template <class T>
struct MotionInputs {
  std::array<T, 6> displacement{};            // Bij·ai*·aj* of all motions
  std::array<T, 6> liquid{}, correlations{};  // of liquid-like ones: 8π²σ² and γ²
};

template <class T>
struct CrystalInputs {
  Axes<T> axes;        // direct, at spindle angle 0; m
  Axes<T> reciprocal;  // the same, Å⁻¹
  std::array<T, 3> cells{};
  T blocks{};  // of these cells, in the beam
  T fudge{};
  T b_factor{};  // Å²
  MotionInputs<T> motions;
  T phi_start{}, phi_step{};  // rad
  T mosaic_spread{};          // rad
  TurnSpreads<T> turns;       // half widths about the axes of crystal_frame(), rad
  T cell_spread{};            // full width at half maximum, relative
};

// Lengths in m, directions as unit vectors.
template <class T>
struct PanelInputs {
  Vec3<T> corner, fast, slow, normal;
  T pixel_size{}, close_distance{}, distance{};
  T layer_step{}, attenuation_per_m{};
};

template <class T>
struct BeamInputs {
  T wavelength_m{};
  T bandwidth{};                                     // Δλ/λ
  T horizontal_divergence{}, vertical_divergence{};  // rad
  T kahn_factor{};
  T fluence{};  // photons/m²
  T water_m{};
  std::array<T, kMostSlabs> slab_m{};  // thicknesses
  std::array<T, kMostMeasured> measured_scale{};
};

template <class T>
struct PlanInputs {
  CrystalInputs<T> crystal;
  PanelInputs<T> panel;
  BeamInputs<T> beam;
};

// Calls f with every input of each of these panels, always in the same order.
template <class F, class... Panels>
constexpr void for_each_panel_input(F&& f, Panels&... p) {
  const auto vector = [&](auto&... v) { f(v.x...), f(v.y...), f(v.z...); };
  vector(p.corner...), vector(p.fast...), vector(p.slow...), vector(p.normal...);
  f(p.pixel_size...), f(p.close_distance...), f(p.distance...);
  f(p.layer_step...), f(p.attenuation_per_m...);
}
inline constexpr std::size_t kPanelInputs = 12 + 5;

// Calls f with every input, always in the same order.
template <class Inputs, class F>
constexpr void for_each_input(Inputs& n, F&& f) {
  const auto vector = [&](auto& v) { f(v.x), f(v.y), f(v.z); };
  const auto axes = [&](auto& a) { vector(a.a), vector(a.b), vector(a.c); };
  auto& c = n.crystal;
  axes(c.axes), axes(c.reciprocal);
  for (auto& cells : c.cells) f(cells);
  f(c.blocks), f(c.fudge), f(c.b_factor);
  for (auto& beta : c.motions.displacement) f(beta);
  for (auto& beta : c.motions.liquid) f(beta);
  for (auto& g : c.motions.correlations) f(g);
  f(c.phi_start), f(c.phi_step);
  f(c.mosaic_spread);
  for (auto& width : c.turns.widths) f(width);
  for (auto& correlation : c.turns.correlations) f(correlation);
  f(c.cell_spread);
  for_each_panel_input(f, n.panel);
  auto& b = n.beam;
  f(b.wavelength_m), f(b.bandwidth), f(b.horizontal_divergence), f(b.vertical_divergence);
  f(b.kahn_factor), f(b.fluence), f(b.water_m);
  for (auto& slab : b.slab_m) f(slab);
  for (auto& scale : b.measured_scale) f(scale);
}

inline constexpr std::size_t kPlanInputs =
    9 + 9 + 3 + 7 + 4 * 6 + kPanelInputs + 7 + kMostSlabs + kMostMeasured;

// The place of each input in that order.
inline constexpr PlanInputs<std::size_t> kInputPlaces = [] {
  PlanInputs<std::size_t> places;
  for_each_input(places, [next = std::size_t{0}](std::size_t& x) mutable { x = next++; });
  return places;
}();

inline constexpr std::size_t kFirstPanelInput = kInputPlaces.panel.corner.x;

// The inputs in that order.
template <class T>
std::array<T, kPlanInputs> flat(const PlanInputs<T>& inputs) {
  std::array<T, kPlanInputs> out{};
  std::size_t i = 0;
  for_each_input(inputs, [&](const T& x) { out[i++] = x; });
  return out;
}

}  // namespace nanobragg::plan
