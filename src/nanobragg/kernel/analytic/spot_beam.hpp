// What a plan says of Gaussian spots: the lines of the beam, what smears reflections, and whether
// that has a closed form.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/physics/gaussian_spot.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::analytic {

// The lines of the beam and what smears reflections, of a plan.
struct SpotBeam {
  std::vector<physics::Line> lines;
  std::vector<double> weights;  // of the lines; their sum is 1
};
SpotBeam spot_beam(const plan::PanelPlan& plan);
physics::Smearing<double> smearing_of(const plan::PanelPlan& plan);

// An upper bound (Å⁻¹) of any deviation of a reflection at distance q from the origin.
struct SpotPlace {
  double wavenumber, q;  // Å⁻¹
};
double widest_deviation(const physics::Smearing<double>& smearing, const Axes<double>& reciprocal,
                        const SpotPlace& place);

// Why spots have no closed form, as a clause; empty: they have.
std::string why_not(const plan::CrystalSamples& crystal, const plan::DetectorSamples& detector);

// Whether the closed form is within 1e-3 of a spot's peak of what it integrates over: spots end
// well before the middle between two reflections, angles and relative widths are small.
bool is_accurate(const plan::BeamSamples& beam, const plan::CrystalSamples& crystal);

}  // namespace nanobragg::kernel::analytic
