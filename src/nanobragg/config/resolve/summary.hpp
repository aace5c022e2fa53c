// The text that a run prints about its experiment.
#pragma once

#include <string>

#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {

// What stands in the beam beside the crystal; empty where nothing does.
std::string background_summary(const Job& run);

// Cell, crystal, beam, spindle, detector and steps, a line or two each; with the orientation
// vectors.
std::string summary(const Job& run, const plan::SamplingPlan& plan);

}  // namespace nanobragg::config
