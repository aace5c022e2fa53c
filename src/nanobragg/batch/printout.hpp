// The values of pixels as text, for -printout.
#pragma once

#include <cstddef>
#include <string>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/settings.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::batch {

// Lines of "fast slow photons" for what a row of the image was asked to show; one row at a time,
// because a whole image can be a hundred megabytes. Empty without -printout.
std::string printout_of_row(const config::Settings& settings, const plan::SamplingPlan& plan,
                            ImageView<const float> photons, std::size_t slow);

}  // namespace nanobragg::batch
