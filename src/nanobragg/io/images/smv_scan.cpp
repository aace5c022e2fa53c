// Looks for the words that beamlines have for start and width.
#include "nanobragg/io/images/smv_scan.hpp"

namespace nanobragg::io {

SmvScan smv_scan(const SmvHeader& header) {
  SmvScan scan;
  const auto take = [&](const char* key, std::string& named, std::optional<double>& value) {
    if (value) return;
    value = header.number(key);
    if (value) named = key;
  };
  for (const char* key : {"OSC_START", "PHI_START", "PHI"}) {
    take(key, scan.start_key, scan.start_deg);
  }
  for (const char* key : {"OSC_RANGE", "OSC_WIDTH", "PHI_RANGE", "PHI_WIDTH"}) {
    take(key, scan.width_key, scan.width_deg);
  }
  if (scan.width_deg || !scan.start_deg) return scan;
  for (const char* key : {"OSC_END", "PHI_END"}) take(key, scan.width_key, scan.width_deg);
  if (scan.width_deg) *scan.width_deg -= *scan.start_deg;
  return scan;
}

}  // namespace nanobragg::io
