// Files of one exposure and few words as observed images: SMV, PNG and PGM.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "nanobragg/io/images/observed_image.hpp"

namespace nanobragg::io {

// Overloaded from what the header says (CCD_IMAGE_SATURATION, SATURATED_VALUE), 65535 at most; the
// pedestal is that of ADC_OFFSET or IMAGE_PEDESTAL. All throw Error.
std::unique_ptr<ImageFile> open_smv_images(const std::filesystem::path& path);
bool is_smv_text(std::string_view start);

// 65535, the largest number, is not a measurement.
std::unique_ptr<ImageFile> open_png_images(const std::filesystem::path& path);
bool is_png(std::string_view start);

// A picture: grey levels, all of them valid.
inline constexpr std::string_view kPgm = "PGM";
std::unique_ptr<ImageFile> open_pgm_images(const std::filesystem::path& path);
bool is_pgm(std::string_view start);

}  // namespace nanobragg::io
