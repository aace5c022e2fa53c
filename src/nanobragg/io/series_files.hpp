// The names of a series' files: one for all exposures, or one each.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace nanobragg::io {

// A name with # for the digits of a number ("img_####.cbf"). Where there is none, "img.cbf" becomes
// "img_#####.cbf".
std::string numbered_pattern(const std::string& out);

// The name of a number, from 1. Throws UsageError where it has more digits than there is room for.
std::string numbered_name(const std::string& pattern, std::size_t number);

// A name beside the images, of the same beginning: "img.expt" for "img_####.cbf" or "img.nxs".
std::filesystem::path companion(const std::string& out, const std::string& extension);

}  // namespace nanobragg::io
