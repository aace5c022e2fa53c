// The float image that a program left in its folder.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::commands {

// The name of the file that programs write.
inline constexpr const char* kFloatImage = "float.bin";

// Reads float.bin, or floatimage.bin where a program has kept the reference's default name. Its
// size must be that of one of `shapes`, tried in their order; then of an SMV image beside it.
// Throws Error where there is no such file or no shape fits.
Image<float> read_program_image(const std::filesystem::path& folder,
                                const std::vector<ImageShape>& shapes);

}  // namespace nanobragg::commands
