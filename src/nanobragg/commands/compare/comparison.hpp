// From two images in memory to a finished report with its evidence.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/commands/compare/compare_options.hpp"
#include "nanobragg/commands/compare/flag_geometry.hpp"
#include "nanobragg/compare/report.hpp"

namespace nanobragg::commands {

struct TwoImages {
  Image<float> reference;
  Image<float> candidate;
  // 1 where an image measures nothing; without pixels where it measures everywhere.
  Image<std::uint8_t> reference_invalid = {};
  Image<std::uint8_t> candidate_invalid = {};
};

// Called with a report that has its verdict, before the evidence is written.
using LookCloser = std::function<void(compare::Report& report)>;

// Fills in the report's verdict, figures and notes, and writes the evidence. `unusable` is the
// verdict for an image with a pixel that is not a number. Throws UsageError for a region outside
// the image, Error where the evidence cannot be written.
compare::Report finish_comparison(compare::Report report, TwoImages images,
                                  const FlagGeometryResult& flags, compare::Verdict unusable,
                                  const CompareOptions& options,
                                  const LookCloser& look_closer = {});

// The same where there is nothing to compare.
compare::Report finish_without_images(compare::Report report, compare::Verdict verdict,
                                      std::string problem, const CompareOptions& options);

}  // namespace nanobragg::commands
