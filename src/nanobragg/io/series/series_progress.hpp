// Progress of a series on standard error: how many, how fast, how long still.
#pragma once

#include <chrono>
#include <cstddef>

namespace nanobragg::io {

class SeriesProgress {
 public:
  SeriesProgress();
  ~SeriesProgress();
  SeriesProgress(const SeriesProgress&) = delete;
  SeriesProgress& operator=(const SeriesProgress&) = delete;

  // `done` of `images` are there, of which this run computed `computed`. A terminal shows one line
  // that is redrawn; elsewhere a line appears about every tenth of the series.
  void show(std::size_t done, std::size_t images, std::size_t computed);

 private:
  const std::chrono::steady_clock::time_point start_;
  const bool redraws_;
  std::size_t tenths_ = 0;
};

}  // namespace nanobragg::io
