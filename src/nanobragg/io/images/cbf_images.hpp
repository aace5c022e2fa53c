// CBF files as observed images: one array, or one for each panel.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "nanobragg/io/images/observed_image.hpp"

namespace nanobragg::io {

// Panels stand in the order of _diffrn_data_frame and of _array_structure_list_section, one below
// the other, as the geometry of the same header has them. Reserved, overload, gain and offset are
// those of _array_intensities, or of a PILATUS header (−1, −2 and Count_cutoff). Throws Error.
ObservedImage parse_cbf_image(std::string_view bytes, const std::string& name);

std::unique_ptr<ImageFile> open_cbf_images(const std::filesystem::path& path);

}  // namespace nanobragg::io
