// How finely an image is sampled: flags, and what they leave to the program.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::config {

// Sub-pixels, along each axis, so small that the transform of the whole crystal is sampled three
// times. A number that is whole but for rounding stays: the digits that a file of the experiment
// loses do not add one.
int recommended_oversample(const Crystal& crystal, Metre wavelength, const DetectorFrame& frame,
                           compat::QuirkSet quirks);

// The sampling with what flags say of it. -oversample 0 leaves the number as it is.
Sampling with_sampling_flags(const Sampling& base, const Settings& settings);

// The sampling of flags alone, without a mask.
Sampling resolve_sampling(const Settings& settings, const Crystal& crystal, int recommended,
                          compat::QuirkSet quirks);

// Where there are fewer sub-pixels than recommended.
std::vector<std::string> sampling_warnings(const Sampling& sampling, CrystalShape shape,
                                           int recommended_oversample);

}  // namespace nanobragg::config
