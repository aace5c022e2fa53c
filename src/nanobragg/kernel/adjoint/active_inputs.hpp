// The inputs of a plan that derivatives by pixels exist for: the others need not be touched.
#pragma once

#include "nanobragg/kernel/adjoint/gradient_constants.hpp"
#include "nanobragg/plan/plan_inputs.hpp"

namespace nanobragg::kernel {

// Calls f with every number of each of these by which the derivative is not 0 for all pixels, where
// the crystal is a Lattice.
template <class Lattice, class F, class... Numbers>
void for_each_active_input(const GradientConstants& in, F f, Numbers&... n) {
  const auto vector = [&](auto&... v) { f(v.x...), f(v.y...), f(v.z...); };
  const auto axes = [&](auto&... a) { vector(a.a...), vector(a.b...), vector(a.c...); };
  axes(n.crystal.axes...);
  if constexpr (Lattice::kUsesReciprocal) axes(n.crystal.reciprocal...);
  for (std::size_t i = 0; i < 3; ++i) f(n.crystal.cells[i]...);
  if constexpr (Lattice::kUsesFudge) f(n.crystal.fudge...);
  f(n.crystal.b_factor...), f(n.crystal.phi_start...), f(n.crystal.phi_step...);
  if (in.is_mosaic()) f(n.crystal.mosaic_spread...), f(n.crystal.cell_spread...);
  vector(n.panel.corner...), vector(n.panel.fast...), vector(n.panel.slow...);
  f(n.panel.pixel_size...), f(n.panel.close_distance...);
  if (in.plan.detector.curvature == Curvature::spherical) f(n.panel.distance...);
  if (in.absorbs()) {
    vector(n.panel.normal...);
    f(n.panel.layer_step...), f(n.panel.attenuation_per_m...);
  }
  f(n.beam.wavelength_m...), f(n.beam.bandwidth...);
  if (in.rays_diverge) f(n.beam.horizontal_divergence...), f(n.beam.vertical_divergence...);
  if (in.is_polarised()) f(n.beam.kahn_factor...);
  f(n.beam.fluence...);
}

}  // namespace nanobragg::kernel
