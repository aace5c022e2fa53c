// Finds descriptions by name, or reads them.
#include "nanobragg/config/detectors/catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/io/files/compressed.hpp"

namespace nanobragg::config {

std::string description_text(const std::string& name_or_file) {
  if (is_description_file(name_or_file)) return io::read_input(name_or_file);
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : detector_catalogue()) {
    if (entry.name == name_or_file) return std::string(entry.text);
    names.emplace_back(entry.name);
  }
  const auto meant = nearest(name_or_file, names);
  throw UsageError(
      fmt::format("unknown detector '{}' (known are {}; a file's name ends in .toml)", name_or_file,
                  fmt::join(names, ", ")),
      "", meant ? fmt::format("did you mean '{}'?", *meant) : "nanobragg detectors lists them");
}

DetectorDescription describe_detector(const std::string& name_or_file) {
  DetectorDescription description = parse_description(description_text(name_or_file), name_or_file);
  description.source = name_or_file;
  return description;
}

}  // namespace nanobragg::config
