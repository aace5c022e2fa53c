// Sums over an image.
#include "nanobragg/response/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "nanobragg/response/region.hpp"

namespace nanobragg {
namespace {

using Mask = std::optional<ImageView<const std::uint16_t>>;

// n − 1, at least 1.
double degrees_of_freedom(std::size_t pixels) {
  return static_cast<double>(std::max<std::size_t>(pixels, 2) - 1);
}

// Sums of rows of values; add(count, value_at) takes value_at(i) for all i below `count`.
class OneByOne {
 public:
  template <class ValueAt>
  void add(std::size_t count, ValueAt value_at) {
    double sum = sum_;
    for (std::size_t i = 0; i < count; ++i) sum += value_at(i);
    sum_ = sum;
  }
  double total() const { return sum_; }

 private:
  double sum_ = 0.0;
};
class SideBySide {
 public:
  template <class ValueAt>
  void add(std::size_t count, ValueAt value_at) {
    const std::size_t whole = count - count % kLanes;
    std::array<double, kLanes> sums = sums_;
    for (std::size_t i = 0; i < whole; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += value_at(i + lane);
    }
    sums_ = sums;
    for (std::size_t i = whole; i < count; ++i) sums_[i - whole] += value_at(i);
  }
  double total() const { return std::accumulate(sums_.begin(), sums_.end(), 0.0); }

 private:
  static constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> sums_{};
};

// Calls visit(first pixel, values) for every row of the region; what is masked is 0.
template <class Visit>
void for_each_unmasked_row(ImageView<const float> image, const RegionOfInterest& region,
                           const Mask& mask, const Visit& visit) {
  std::vector<float> unmasked;
  for_each_row(region, image.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    std::span<const float> row = image.row(slow).subspan(begin, end - begin);
    if (mask) {
      const auto shown = mask->row(slow).subspan(begin, end - begin);
      unmasked.assign(row.begin(), row.end());
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (shown[i] == 0) unmasked[i] = 0.0F;
      }
      row = unmasked;
    }
    visit(PixelIndex{slow, begin}, row);
  });
}

std::size_t unmasked_pixels(const RegionOfInterest& region, ImageShape shape, const Mask& mask) {
  std::size_t count = 0;
  for_each_row(region, shape, [&](std::size_t slow, std::size_t begin, std::size_t end) {
    count += end - begin;
    if (mask) count -= std::ranges::count(mask->row(slow).subspan(begin, end - begin), 0);
  });
  return count;
}

void find_maximum(PixelIndex first, std::span<const float> row, Statistics& result) {
  constexpr std::size_t kLanes = 16;
  std::array<float, kLanes> most_of{};
  std::size_t i = 0;
  for (; i + kLanes <= row.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      most_of[lane] = std::max(most_of[lane], row[i + lane]);
    }
  }
  for (; i < row.size(); ++i) most_of[0] = std::max(most_of[0], row[i]);
  const float most = std::ranges::max(most_of);
  if (!(static_cast<double>(most) > result.max)) return;
  result.max = static_cast<double>(most);
  const auto at = std::ranges::find(row, most) - row.begin();
  result.max_at = {first.slow, first.fast + static_cast<std::size_t>(at)};
}

template <class Sum>
double deviation(ImageView<const float> image, const RegionOfInterest& region, const Mask& mask,
                 double mean) {
  Sum deviations;
  for_each_row(region, image.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    const auto row = image.row(slow).subspan(begin, end - begin);
    const auto squared = [row, mean](std::size_t i) {
      const double deviation = static_cast<double>(row[i]) - mean;
      return deviation * deviation;
    };
    if (!mask) {
      deviations.add(row.size(), squared);
    } else {
      const auto shown = mask->row(slow).subspan(begin, end - begin);
      deviations.add(row.size(), [&](std::size_t i) { return shown[i] == 0 ? 0.0 : squared(i); });
    }
  });
  return std::sqrt(deviations.total() /
                   degrees_of_freedom(unmasked_pixels(region, image.shape(), mask)));
}

template <class Sum>
Statistics statistics_by(ImageView<const float> image, const RegionOfInterest& region,
                         const Mask& mask, RmsdPixels rmsd_pixels) {
  Statistics result;
  Sum sum;
  Sum squares;
  for_each_unmasked_row(image, region, mask, [&](PixelIndex first, std::span<const float> row) {
    find_maximum(first, row, result);
    sum.add(row.size(), [row](std::size_t i) { return static_cast<double>(row[i]); });
    // The square is rounded to single precision, as the reference does.
    squares.add(row.size(), [row](std::size_t i) { return static_cast<double>(row[i] * row[i]); });
  });
  result.pixels = unmasked_pixels(region, image.shape(), mask);
  result.sum = sum.total();
  if (result.pixels > 0) result.mean = result.sum / static_cast<double>(result.pixels);
  result.rms = std::sqrt(squares.total() / degrees_of_freedom(result.pixels));
  const bool counts_masked = rmsd_pixels == RmsdPixels::all_in_region;
  result.rmsd = deviation<Sum>(image, region, counts_masked ? Mask{} : mask, result.mean);
  return result;
}

}  // namespace

Statistics statistics(ImageView<const float> image, const RegionOfInterest& region,
                      const std::optional<ImageView<const std::uint16_t>>& mask,
                      const StatisticsRules& rules) {
  NANOBRAGG_EXPECTS(!mask || mask->shape() == image.shape());
  return rules.summation == Summation::one_by_one
             ? statistics_by<OneByOne>(image, region, mask, rules.rmsd_pixels)
             : statistics_by<SideBySide>(image, region, mask, rules.rmsd_pixels);
}

}  // namespace nanobragg
