// How long a run will take, said before its samples are made.
#pragma once

#include <optional>
#include <string>

#include "nanobragg/config/resolve/job.hpp"

namespace nanobragg::config {

// A warning of a run that takes long where the kernel takes every step; the sparse one goes to lit
// pixels alone. From counts: the lists of samples may be long themselves.
std::optional<std::string> warn_if_long(const Job& run);

}  // namespace nanobragg::config
