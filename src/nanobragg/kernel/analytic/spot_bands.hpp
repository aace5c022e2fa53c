// The spots of a panel by the rows that they reach.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "nanobragg/kernel/analytic/spot_list.hpp"

namespace nanobragg::kernel::analytic {

// Rows are taken together in bands.
class SpotBands {
 public:
  static constexpr std::size_t kRows = 32;

  SpotBands(const std::vector<Spot>& spots, const RegionOfInterest& region)
      : first_(region.first.slow), last_(region.last.slow), bands_((last_ - first_) / kRows + 1) {
    for (std::size_t i = 0; i < spots.size(); ++i) {
      const RegionOfInterest& pixels = spots[i].footprint.pixels;
      const std::size_t last = (pixels.last.slow - first_) / kRows;
      for (std::size_t band = (pixels.first.slow - first_) / kRows; band <= last; ++band) {
        bands_[band].push_back(static_cast<std::uint32_t>(i));
      }
    }
  }

  std::size_t count() const { return bands_.size(); }
  struct Rows {
    std::size_t first, last;
  };
  Rows rows(std::size_t band) const {
    const std::size_t first = first_ + band * kRows;
    return {first, std::min(first + kRows - 1, last_)};
  }
  // Numbers of the spots that reach a band, or the band of a row of the region, in rising order.
  const std::vector<std::uint32_t>& of_band(std::size_t band) const { return bands_[band]; }
  const std::vector<std::uint32_t>& of_row(std::size_t row) const {
    return bands_[(row - first_) / kRows];
  }

 private:
  std::size_t first_, last_;  // rows of the region
  std::vector<std::vector<std::uint32_t>> bands_;
};

}  // namespace nanobragg::kernel::analytic
