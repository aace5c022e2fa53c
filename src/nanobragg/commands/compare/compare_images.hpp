// Compares two image files.
#pragma once

#include <filesystem>

#include "nanobragg/commands/compare/compare_options.hpp"
#include "nanobragg/compare/report.hpp"

namespace nanobragg::commands {

// Raw floats have the shape of options.shape or else that of the other image. Several exposures
// stand one below the other. A file that cannot be read is reported, not thrown. Throws UsageError
// where no shape is known, for frames that are not there or are another number in the other image,
// and where the region leaves the image; Error where the evidence cannot be written.
compare::Report compare_images(const std::filesystem::path& reference,
                               const std::filesystem::path& candidate,
                               const CompareOptions& options);

}  // namespace nanobragg::commands
