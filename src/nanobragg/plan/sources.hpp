// The rays of the incident beam.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nanobragg/model/beam.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::plan {

// Every direction of the divergence (within its outline) at every wavelength of the dispersion.
std::vector<SourceSample> generated_sources(const BeamValues& beam, const SteppedRange& horizontal,
                                            const SteppedRange& vertical,
                                            const SteppedRange& dispersion);

enum class SourceWeights : std::uint8_t { normalised, equal };

// The sources of a list; weights are scaled to a mean of 1.
std::vector<SourceSample> listed_sources(std::span<const Source> sources, SourceWeights weights);

}  // namespace nanobragg::plan
