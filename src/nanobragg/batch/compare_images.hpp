// Compares two image files.
#pragma once

#include <filesystem>

#include "nanobragg/batch/compare_options.hpp"
#include "nanobragg/compare/report.hpp"

namespace nanobragg::batch {

// Reads by the end of the name: .img and .smv are SMV, .pgm is PGM, all else raw floats, whose
// shape is options.shape or else that of the other image. A file that cannot be read is reported,
// not thrown. Throws UsageError where no shape is known or the region leaves the image, Error where
// the evidence cannot be written.
compare::Report compare_images(const std::filesystem::path& reference,
                               const std::filesystem::path& candidate,
                               const CompareOptions& options);

}  // namespace nanobragg::batch
