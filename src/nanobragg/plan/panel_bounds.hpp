// How far into reciprocal space the pixels of a panel look.
#pragma once

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::plan {

// All pixels of a panel.
RegionOfInterest whole_panel(const PanelPlan& plan);

// One of the eight corners of a region: bit 0 of `i` is its far end along fast, bit 1 along slow,
// bit 2 the deepest of the sensor. In m, laboratory frame; flat panels.
Vec3<double> region_corner(const PanelPlan& plan, const RegionOfInterest& region, int i);

// An upper bound (m⁻¹) of |q| over a region in the light of one source, to rounding. The resolution
// limit is no part of it.
double largest_scattering_vector(const PanelPlan& plan, const RegionOfInterest& region,
                                 const Ray<double>& source);

// Miller indices of a box, both ends included, that holds what is nearest to any scattering vector
// up to `largest_q` (m⁻¹) in a lattice of direct axes `lattice` (m).
MillerBox reachable_box(const Axes<double>& lattice, double largest_q);

}  // namespace nanobragg::plan
