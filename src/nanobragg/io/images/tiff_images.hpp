// TIFF files as observed images, of any type of number; each page is an exposure.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "nanobragg/io/images/observed_image.hpp"

namespace nanobragg::io {

// Whole numbers without sign measure nothing at the largest of their type, signed ones at −1 and −2
// too; a Count_cutoff in the description, as PILATUS detectors write it, is the overload. Throws
// Error.
std::unique_ptr<ImageFile> open_tiff_images(const std::filesystem::path& path);
bool is_tiff(std::string_view start);

}  // namespace nanobragg::io
