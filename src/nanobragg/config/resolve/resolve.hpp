// From what a user asked for to a job.
#pragma once

#include <functional>
#include <string>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/job.hpp"

namespace nanobragg::config {

struct Inputs;

// Throws UsageError for flags that contradict each other, Error for bad data.
// `tell` is called at once for a run that takes long; without it that is among the warnings.
using TellAtOnce = std::function<void(const std::string&)>;
Job resolve(const Inputs& inputs, const TellAtOnce& tell = {});

// The same of the files that the settings name, which are read first.
Job resolve(const Settings& settings, const TellAtOnce& tell = {});

// The same with any set of quirks, whatever the settings say about them: to see what one of them
// does alone.
Job resolve(const Settings& settings, compat::QuirkSet quirks, const TellAtOnce& tell = {});

}  // namespace nanobragg::config
