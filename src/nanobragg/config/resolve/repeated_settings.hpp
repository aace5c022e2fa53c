// The settings of a run for another one that computes the same and writes its own files.
#pragma once

#include <string>

#include "nanobragg/config/resolve/job.hpp"

namespace nanobragg::config {

// Without the files to write.
Settings without_outputs(Settings settings);

// Without what says no more than the defaults do.
Settings without_defaults(const Settings& settings);

// How a run computes and reads out, with the experiment of a file in the place of its own.
Settings settings_with_experiment(const Job& job, const std::string& experiment_file);

}  // namespace nanobragg::config
