// Cuts runs of pixels into batches and differentiates them.
#include "nanobragg/kernel/gradient.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/active_sets.hpp"

namespace nanobragg::kernel {
namespace {

constexpr std::size_t kGroups = kBatchPixels / kGroupPixels;

// The pixels of one batch: pieces of runs.
struct Pixels {
  std::size_t first = 0;
  std::vector<PixelRun> runs;
};

std::vector<Pixels> cut(std::span<const PixelRun> runs) {
  std::vector<Pixels> batches;
  std::size_t first = 0;
  std::size_t room = 0;
  for (PixelRun run : runs) {
    while (run.count > 0) {
      if (room == 0) {
        batches.push_back({first, {}});
        room = kBatchPixels;
      }
      const std::size_t count = std::min(room, run.count);
      batches.back().runs.push_back({run.first, count});
      run.first.fast += count;
      run.count -= count;
      first += count;
      room -= count;
    }
  }
  return batches;
}

// The coordinates of a batch, up to a whole group.
class Coordinates {
 public:
  explicit Coordinates(std::span<const PixelRun> runs) : count_(pixel_count(runs)) {
    double* slow = slow_.data();
    double* fast = fast_.data();
    for (const PixelRun& run : runs) {
      slow = std::fill_n(slow, run.count, static_cast<double>(run.first.slow));
      const auto first = static_cast<double>(run.first.fast);
      for (int i = 0; i < static_cast<int>(run.count); ++i) *fast++ = first + i;
    }
    std::fill(slow_.begin() + static_cast<std::ptrdiff_t>(count_), slow_.end(), slow[-1]);
    std::fill(fast_.begin() + static_cast<std::ptrdiff_t>(count_), fast_.end(), fast[-1]);
  }
  PixelBatch batch(const GradientJob& job, const ActiveSets& active) const {
    return {.constants = &job.constants,
            .slow = slow_.data(),
            .fast = fast_.data(),
            .count = count_,
            .active = active.data(),
            .precision = job.precision};
  }

 private:
  std::size_t count_;
  std::array<double, kBatchPixels> slow_, fast_;
};

bool is_dark(const PixelBatch& batch) {
  const std::size_t groups = (batch.count + kGroupPixels - 1) / kGroupPixels;
  return std::all_of(batch.active, batch.active + groups,
                     [](const Active& active) { return active.count == 0; });
}

std::vector<PixelRun> joined(std::span<const Pixels> batches) {
  std::vector<PixelRun> runs;
  for (const Pixels& batch : batches) runs.insert(runs.end(), batch.runs.begin(), batch.runs.end());
  return runs;
}

// Calls f(i, what is active for batch i), from several threads.
template <class F>
void for_each_active(const GradientJob& job, std::span<const Pixels> batches, const F& f) {
  if (batches.empty()) return;
  const plan::PanelPlan& plan = job.constants.plan;
  const ActiveFinder& finder = job.kernel->active;
  const std::size_t parts = finder.parts ? finder.parts(plan, joined(batches)) : 0;
  if (parts == 0) {
    const ActiveSets everything(plan, kGroups);
    parallel_for(batches.size(), job.threads, [&](std::size_t i) { f(i, everything); });
    return;
  }
  const std::size_t at_once = (batches.size() + parts - 1) / parts;
  for (std::size_t from = 0; from < batches.size(); from += at_once) {
    const auto some = batches.subspan(from, std::min(at_once, batches.size() - from));
    const ActivePairs found = finder.find(plan, joined(some), job.threads);
    parallel_for(some.size(), job.threads, [&](std::size_t i) {
      f(from + i, ActiveSets(plan, found, i * kGroups, kGroups));
    });
  }
}

}  // namespace

std::vector<PixelRun> runs_of(const plan::PanelPlan& plan) {
  std::vector<PixelRun> runs;
  const auto& [first, last] = plan.region;
  const std::size_t width = last.fast - first.fast + 1;
  for (std::size_t slow = first.slow; slow <= last.slow; ++slow) {
    if (!plan.is_masked()) {
      runs.push_back({{slow, first.fast}, width});
      continue;
    }
    bool open = false;
    for (std::size_t fast = first.fast; fast <= last.fast; ++fast) {
      const PixelIndex pixel{slow, fast};
      const bool wanted = plan.renders(pixel);
      if (wanted && !open) runs.push_back({pixel, 0});
      if (wanted) ++runs.back().count;
      open = wanted;
    }
  }
  return runs;
}

std::size_t pixel_count(std::span<const PixelRun> runs) {
  std::size_t count = 0;
  for (const PixelRun& run : runs) count += run.count;
  return count;
}

void for_each_batch(const GradientJob& job, AmplitudeGradient amplitudes,
                    const std::function<void(const DifferentiatedPixels&)>& use) {
  const std::vector<Pixels> batches = cut(job.runs);
  for_each_active(job, batches, [&](std::size_t i, const ActiveSets& active) {
    const Coordinates coordinates(batches[i].runs);
    const PixelBatch batch = coordinates.batch(job, active);
    const auto slopes = std::make_unique<PixelSlopes>();
    AmplitudeSlopes by_amplitude;
    if (amplitudes == AmplitudeGradient::computed) slopes->amplitudes = &by_amplitude;
    slopes->is_dark = is_dark(batch);
    if (!slopes->is_dark) job.kernel->slopes(batch, *slopes);
    use({i, batches[i].first, batches[i].runs, batch, *slopes});
  });
}

}  // namespace nanobragg::kernel
