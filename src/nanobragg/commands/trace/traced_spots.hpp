// What a trace shows of an image whose spots are integrated in closed form.
#pragma once

#include <cstddef>

#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/trace/json_writer.hpp"

namespace nanobragg::commands {

// The trace with lines of the spots that reach its pixels, in the light of every line of the beam.
// Their photons are the crystal's, before whatever comes after it.
trace::Trace with_spots(trace::Trace trace, const plan::SamplingPlan& plan, std::size_t threads);

}  // namespace nanobragg::commands
