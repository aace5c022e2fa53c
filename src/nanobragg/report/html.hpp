// A comparison as one web page that needs nothing else.
#pragma once

#include <optional>
#include <string>

#include "nanobragg/compare/report.hpp"
#include "nanobragg/report/preview.hpp"

namespace nanobragg::report {

// Encoded pictures of the region, and what their colours stand for.
struct ReportPictures {
  std::string reference_png;  // the bytes of the files
  std::string candidate_png;
  std::string difference_png;
  PreviewLevels levels;           // of both images, photons
  double difference_scale = 0.0;  // photons at full colour
};

// Verdict, findings, pictures, tables and plots, in words that need no knowledge of either program.
std::string html_report(const compare::Report& report,
                        const std::optional<ReportPictures>& pictures);

}  // namespace nanobragg::report
