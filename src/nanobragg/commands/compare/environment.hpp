// What a run was computed with, for those who have to repeat it.
#pragma once

#include <string>

#include "nanobragg/config/resolve/job.hpp"

namespace nanobragg::commands {

// "2026-11-24T12:00:00Z"
std::string iso_time_now();

// Version, commit, compiler, vector instructions of the processor, libraries, platform and time;
// and of the run, where it came so far (`run` may be null), kernel, arithmetic and threads. JSON.
std::string environment_json(const config::Job* run);

}  // namespace nanobragg::commands
