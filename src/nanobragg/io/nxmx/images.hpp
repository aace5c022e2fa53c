// The images of an NXmx file, its own or of other programs.
#pragma once

#include <filesystem>
#include <memory>

#include "nanobragg/io/files/external_files.hpp"
#include "nanobragg/io/images/observed_image.hpp"

namespace nanobragg::io {

// Images stand in the NXdata group of the entry (data, or data_000001 and so on, of [image, slow,
// fast] or [image, module, slow, fast]) or in the detector; modules are cut out of them and put one
// below the other. Nothing is measured at the largest number of the data's type, where a bit of the
// lower half of pixel_mask is set, above saturation_value or a count cutoff, and below
// underload_value. Throws Error.
std::unique_ptr<ImageFile> open_nxmx_images(const std::filesystem::path& path,
                                            ExternalFiles external = ExternalFiles::beside);

}  // namespace nanobragg::io
