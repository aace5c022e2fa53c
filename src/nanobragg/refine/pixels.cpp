// Cuts selections of pixels into runs.
#include "nanobragg/refine/pixels.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/compare/peaks.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::refine {
namespace {

void append(std::vector<kernel::PixelRun>& runs, PixelIndex pixel) {
  if (!runs.empty()) {
    kernel::PixelRun& last = runs.back();
    if (last.first.slow == pixel.slow && last.first.fast + last.count == pixel.fast) {
      ++last.count;
      return;
    }
  }
  runs.push_back({pixel, 1});
}

template <class F>
void for_each_pixel_of(std::span<const kernel::PixelRun> runs, F f) {
  for (const kernel::PixelRun& run : runs) {
    for (std::size_t i = 0; i < run.count; ++i) f(PixelIndex{run.first.slow, run.first.fast + i});
  }
}

RegionOfInterest whole(ImageShape shape) { return {{0, 0}, {shape.slow - 1, shape.fast - 1}}; }

}  // namespace

PixelSet all_pixels(std::span<const kernel::PixelRun> rendered, ObservedPhotons observed) {
  PixelSet set;
  std::size_t count = 0;
  for_each_pixel_of(rendered, [&](PixelIndex pixel) {
    if (std::isnan(observed[pixel])) return;
    append(set.runs, pixel);
    ++count;
  });
  set.groups = {{0, count, whole(observed.shape())}};
  return set;
}

PixelSet pixels_in_boxes(std::span<const kernel::PixelRun> rendered, ObservedPhotons observed,
                         std::span<const RegionOfInterest> boxes) {
  const ImageShape shape = observed.shape();
  Image<std::uint8_t> free(shape);
  for_each_pixel_of(rendered,
                    [&](PixelIndex pixel) { free[pixel] = std::isnan(observed[pixel]) ? 0 : 1; });
  PixelSet set;
  for (const RegionOfInterest& box : boxes) {
    PixelGroup group{set.size(), 0, box};
    for (std::size_t slow = box.first.slow; slow <= std::min(box.last.slow, shape.slow - 1);
         ++slow) {
      for (std::size_t fast = box.first.fast; fast <= std::min(box.last.fast, shape.fast - 1);
           ++fast) {
        const PixelIndex pixel{slow, fast};
        if (free[pixel] == 0) continue;
        free[pixel] = 0;
        // Each box starts a run of its own, so that its pixels stay together.
        if (group.count == 0) {
          set.runs.push_back({pixel, 1});
        } else {
          append(set.runs, pixel);
        }
        ++group.count;
      }
    }
    if (group.count > 0) set.groups.push_back(group);
  }
  return set;
}

PixelSet random_pixels(const PixelSet& all, const RandomPixels& random, std::size_t step) {
  const std::size_t total = all.size();
  const std::uint64_t stream = bits_at(random.seed, step);
  // The pixels with the smallest deviates: a sample without repetition.
  std::vector<std::pair<std::uint64_t, std::size_t>> order(total);
  for (std::size_t i = 0; i < total; ++i) order[i] = {bits_at(stream, i), i};
  const std::size_t count = std::min(random.count, total);
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
  std::vector<bool> taken(total);
  for (std::size_t i = 0; i < count; ++i) taken[order[i].second] = true;
  PixelSet set;
  std::size_t i = 0;
  for_each_pixel_of(all.runs, [&](PixelIndex pixel) {
    if (taken[i++]) append(set.runs, pixel);
  });
  set.groups = {{0, count, all.groups.front().box}};
  return set;
}

std::vector<RegionOfInterest> boxes_around_spots(ImageView<const float> predicted,
                                                 const PredictedSpots& spots) {
  std::vector<RegionOfInterest> boxes;
  const std::size_t half = spots.half;
  // Fringes are peaks too, and fall into the boxes of their spots.
  const std::size_t enough = predicted.shape().size();
  for (const compare::Peak& peak :
       compare::find_peaks(predicted, whole(predicted.shape()), enough)) {
    if (boxes.size() == spots.count || !(peak.intensity > 0.0)) break;
    const auto [slow, fast] = peak.at;
    const bool covered = std::ranges::any_of(
        boxes, [&](const RegionOfInterest& box) { return box.contains(peak.at); });
    if (covered) continue;
    boxes.push_back(
        {{slow - std::min(slow, half), fast - std::min(fast, half)}, {slow + half, fast + half}});
  }
  return boxes;
}

}  // namespace nanobragg::refine
