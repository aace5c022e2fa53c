// Finds local maxima group by group and pairs them by distance.
#include "nanobragg/compare/peaks.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "nanobragg/compare/compensated_sum.hpp"
#include "nanobragg/model/region.hpp"

namespace nanobragg::compare {
namespace {

constexpr std::size_t kRadius = 2;

// The pixels of the region within `radius` of p.
RegionOfInterest around(PixelIndex p, std::size_t radius, const RegionOfInterest& region) {
  const auto before = [&](std::size_t i, std::size_t least) {
    return i - least > radius ? i - radius : least;
  };
  return {
      {before(p.slow, region.first.slow), before(p.fast, region.first.fast)},
      {std::min(region.last.slow, p.slow + radius), std::min(region.last.fast, p.fast + radius)}};
}

class PeakFinder {
 public:
  PeakFinder(ImageView<const float> image, const RegionOfInterest& region)
      : image_(image), region_(region), seen_(image.shape()) {}

  std::vector<Peak> find() {
    std::vector<Peak> peaks;
    for_each_pixel(region_, image_.shape(), [&](PixelIndex p) {
      if (!(image_[p] > 0.0F) || seen_[p] != 0 || is_below_neighbour(p)) return;
      const std::vector<PixelIndex> group = group_of(p);
      if (is_maximum(group)) {
        peaks.push_back({p, static_cast<double>(image_[p]), centroid(middle(group)), width(p)});
      }
    });
    return peaks;
  }

 private:
  // Spares most pixels the search for a group.
  bool is_below_neighbour(PixelIndex p) const {
    bool below = false;
    for_each_pixel(around(p, 1, region_), image_.shape(),
                   [&](PixelIndex q) { below = below || image_[q] > image_[p]; });
    return below;
  }

  // The pixels of the same value that touch p, or touch one that does.
  std::vector<PixelIndex> group_of(PixelIndex p) {
    std::vector<PixelIndex> group{p};
    seen_[p] = 1;
    for (std::size_t next = 0; next < group.size(); ++next) {
      for_each_pixel(around(group[next], 1, region_), image_.shape(), [&](PixelIndex q) {
        if (seen_[q] != 0 || image_[q] != image_[p]) return;
        seen_[q] = 1;
        group.push_back(q);
      });
    }
    return group;
  }

  bool is_maximum(const std::vector<PixelIndex>& group) const {
    const float value = image_[group.front()];
    bool has_higher = false;
    bool has_lower = false;
    for (const PixelIndex p : group) {
      for_each_pixel(around(p, kRadius, region_), image_.shape(), [&](PixelIndex q) {
        has_higher = has_higher || image_[q] > value;
        has_lower = has_lower || image_[q] < value;
      });
    }
    return has_lower && !has_higher;
  }

  static PixelIndex middle(const std::vector<PixelIndex>& group) {
    double slow = 0.0;
    double fast = 0.0;
    for (const PixelIndex p : group) {
      slow += static_cast<double>(p.slow);
      fast += static_cast<double>(p.fast);
    }
    const auto n = static_cast<double>(group.size());
    return {static_cast<std::size_t>(std::llround(slow / n)),
            static_cast<std::size_t>(std::llround(fast / n))};
  }

  PixelPosition centroid(PixelIndex p) const {
    const RegionOfInterest window = around(p, kRadius, region_);
    auto floor = static_cast<double>(image_[p]);
    for_each_pixel(window, image_.shape(),
                   [&](PixelIndex q) { floor = std::min(floor, static_cast<double>(image_[q])); });
    double weight = 0.0;
    double slow = 0.0;
    double fast = 0.0;
    for_each_pixel(window, image_.shape(), [&](PixelIndex q) {
      const double w = static_cast<double>(image_[q]) - floor;
      weight += w;
      slow += w * (static_cast<double>(q.slow) - static_cast<double>(p.slow));
      fast += w * (static_cast<double>(q.fast) - static_cast<double>(p.fast));
    });
    // A plateau wider than the window has no spread in it: its middle is the answer.
    if (!(weight > 0.0)) weight = 1.0;
    return {static_cast<double>(p.slow) + slow / weight,
            static_cast<double>(p.fast) + fast / weight};
  }

  // Of the pixels that hold at least half of the peak's.
  double width(PixelIndex p) const {
    const auto half = static_cast<float>(0.5 * static_cast<double>(image_[p]));
    const auto run = [&](std::size_t PixelIndex::*axis) {
      double pixels = 1.0;
      PixelIndex q = p;
      while (q.*axis > region_.first.*axis && (--(q.*axis), image_[q] >= half)) ++pixels;
      q = p;
      while (q.*axis < region_.last.*axis && (++(q.*axis), image_[q] >= half)) ++pixels;
      return pixels;
    };
    return std::sqrt(run(&PixelIndex::slow) * run(&PixelIndex::fast));
  }

