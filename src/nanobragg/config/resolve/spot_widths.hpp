// Whether the spots of a crystal are narrow against the distance between reflections.
#pragma once

#include <optional>
#include <string>

#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {

// A warning with the number where Gaussian spots overlap at the edge of the detector.
std::optional<std::string> warn_if_wide(const Experiment& experiment,
                                        const plan::SamplingPlan& plan);

// A warning where a still is expected to light not one reflection, as neither its crystal nor its
// beam has any width that counts.
std::optional<std::string> warn_if_narrow(const Experiment& experiment,
                                          const plan::SamplingPlan& plan);

}  // namespace nanobragg::config
