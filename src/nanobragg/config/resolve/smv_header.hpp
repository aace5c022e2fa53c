// The header of the SMV images that a run writes.
#pragma once

#include <vector>

#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {

// Entries after SIZE2, in the order and the units (mm, Å, degrees) of the reference.
std::vector<io::SmvEntry> smv_entries(const Job& run, const plan::SamplingPlan& plan);

// Whether the reference would write more than the 512 bytes it declares.
bool reference_header_overflows(const Job& run, const plan::SamplingPlan& plan);

// How long a header may get.
io::HeaderLength smv_header_length(compat::QuirkSet quirks);

}  // namespace nanobragg::config
