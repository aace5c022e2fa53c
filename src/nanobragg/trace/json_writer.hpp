// Traces as JSON: the lines with their units, and the records they were made of.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nanobragg/kernel/interface/pixel_record.hpp"
#include "nanobragg/kernel/interface/pixel_recorder.hpp"
#include "nanobragg/trace/line.hpp"

namespace nanobragg::trace {

struct TracedPixel {
  kernel::PixelRecord record;
  std::vector<Line> lines;
};

// Everything that one run traced.
struct Trace {
  std::string kernel;
  kernel::StepSelection steps;
  std::vector<Line> geometry;
  std::vector<TracedPixel> pixels;
};

std::string to_json(const Trace& trace);

}  // namespace nanobragg::trace
