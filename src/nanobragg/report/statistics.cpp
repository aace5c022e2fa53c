// Sums over an image.
#include "nanobragg/report/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/model/region.hpp"

namespace nanobragg::report {
namespace {

using Mask = std::optional<ImageView<const std::uint16_t>>;
using Row = std::span<const float>;
using Lanes = std::array<double, 8>;

// The square is rounded to single precision, as the reference does.
double rounded_square(float value) { return static_cast<double>(value * value); }
double squared_deviation(float value, double mean) {
  const double deviation = static_cast<double>(value) - mean;
  return deviation * deviation;
}

NANOBRAGG_VECTOR_CLONES
void add_side_by_side(Row row, Lanes& values, Lanes& squares) {
  Lanes sums = values, square_sums = squares;
  std::size_t i = 0;
  for (; i + sums.size() <= row.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) {
      sums[lane] += static_cast<double>(row[i + lane]);
      square_sums[lane] += rounded_square(row[i + lane]);
    }
  }
  for (std::size_t lane = 0; i < row.size(); ++i, ++lane) {
    sums[lane] += static_cast<double>(row[i]);
    square_sums[lane] += rounded_square(row[i]);
  }
  values = sums;
  squares = square_sums;
}

NANOBRAGG_VECTOR_CLONES
void add_deviations_side_by_side(Row row, double mean, Lanes& squares) {
  Lanes sums = squares;
  std::size_t i = 0;
  for (; i + sums.size() <= row.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) {
      sums[lane] += squared_deviation(row[i + lane], mean);
    }
  }
  for (std::size_t lane = 0; i < row.size(); ++i, ++lane) {
    sums[lane] += squared_deviation(row[i], mean);
  }
  squares = sums;
}

// 0 where nothing is above it.
NANOBRAGG_VECTOR_CLONES
float maximum_of(Row row) {
  constexpr std::size_t kLanes = 16;
  std::array<float, kLanes> most{};
  std::size_t i = 0;
  for (; i + kLanes <= row.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      most[lane] = row[i + lane] > most[lane] ? row[i + lane] : most[lane];
    }
  }
  for (; i < row.size(); ++i) most[0] = std::max(most[0], row[i]);
  return std::ranges::max(most);
}

// Sums of values and of squares, whether rounded ones or of deviations.
class OneByOne {
 public:
  void add(Row row) {
    for (const float value : row) {
      values_ += static_cast<double>(value);
      squares_ += rounded_square(value);
    }
  }
  void add_deviations(Row row, double mean) {
    for (const float value : row) squares_ += squared_deviation(value, mean);
  }
  double values() const { return values_; }
  double squares() const { return squares_; }

 private:
  double values_ = 0.0, squares_ = 0.0;
};
class SideBySide {
 public:
  void add(Row row) { add_side_by_side(row, values_, squares_); }
  void add_deviations(Row row, double mean) { add_deviations_side_by_side(row, mean, squares_); }
  double values() const { return total(values_); }
  double squares() const { return total(squares_); }

 private:
  static double total(const Lanes& sums) { return std::accumulate(sums.begin(), sums.end(), 0.0); }
  Lanes values_{}, squares_{};
};

// Calls visit(slow, values of the pixels that are not masked) for every row of the region.
template <class Visit>
void for_each_unmasked_row(ImageView<const float> image, const RegionOfInterest& region,
                           const Mask& mask, const Visit& visit) {
  std::vector<float> unmasked;
  for_each_row(region, image.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    Row row = image.row(slow).subspan(begin, end - begin);
    if (mask) {
      unmasked.clear();
      for (std::size_t i = 0; i < row.size(); ++i) {
        if ((*mask)[{slow, begin + i}] != 0) unmasked.push_back(row[i]);
      }
      row = unmasked;
    }
    visit(slow, row);
  });
}

// The first pixel of a row with a value that one of them has.
PixelIndex find_in_row(ImageView<const float> image, std::size_t slow, std::size_t begin,
                       const Mask& mask, float value) {
  PixelIndex at{slow, begin};
  while (image[at] != value || (mask && (*mask)[at] == 0)) ++at.fast;
  return at;
}

// n − 1, at least 1.
double degrees_of_freedom(std::size_t pixels) {
  return static_cast<double>(std::max<std::size_t>(pixels, 2) - 1);
}

template <class Sums>
double deviation(ImageView<const float> image, const RegionOfInterest& region, const Mask& mask,
                 double mean) {
  Sums sums;
  std::size_t pixels = 0;
  for_each_unmasked_row(image, region, mask, [&](std::size_t, Row row) {
    sums.add_deviations(row, mean);
    pixels += row.size();
  });
  return std::sqrt(sums.squares() / degrees_of_freedom(pixels));
}

template <class Sums>
Statistics statistics_by(ImageView<const float> image, const RegionOfInterest& region,
                         const Mask& mask, RmsdPixels rmsd_pixels) {
  Statistics result;
  Sums sums;
  float most = 0.0F;
  for_each_unmasked_row(image, region, mask, [&](std::size_t slow, Row row) {
    sums.add(row);
    result.pixels += row.size();
    const float most_of_row = maximum_of(row);
    if (!(most_of_row > most)) return;
    most = most_of_row;
    result.max_at = find_in_row(image, slow, region.first.fast, mask, most);
  });
  result.max = static_cast<double>(most);
  result.sum = sums.values();
  if (result.pixels > 0) result.mean = result.sum / static_cast<double>(result.pixels);
  result.rms = std::sqrt(sums.squares() / degrees_of_freedom(result.pixels));
  const bool counts_masked = rmsd_pixels == RmsdPixels::all_in_region;
  result.rmsd = deviation<Sums>(image, region, counts_masked ? Mask{} : mask, result.mean);
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

}  // namespace nanobragg::report
