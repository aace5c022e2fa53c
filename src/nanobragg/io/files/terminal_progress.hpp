// Progress of a rendering on the console.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "nanobragg/base/progress_sink.hpp"

namespace nanobragg::io {

enum class ProgressStyle : std::uint8_t {
  bar,            // one line that is redrawn, on standard error: share, rate, time left
  percent_lines,  // "N% done", one line each, on standard output: as the reference prints them
};

class TerminalProgress : public ProgressSink {
 public:
  TerminalProgress(ProgressStyle style, std::size_t total_pixels, double steps_per_pixel);
  ~TerminalProgress() override;
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  void advance(std::size_t pixels) override;

 private:
  using Clock = std::chrono::steady_clock;
  void draw_bar(Clock::time_point now);
  void print_percent();

  const ProgressStyle style_;
  const std::size_t total_;
  const double steps_per_pixel_;
  const Clock::time_point start_;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t percent_ = 0;  // the last one printed
  Clock::time_point drawn_;
  bool visible_ = false;
};

// "8 s", "2:05 min", "1:30 h".
std::string duration_text(double seconds);

// Whether standard error is a terminal.
bool stderr_is_terminal();

}  // namespace nanobragg::io
