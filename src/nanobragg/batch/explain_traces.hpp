// Re-runs one pixel with each quirk switched alone and each plausible mistake made, to see which
// change turns one trace into another.
#pragma once

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/settings.hpp"
#include "nanobragg/trace/document.hpp"
#include "nanobragg/trace/explain.hpp"

namespace nanobragg::batch {

// Throws Error where the settings cannot be simulated, or do not render the pixel.
trace::Explanation explain_traces(const trace::ExplainRequest& request,
                                  const config::Settings& settings, PixelIndex pixel);

}  // namespace nanobragg::batch
