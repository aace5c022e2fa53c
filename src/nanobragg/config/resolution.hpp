// How fine the spacings are that a detector sees.
#pragma once

#include "nanobragg/config/detector_frame.hpp"
#include "nanobragg/model/beam.hpp"

namespace nanobragg::config {

// The smallest spacing that reaches a corner of the detector at the beam's wavelength,
// d = λ/(2 sin θ) with the scattering angle 2θ, Å.
double best_resolution_A(const DetectorFrame& frame, const BeamValues& beam);

}  // namespace nanobragg::config
