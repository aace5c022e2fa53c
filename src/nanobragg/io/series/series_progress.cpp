// Words the progress of a series.
#include "nanobragg/io/series/series_progress.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "nanobragg/io/files/terminal_progress.hpp"

namespace nanobragg::io {

SeriesProgress::SeriesProgress()
    : start_(std::chrono::steady_clock::now()), redraws_(stderr_is_terminal()) {}

SeriesProgress::~SeriesProgress() {
  if (redraws_) std::fputs("\r\033[K", stderr);
}

void SeriesProgress::show(std::size_t done, std::size_t images, std::size_t computed) {
  const std::size_t tenths = 10 * done / images;
  if (!redraws_ && tenths == tenths_ && done < images) return;
  tenths_ = tenths;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const double rate = static_cast<double>(computed) / elapsed.count();
  const double left = static_cast<double>(images - done) / rate;
  const std::string text = fmt::format("{} of {} images, {:.3g} images/s, {} left", done, images,
                                       rate, duration_text(left));
  std::fputs(redraws_ ? ("\r" + text + "\033[K").c_str() : (text + "\n").c_str(), stderr);
}

}  // namespace nanobragg::io
