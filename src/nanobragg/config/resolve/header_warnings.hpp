// What the header of an SMV image says beyond what is taken from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::config {

enum class HeaderUse : std::uint8_t {
  image,
  mask,  // whose header may have sizes alone
};

// A warning in the header's words for each of them that contradicts the experiment (an axis that is
// tilted or is none of the known ones, a detector that is swung or lifted by another key than
// TWOTHETA), and, of an image, for each length that neither the header nor a flag gives. Throws
// Error for a header of d*TREK, whose words are others.
std::vector<std::string> header_warnings(const io::SmvHeader& header, const std::string& file,
                                         const Settings& settings, HeaderUse use);

}  // namespace nanobragg::config
