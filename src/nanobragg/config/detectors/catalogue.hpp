// The detectors that the program knows.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nanobragg/config/detectors/detector_description.hpp"

namespace nanobragg::config {

struct CatalogueEntry {
  std::string_view name;  // what -detector takes
  std::string_view text;  // of its description file
};

// By name. The files stand in config/detectors/catalogue and are compiled into the program.
std::span<const CatalogueEntry> detector_catalogue();

// The text of a detector's description. Throws UsageError for an unknown name, Error for a file
// that cannot be read.
std::string description_text(const std::string& name_or_file);

DetectorDescription describe_detector(const std::string& name_or_file);

}  // namespace nanobragg::config
