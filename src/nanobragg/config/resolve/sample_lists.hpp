// The long lists of -verbose: every sample of the beam, the crystal and the sensor.
#pragma once

#include <string>

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {

// Sources, spindle steps, mosaic domains and sensor layers, one a line.
std::string sample_lists(const plan::SamplingPlan& plan);

}  // namespace nanobragg::config
