// Finds the changes of our simulation that turn one trace into another.
#pragma once

#include "nanobragg/audit/document.hpp"
#include "nanobragg/audit/explain.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::commands {

struct ExplainRequest {
  const audit::Document& a;
  const audit::Document& b;
  audit::Tolerance tolerance;
};

// Simulates the pixel in the modes of quirks; from one that gives one of the traces it looks for
// single changes, then for two and three that each explain a stage, that give the other. Throws
// Error where the settings cannot be simulated, or do not render the pixel.
audit::Explanation explain_traces(const ExplainRequest& request, const config::Settings& settings,
                                  PixelIndex pixel);

}  // namespace nanobragg::commands
