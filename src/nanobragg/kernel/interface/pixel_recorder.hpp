// Takes down what a kernel computes, or compiles to nothing.
#pragma once

#include <utility>

#include "nanobragg/kernel/interface/pixel_record.hpp"

namespace nanobragg::kernel {

// Which steps of a pixel are kept.
enum class StepSelection : std::uint8_t {
  first_of_each,  // every spindle step in the first domain for the first source; the very first
                  // step for the others
  all,
};

// For rendering: a kernel asks `if constexpr (Recorder::kRecords)` before it makes a record.
struct NoRecorder {
  static constexpr bool kRecords = false;
};

class PixelRecorder {
 public:
  static constexpr bool kRecords = true;

  PixelRecorder(PixelIndex pixel, std::size_t panel, StepSelection steps) : steps_(steps) {
    record_.pixel = pixel;
    record_.panel = panel;
  }

  void begin_point(PointRecord point) { record_.points.push_back(std::move(point)); }
  void begin_source(SourceRecord source) {
    record_.points.back().sources.push_back(std::move(source));
  }
  void add_step(const StepRecord& step) {
    SourceRecord& source = record_.points.back().sources.back();
    const bool shown = step.domain == 0 && (source.index == 0 || step.spindle_step == 0);
    if (shown || steps_ == StepSelection::all) source.steps.push_back(step);
  }
  PixelRecord& record() { return record_; }

 private:
  PixelRecord record_;
  StepSelection steps_;
};

}  // namespace nanobragg::kernel
