// The beam and the spindle, resolved from flags, image headers and a source file.
#pragma once

#include "nanobragg/config/detector_frame.hpp"
#include "nanobragg/config/settings.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/spindle.hpp"

namespace nanobragg::config {

Beam resolve_beam(const Settings& settings, const HeaderGeometry& header,
                  const DetectorFrame& frame);

Spindle resolve_spindle(const Settings& settings, const HeaderGeometry& header,
                        const DetectorFrame& frame);

}  // namespace nanobragg::config
