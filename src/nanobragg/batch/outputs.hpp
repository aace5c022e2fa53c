// The files that one run writes.
#pragma once

#include <string>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/resolve.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::batch {

// Throws Error where one of the files could not be written, before any work is done; nothing is
// touched.
void check_outputs(const config::Outputs& outputs);

// Writes every image that the run asks for, each complete or not at all, and says in one line each
// what was written, with the statistics of the image.
std::string write_outputs(const config::Resolved& run, const plan::SamplingPlan& plan,
                          ImageView<const float> photons);

}  // namespace nanobragg::batch
