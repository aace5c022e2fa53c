// Sorts pixels into bins of a coordinate and takes the statistics of each bin.
#include "nanobragg/compare/radial_profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/compare/compensated_sum.hpp"
#include "nanobragg/compare/correlation.hpp"

namespace nanobragg::compare {
namespace {

using Coordinate = std::function<double(PixelIndex)>;

struct Bins {
  double start = 0.0;
  double width = 1.0;
  std::size_t count = 1;

  // What lies on the outer edge belongs to the last bin.
  std::size_t index_of(double coordinate) const {
    const double place = std::max(0.0, std::floor((coordinate - start) / width));
    return std::min(count - 1, static_cast<std::size_t>(place));
  }
};

struct Interval {
  double least = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
};

Interval range_of(const ImagePair& pair, const Coordinate& coordinate) {
  Interval range;
  for_each_counted_pixel(pair, [&](PixelIndex p) {
    const double value = coordinate(p);
    range.least = std::min(range.least, value);
    range.largest = std::max(range.largest, value);
  });
  return range;
}

std::vector<ProfileBin> profile(const ImagePair& pair, const Coordinate& coordinate,
                                const Bins& bins) {
  std::vector<ProfileBin> result(bins.count);
  std::vector<CompensatedSum> reference(bins.count);
  std::vector<CompensatedSum> candidate(bins.count);
  const auto for_each = [&](const auto& visit) {
    for_each_counted_pixel(pair, [&](PixelIndex p) {
      visit(bins.index_of(coordinate(p)), static_cast<double>(pair.reference()[p]),
            static_cast<double>(pair.candidate()[p]));
    });
  };
  for_each([&](std::size_t bin, double x, double y) {
    ++result[bin].pixels;
    reference[bin].add(x);
    candidate[bin].add(y);
  });

  std::vector<Correlation> correlations;
  for (std::size_t i = 0; i < bins.count; ++i) {
    ProfileBin& bin = result[i];
    bin.from = bins.start + static_cast<double>(i) * bins.width;
    bin.to = bins.start + static_cast<double>(i + 1) * bins.width;
    const auto n = static_cast<double>(std::max<std::size_t>(1, bin.pixels));
    bin.mean_reference = reference[i].value() / n;
    bin.mean_candidate = candidate[i].value() / n;
    if (bin.mean_reference != 0.0) bin.ratio = bin.mean_candidate / bin.mean_reference;
    correlations.emplace_back(bin.mean_reference, bin.mean_candidate);
  }
  for_each([&](std::size_t bin, double x, double y) { correlations[bin].add(x, y); });
  for (std::size_t i = 0; i < bins.count; ++i) result[i].correlation = correlations[i].value();
  return result;
}

}  // namespace

std::vector<ProfileBin> radial_profile(const ImagePair& pair, const PixelPosition& centre,
                                       double width_px) {
  NANOBRAGG_EXPECTS(width_px > 0.0);
  const Coordinate radius = [&](PixelIndex p) {
    return std::hypot(static_cast<double>(p.slow) - centre.slow,
                      static_cast<double>(p.fast) - centre.fast);
  };
  const Interval range = range_of(pair, radius);
  // Rings start at whole multiples of the width, and the first is the first that has pixels.
  Bins bins;
  bins.start = std::floor(range.least / width_px) * width_px;
  bins.width = width_px;
  bins.count = 1 + static_cast<std::size_t>((range.largest - bins.start) / width_px);
  return profile(pair, radius, bins);
}

PixelPosition middle_of(ImageShape shape) {
  return {(static_cast<double>(shape.slow) - 1.0) / 2.0,
          (static_cast<double>(shape.fast) - 1.0) / 2.0};
}

std::vector<ProfileBin> resolution_shells(const ImagePair& pair, const ResolutionMap& d_spacing_A,
                                          std::size_t count) {
  NANOBRAGG_EXPECTS(count > 0);
  // 1/d², which the direct beam has at 0.
  const Coordinate inverse_square = [&](PixelIndex p) {
    const double d = d_spacing_A(p);
    return 1.0 / (d * d);
  };
  const Interval range = range_of(pair, inverse_square);
  Bins bins{range.least, (range.largest - range.least) / static_cast<double>(count), count};
  // One pixel, or one ring: all in a single shell.
  if (!(bins.width > 0.0)) bins = {range.least, 1.0, 1};
  std::vector<ProfileBin> shells = profile(pair, inverse_square, bins);
  for (ProfileBin& shell : shells) {
    shell.from = 1.0 / std::sqrt(shell.from);
    shell.to = 1.0 / std::sqrt(std::min(shell.to, range.largest));
  }
  return shells;
}

}  // namespace nanobragg::compare