  ImageView<const float> image_;
  RegionOfInterest region_;
  Image<std::uint8_t> seen_;
};

double distance(const PixelPosition& a, const PixelPosition& b) {
  return std::hypot(a.slow - b.slow, a.fast - b.fast);
}

std::vector<PeakMatch> pairs_within(const PeakComparison& peaks) {
  std::vector<PeakMatch> pairs;
  for (std::size_t i = 0; i < peaks.reference.size(); ++i) {
    for (std::size_t j = 0; j < peaks.candidate.size(); ++j) {
      const double apart = distance(peaks.reference[i].centroid, peaks.candidate[j].centroid);
      if (apart <= peaks.gate_px) pairs.push_back({i, j, apart});
    }
  }
  const auto key = [](const PeakMatch& m) {
    return std::tuple(m.distance_px, m.reference, m.candidate);
  };
  std::sort(pairs.begin(), pairs.end(),
            [&](const PeakMatch& a, const PeakMatch& b) { return key(a) < key(b); });
  return pairs;
}

std::vector<Peak> brightest_first(ImageView<const float> image, const RegionOfInterest& region) {
  std::vector<Peak> peaks = PeakFinder(image, region).find();
  std::stable_sort(peaks.begin(), peaks.end(),
                   [](const Peak& a, const Peak& b) { return a.intensity > b.intensity; });
  return peaks;
}

std::vector<Peak> first_of(std::vector<Peak> peaks, std::size_t count) {
  if (peaks.size() > count) peaks.resize(count);
  return peaks;
}

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Each peak's distance from the nearest of `others`, both brightest first. Compared with the
// brightest of its own image, one that is much fainter is a ripple or noise.
std::vector<double> distances_to_nearest(const std::vector<Peak>& peaks,
                                         const std::vector<Peak>& others) {
  constexpr double kMuchFainter = 0.05;
  std::vector<double> distances;
  if (others.empty()) return distances;
  for (const Peak& peak : peaks) {
    const double least = kMuchFainter * peak.intensity / peaks.front().intensity;
    double nearest = distance(peak.centroid, others.front().centroid);
    for (const Peak& other : others) {
      if (other.intensity < least * others.front().intensity) break;
      nearest = std::min(nearest, distance(peak.centroid, other.centroid));
    }
    distances.push_back(nearest);
  }
  return distances;
}

}  // namespace

std::vector<Peak> find_peaks(ImageView<const float> image, const RegionOfInterest& region,
                             std::size_t count) {
  return first_of(brightest_first(image, region), count);
}

PeakComparison compare_peaks(const ImagePair& pair, const PeakOptions& options) {
  PeakComparison result;
  result.gate_px = options.gate_px;
  const std::vector<Peak> all_reference = brightest_first(pair.reference(), pair.region());
  const std::vector<Peak> all_candidate = brightest_first(pair.candidate(), pair.region());
  result.reference = first_of(all_reference, options.count);
  result.candidate = first_of(all_candidate, options.count);
  result.typical_distance_px =
      std::min(median(distances_to_nearest(result.reference, all_candidate)),
               median(distances_to_nearest(result.candidate, all_reference)));
  std::vector<double> widths;
  for (const Peak& peak : result.reference) widths.push_back(peak.width_px);
  result.typical_width_px = median(std::move(widths));
  std::vector<bool> taken_reference(result.reference.size());
  std::vector<bool> taken_candidate(result.candidate.size());
  for (const PeakMatch& match : pairs_within(result)) {
    if (taken_reference[match.reference] || taken_candidate[match.candidate]) continue;
    taken_reference[match.reference] = true;
    taken_candidate[match.candidate] = true;
    result.matches.push_back(match);
  }
  return result;
}

bool PeakComparison::have_moved() const {
  constexpr double kLeast_px = 0.5;
  return typical_distance_px && *typical_distance_px > std::max(kLeast_px, *typical_width_px);
}

std::optional<double> PeakComparison::mean_displacement_px() const {
  if (matches.empty()) return std::nullopt;
  CompensatedSum sum;
  for (const PeakMatch& match : matches) sum.add(match.distance_px);
  return sum.value() / static_cast<double>(matches.size());
}

std::optional<double> PeakComparison::max_displacement_px() const {
  if (matches.empty()) return std::nullopt;
  return matches.back().distance_px;
}

}  // namespace nanobragg::compare
