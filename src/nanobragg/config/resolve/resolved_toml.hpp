// What a run resolved to, for reading beside its settings.
#pragma once

#include <string>

#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {

// The table [resolved] of -show_config: derived geometry, lattice and steps, in SI or the units in
// the names. parse_toml() passes over it.
std::string resolved_toml(const Job& run, const plan::SamplingPlan& plan);

}  // namespace nanobragg::config
