// What the headers of -mask and -img say about an experiment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/config/resolve/header_centre.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::config {

struct HeaderFiles {
  HeaderGeometry geometry;
  HeaderPoints points;
  // What the reference would have found in the same headers, where that is something else.
  std::optional<HeaderGeometry> of_reference;
  std::shared_ptr<const Image<std::uint16_t>> mask;  // null without -mask
  std::vector<std::string> warnings;                 // of the words of -img that are not taken
};

// The mask is read first, then the image, whose header wins. Of the image the header alone is read.
HeaderFiles read_header_files(const Settings& settings, compat::QuirkSet quirks);

}  // namespace nanobragg::config
