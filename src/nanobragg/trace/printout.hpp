// The values of a pixel for reading, as -printout shows them.
#pragma once

#include <string>

#include "nanobragg/kernel/interface/pixel_record.hpp"

namespace nanobragg::trace {

// A few lines: where the pixel is, what scatters into it, and what became of it. The indices and
// amplitudes are those of the first point, source and step that was computed.
std::string printout(const kernel::PixelRecord& record, double steps);

}  // namespace nanobragg::trace
