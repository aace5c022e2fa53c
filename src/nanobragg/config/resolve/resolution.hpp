// The finest spacing that reaches a detector.
#pragma once

#include <vector>

#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/detector.hpp"

namespace nanobragg::config {

// The smallest spacing that reaches a corner of the detector at the beam's wavelength,
// d = λ/(2 sin θ) with the scattering angle 2θ, Å.
double best_resolution_A(const std::vector<Panel>& panels, const BeamValues& beam);

}  // namespace nanobragg::config
