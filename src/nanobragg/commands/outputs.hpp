// The files that one run writes.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

// Looks, before any work is done, whether everything can be written; touches nothing. Throws
// UsageError where two files have one name or a file that the run reads would be overwritten, Error
// where a file cannot be written.
void check_outputs(const config::Job& run);

struct OutputReport {
  std::string text;  // the statistics of the image, and a line for each file
  std::vector<std::string> warnings;
};

// Writes every image that the run asks for, each complete or not at all.
OutputReport write_outputs(const config::Job& run, const plan::SamplingPlan& plan,
                           ImageView<const float> photons);

}  // namespace nanobragg::commands
