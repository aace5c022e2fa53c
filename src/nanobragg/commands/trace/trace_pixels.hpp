// Traces and printouts of single pixels of a run.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/trace/geometry_lines.hpp"
#include "nanobragg/trace/json_writer.hpp"

namespace nanobragg::commands {

// Throws Error, saying which, for a pixel outside the detector or the region of interest, or
// masked.
void check_rendered(const plan::SamplingPlan& plan, PixelIndex pixel);

trace::GeometryRecord geometry_record(const config::Job& run);

// The geometry, then the pixels in raster order, each once. Throws as check_rendered() does.
trace::Trace trace_pixels(const config::Job& run, const plan::SamplingPlan& plan,
                          std::span<const PixelIndex> pixels, kernel::StepSelection steps);

// The whole trace as lines of text.
std::string to_text(const trace::Trace& trace);

// The pixels whose computation a run prints besides its image.
struct AskedPixels {
  std::optional<PixelIndex> traced;   // -trace_pixel
  bool printout = false;              // -printout
  std::optional<PixelIndex> printed;  // -printout_pixel; unset: all that are rendered
};
AskedPixels asked_pixels(const config::Settings& settings);

// Throws Error where they name a pixel that is not rendered.
void check_asked_pixels(const AskedPixels& asked, const plan::SamplingPlan& plan);

// Hands over, piece by piece, the text that they ask for.
void print_asked_pixels(const AskedPixels& asked, const config::Job& run,
                        const plan::SamplingPlan& plan,
                        const std::function<void(const std::string&)>& print);

}  // namespace nanobragg::commands
