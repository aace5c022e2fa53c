// The beamstop, resolved from flags.
#pragma once

#include <optional>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/model/beamstop.hpp"

namespace nanobragg::config {

// Nothing where no flag names one. The angle of its arm is that on the detector, seen from the
// sample. Throws UsageError where its diameter or distance is missing, Error for lengths that
// cannot be.
std::optional<Beamstop> resolve_beamstop(const Settings& settings, const DetectorFrame& frame);

}  // namespace nanobragg::config
