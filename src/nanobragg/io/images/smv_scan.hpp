// How the spindle turns during an exposure, by an SMV header.
#pragma once

#include <optional>
#include <string>

#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::io {

struct SmvScan {
  std::string start_key, width_key;  // as the header calls them; empty where it says nothing
  std::optional<double> start_deg, width_deg;
};

// The start is OSC_START, else PHI_START, else PHI, which may be the angle of another axis. The
// width is OSC_RANGE, OSC_WIDTH, PHI_RANGE or PHI_WIDTH, or OSC_END or PHI_END less the start.
SmvScan smv_scan(const SmvHeader& header);

}  // namespace nanobragg::io
