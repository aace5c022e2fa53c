// Re-runs one pixel with each quirk switched alone and each plausible mistake made, to see which
// change turns one trace into another.
#pragma once

#include "nanobragg/audit/document.hpp"
#include "nanobragg/audit/explain.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::commands {

// Throws Error where the settings cannot be simulated, or do not render the pixel.
audit::Explanation explain_traces(const audit::ExplainRequest& request,
                                  const config::Settings& settings, PixelIndex pixel);

}  // namespace nanobragg::commands
