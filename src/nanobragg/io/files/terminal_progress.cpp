// Draws the progress bar.
#include "nanobragg/io/files/terminal_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace nanobragg::io {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr std::size_t kBarWidth = 30;

}  // namespace

std::string duration_text(double seconds) {
  const long s = static_cast<long>(seconds + 0.5);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
  return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

TerminalProgress::TerminalProgress(ProgressStyle style, std::size_t total_pixels,
                                   double steps_per_pixel)
    : style_(style),
      total_(std::max<std::size_t>(total_pixels, 1)),
      steps_per_pixel_(steps_per_pixel),
      start_(Clock::now()),
      drawn_(start_) {}

// The bar leaves no trace, so that what follows starts on a clean line.
TerminalProgress::~TerminalProgress() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void TerminalProgress::advance(std::size_t pixels) {
  const std::lock_guard lock(mutex_);
  done_ += pixels;
  if (style_ == ProgressStyle::percent_lines) {
    print_percent();
    return;
  }
  const Clock::time_point now = Clock::now();
  if (now - drawn_ >= kRedraw) draw_bar(now);
}

void TerminalProgress::draw_bar(Clock::time_point now) {
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double share = static_cast<double>(done_) / static_cast<double>(total_);
  const double rate = static_cast<double>(done_) * steps_per_pixel_ / elapsed;
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  const std::string text =
      fmt::format("\r[{}{}] {:3.0f} %  {:.3g} Msteps/s  {} left\033[K", std::string(filled, '#'),
                  std::string(kBarWidth - std::min(filled, kBarWidth), '.'), 100.0 * share,
                  rate / 1e6, duration_text(elapsed / share - elapsed));
  std::fputs(text.c_str(), stderr);
  drawn_ = now;
  visible_ = true;
}

// Every percent in the first and the last tenth, every five between, as the reference does.
void TerminalProgress::print_percent() {
  const std::size_t reached = done_ * 100 / total_;
  for (; percent_ < reached; ++percent_) {
    const std::size_t next = percent_ + 1;
    if (next % 5 == 0 || next < 10 || next > 90) std::printf("%zu%% done\n", next);
  }
  std::fflush(stdout);
}

}  // namespace nanobragg::io
