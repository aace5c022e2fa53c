// Which quirks of the reference a command line exercises.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/resolve/header_geometry.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {

// The repaired quirks that would have changed this run, as far as settings and plan show.
std::vector<compat::Quirk> exercised_quirks(const Job& run, const Settings& given,
                                            const HeaderFiles& header,
                                            const plan::SamplingPlan& plan);

// The same for what only the kernel could notice.
std::vector<compat::Quirk> exercised_quirks(const Job& run, const kernel::RunReport& report);

// "quirk NAME: the reference …; this run …", with the way to get the other.
std::string describe(compat::Quirk quirk);

}  // namespace nanobragg::config
