// The amorphous background alone, from the flags of nonBragg and of a simulation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

// The flags with nonBragg's own spellings as a simulation has them: -thick is -sample_thick.
std::vector<std::string> simulation_flags(const std::vector<std::string>& words);

struct BackgroundSettings {
  config::Settings settings;  // of a run without Bragg scattering
  std::vector<std::string> warnings;
};

// The size of the sample becomes the thickness of a slab of the table of -stol, -4stol or -Q: as in
// nonBragg the beam clips its width and height, which are the beam's where they are not given.
// -oversample is the background's. Throws UsageError where nothing scatters.
BackgroundSettings settings_of_background(const config::Settings& given);

// With the centre that nonBragg takes where none is given, half a pixel before the middle of the
// fast axis and half a pixel behind that of the slow one, and a warning that says so. Nothing where
// a flag or a file gives a centre.
std::optional<BackgroundSettings> with_default_centre(const config::Settings& settings,
                                                      const config::DetectorFrame& frame);

// The amplitude of the only slab of the plan in each pixel, electrons (-Fmap). Throws UsageError
// for another number of slabs.
Image<float> amplitude_map(const plan::SamplingPlan& plan);

}  // namespace nanobragg::commands
