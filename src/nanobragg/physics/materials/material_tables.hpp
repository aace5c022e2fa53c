// The tables of materials, each from 0 to the largest sin θ/λ of the form factors.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "nanobragg/model/amorphous.hpp"
#include "nanobragg/physics/materials/form_factor.hpp"

namespace nanobragg::physics {

// Gases: the molecules scatter independently.
ScatteringTable helium_table();
ScatteringTable nitrogen_table();
ScatteringTable air_table();

ScatteringTable water_table();
ScatteringTable ice_table();

// Liquids, polymers and glass, with a halo or two.
ScatteringTable glycerol_table();
ScatteringTable peg_table();
ScatteringTable oil_table();
ScatteringTable polyimide_table();
ScatteringTable protein_table();
ScatteringTable glass_table();

// sin x/x.
inline double sinc(double x) { return std::fabs(x) < 1e-8 ? 1.0 : std::sin(x) / x; }

// Q = 4π sin θ/λ.
inline double q_of(double stol_per_A) { return 4.0 * std::numbers::pi * stol_per_A; }

// The table of what scatters an intensity (electrons²) that is a smooth function of sin θ/λ. Rows
// are so close that the slopes of cubics through neighbouring ones are those of the curve to 1e-6.
template <class Intensity>
ScatteringTable smooth_table(const Intensity& intensity) {
  constexpr std::size_t kSteps = 4000;
  ScatteringTable table;
  for (std::size_t i = 0; i <= kSteps; ++i) {
    const double stol = kLargestStol_per_A * static_cast<double>(i) / kSteps;
    table.stol_per_A.push_back(stol);
    table.amplitude_e.push_back(std::sqrt(std::max(0.0, intensity(stol))));
  }
  return table;
}

}  // namespace nanobragg::physics
