// Goes from the patches of a pair to groups of pixels.
#include "nanobragg/kernel/sparse/active_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/pixel/active.hpp"
#include "nanobragg/kernel/sparse/numbered_pixels.hpp"
#include "nanobragg/kernel/sparse/reflection_search.hpp"

namespace nanobragg::kernel::sparse {
namespace {

plan::PanelPlan within(plan::PanelPlan plan, const RegionOfInterest& region) {
  plan.region = region;
  return plan;
}

// The pixels of runs, and the patches of reflections that reach them.
class ActiveSearch {
 public:
  ActiveSearch(const plan::PanelPlan& plan, std::span<const PixelRun> runs)
      : pixels_(runs),
        plan_(within(plan, pixels_.bounds())),
        search_(plan_),
        orientations_(plan.crystal.lattices.size()),
        pairs_(plan.beam.sources.size() * orientations_) {
    constexpr std::size_t kMostPairs = std::numeric_limits<std::uint32_t>::max();
    if (pairs_ > kMostPairs) {
      throw UsageError(fmt::format("sparse derivatives of {} pairs of source and orientation (at "
                                   "most {} can be told apart)",
                                   pairs_, kMostPairs),
                       "-kernel", "take -kernel simd, or fewer steps");
    }
  }
  ActiveSearch(const ActiveSearch&) = delete;
  ActiveSearch& operator=(const ActiveSearch&) = delete;

  // Whether derivatives are expected to be found faster than from all pixels and pairs.
  bool is_worthwhile() const;
  // That find() takes, estimated from a few pairs.
  double bytes() const;
  ActivePairs find(std::size_t threads) const;

 private:
  // What a pair costs on average, from a few pairs of all.
  struct Load {
    double patches = 0.0;
    double groups = 0.0;
  };
  // Nothing where a pair has more than `most_points` points to look at.
  std::optional<Load> load(std::size_t most_samples, double most_points) const;
  // Puts the groups of the pixels in patches behind what `to` holds.
  void add_groups(std::span<const Patch> patches, std::vector<std::uint32_t>& to) const;

  static constexpr std::size_t kSamples = 8;

  NumberedPixels pixels_;
  plan::PanelPlan plan_;  // of the region that holds the pixels
  ReflectionSearch search_;
  std::size_t orientations_, pairs_;
};

void ActiveSearch::add_groups(std::span<const Patch> patches,
                              std::vector<std::uint32_t>& to) const {
  const auto before = static_cast<std::ptrdiff_t>(to.size());
  for (const Patch& patch : patches) {
    pixels_.for_each_in(patch, [&](std::size_t first, std::size_t last) {
      for (std::size_t group = first / kGroupPixels; group <= last / kGroupPixels; ++group) {
        to.push_back(static_cast<std::uint32_t>(group));
      }
    });
  }
  std::sort(to.begin() + before, to.end());
  to.erase(std::unique(to.begin() + before, to.end()), to.end());
}

std::optional<ActiveSearch::Load> ActiveSearch::load(std::size_t most_samples,
                                                     double most_points) const {
  const std::size_t samples = std::min(most_samples, pairs_);
  Load load;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t pair = i * pairs_ / samples;
    const auto patches = search_.patches(plan_.beam.sources[pair / orientations_],
                                         plan_.crystal.lattices[pair % orientations_], most_points);
    if (!patches) return std::nullopt;
    std::vector<std::uint32_t> groups;
    add_groups(*patches, groups);
    load.patches += static_cast<double>(patches->size()) / static_cast<double>(samples);
    load.groups += static_cast<double>(groups.size()) / static_cast<double>(samples);
  }
  return load;
}

bool ActiveSearch::is_worthwhile() const {
  // Estimated in steps of the dense gradient (docs/performance.md).
  constexpr double kGroup = 64.0;
  constexpr double kPatch = 50.0;
  constexpr double kRow = 2.5;
  const double points = static_cast<double>(plan_.sampling.oversample) * plan_.sampling.oversample *
                        plan_.detector.layers.count;
  const double dense = points * static_cast<double>(pixels_.count());
  const auto cost = [&](const Load& load) {
    return kGroup * load.groups * points + kPatch * load.patches + kRow * search_.rows();
  };
  // Not even looked for where the search alone would take too long, nor twice where once shows it.
  if (cost({}) > dense) return false;
  constexpr double kPoint = 0.2;
  const double most_points = 2.0 * dense / kPoint;
  const auto first = load(1, most_points);
  if (!first || cost(*first) > 2.0 * dense) return false;
  const auto some = load(kSamples, most_points);
  return some && cost(*some) < dense;
}

// Groups are held twice for a moment: by pair and by group.
double ActiveSearch::bytes() const {
  const auto some = load(kSamples, ReflectionSearch::kMostPoints);
  return some ? 2.0 * sizeof(std::uint32_t) * some->groups * static_cast<double>(pairs_) : 0.0;
}

ActivePairs ActiveSearch::find(std::size_t threads) const {
  // Few enough for every thread to have some, enough for a part's own arrays not to count.
  const std::size_t each = std::clamp<std::size_t>(pairs_ / 64, 1, 64);
  std::vector<ActivePairs::Part> parts((pairs_ + each - 1) / each);
  parallel_for(parts.size(), threads, [&](std::size_t i) {
    std::vector<std::uint32_t> found;
    const std::size_t end = std::min((i + 1) * each, pairs_);
    for (std::size_t pair = i * each; pair < end; ++pair) {
      add_groups(search_.patches(plan_.beam.sources[pair / orientations_],
                                 plan_.crystal.lattices[pair % orientations_]),
                 found);
      parts[i].ends.push_back(found.size());
    }
    parts[i].groups.assign(found.begin(), found.end());
  });
  return {parts, (pixels_.count() + kGroupPixels - 1) / kGroupPixels};
}

std::size_t parts_of(const ActiveSearch& search) {
  constexpr double kMostBytes = 64 << 20;
  return static_cast<std::size_t>(std::fmax(std::ceil(search.bytes() / kMostBytes), 1.0));
}

std::size_t parts(const plan::PanelPlan& plan, std::span<const PixelRun> runs) {
  return parts_of(ActiveSearch(plan, runs));
}

std::size_t parts_where_worthwhile(const plan::PanelPlan& plan, std::span<const PixelRun> runs) {
  if (!ReflectionSearch::why_not(plan.detector, plan.crystal).empty()) return 0;
  const ActiveSearch search(plan, runs);
  return search.is_worthwhile() ? parts_of(search) : 0;
}

ActivePairs find(const plan::PanelPlan& plan, std::span<const PixelRun> runs, std::size_t threads) {
  return ActiveSearch(plan, runs).find(threads);
}

}  // namespace

ActiveFinder active_finder() { return {parts, find}; }
ActiveFinder worthwhile_active_finder() { return {parts_where_worthwhile, find}; }

}  // namespace nanobragg::kernel::sparse
