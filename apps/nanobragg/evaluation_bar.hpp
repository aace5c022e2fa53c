// One line on standard error, redrawn: how far a refinement is with the work on all its pixels.
#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>

#include "nanobragg/io/files/terminal_progress.hpp"

namespace nanobragg::app {

// Draws nothing where standard error is not a terminal, nor for work that takes less than a second.
class EvaluationBar {
 public:
  EvaluationBar() = default;
  ~EvaluationBar() { clear(); }
  EvaluationBar(const EvaluationBar&) = delete;
  EvaluationBar& operator=(const EvaluationBar&) = delete;

  void show(double part) {
    if (!is_terminal_) return;
    const std::lock_guard lock(mutex_);
    const Clock::time_point now = Clock::now();
    if (part < part_ / 2) began_ = now;  // the next time that they are gone through
    part_ = part;
    const std::chrono::duration<double> spent = now - began_;
    if (now - drawn_ < std::chrono::milliseconds(200) || spent.count() < 1.0) return;
    drawn_ = now;
    std::fprintf(stderr, "\r  through the pixels: %3.0f %%, %s left \x1b[K", 100.0 * part,
                 io::duration_text(spent.count() * (1.0 - part) / part).c_str());
    std::fflush(stderr);
    visible_ = true;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    if (visible_) std::fputs("\r\x1b[K", stderr);
    visible_ = false;
  }

 private:
  using Clock = std::chrono::steady_clock;
  const bool is_terminal_ = io::stderr_is_terminal();
  std::mutex mutex_;
  Clock::time_point began_ = Clock::now(), drawn_;
  double part_ = 1.0;  // so that the first look begins a time
  bool visible_ = false;
};

}  // namespace nanobragg::app
