// The rules by which the photons of a pixel are put together from the formulas, once for every loop
// but that of the reference, which keeps the C program's order of operations.
#pragma once

#include <type_traits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/panel_geometry.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::physics {

// A factor that is taken for each sub-pixel (the polarisation also for each source) stands inside
// the sum over steps. One that is taken once a pixel multiplies it: that of the pixel's first
// sub-pixel; of captures that of each layer's, inside the sum over layers; of polarisations that of
// the first source within the resolution limit.
constexpr bool is_inside_sum(FactorSampling sampling) {
  return sampling == FactorSampling::per_subpixel;
}

// Whether a step counts: |q| ≤ 1/d_min; a limit of 0 leaves nothing out.
template <class T, class S>
constexpr auto is_within_limit(const Vec3<T>& q, const S& limit_m) {
  return limit_m * length(q) <= T(1);
}

// Fraction of the photons that a layer captures, of rays that enter it with this cosine.
template <class T, class S>
constexpr T captured_in_layer(const PanelGeometry<S>& panel, int layer, const T& cosine) {
  if (panel.layer.capture == plan::Capture::everywhere) return T(1);
  return captured_fraction(layer, T(panel.layer.thickness), T(panel.layer.attenuation_per_m),
                           cosine);
}

// r_e²·Φ·m/n: photons a steradian for each electron² that the n steps of a pixel add up to, where
// the beam meets m blocks of the crystal.
template <class T>
constexpr T photons_of_sum(const T& fluence, const std::type_identity_t<T>& blocks, double steps) {
  return constants::kClassicalElectronRadiusSquared * fluence * blocks / T(steps);
}

constexpr LatticeSize<double> lattice_size(const plan::CrystalSamples& crystal) {
  return {crystal.cells, crystal.fudge, crystal.lattice.reciprocal};
}

}  // namespace nanobragg::physics
