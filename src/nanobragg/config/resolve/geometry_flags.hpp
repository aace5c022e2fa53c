// The detector of a geometry file in the words of flags, so that it can be moved.
#pragma once

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/job.hpp"

namespace nanobragg::config {

// Settings that say in the custom convention what `settings` take from the file of -geometry or
// -img: where the detector stands, the directions of beam, polarisation and spindle, wavelength and
// angles. The crystal stays that of the file. `run` is what the settings resolve to. A mask in the
// file is left out. Throws UsageError for several panels.
Settings with_geometry_flags(const Settings& settings, const Job& run);

}  // namespace nanobragg::config
