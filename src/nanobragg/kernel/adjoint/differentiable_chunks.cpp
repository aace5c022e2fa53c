// Cuts runs of pixels into chunks and differentiates them.
#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/pixel/active_sets.hpp"

namespace nanobragg::kernel {
namespace {

constexpr std::size_t kGroups = kChunkPixels / kGroupPixels;

// The coordinates of a chunk, up to a whole group.
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
  std::size_t count() const { return count_; }
  // Of at most so many pixels.
  PixelBatch batch(std::size_t from, std::size_t most, const GradientJob& job,
                   const Preparation* prepared, const ActiveSets& active) const {
    return {.constants = &job.constants,
            .slow = slow_.data() + from,
            .fast = fast_.data() + from,
            .count = std::min(count_ - from, most),
            .active = active.data() + from / kGroupPixels,
            .precision = job.precision,
            .prepared = prepared};
  }

 private:
  std::size_t count_;
  std::array<double, kChunkPixels> slow_, fast_;
};

bool is_dark(const PixelBatch& batch) {
  const std::size_t groups = (batch.count + kGroupPixels - 1) / kGroupPixels;
  return std::all_of(batch.active, batch.active + groups,
                     [](const Active& active) { return active.count == 0; });
}

std::vector<PixelRun> joined(std::span<const CutChunk> chunks) {
  std::vector<PixelRun> runs;
  for (const CutChunk& chunk : chunks)
    runs.insert(runs.end(), chunk.runs.begin(), chunk.runs.end());
  return runs;
}

// Calls f(i, what is active for chunk i), from several threads.
template <class F>
void for_each_active(const GradientJob& job, std::span<const CutChunk> chunks, const F& f) {
  if (chunks.empty()) return;
  const plan::PanelPlan& plan = job.constants.plan;
  const ActiveFinder& finder = job.kernel->gradient.active;
  const std::size_t parts = finder.parts ? finder.parts(plan, joined(chunks)) : 0;
  if (parts == 0) {
    const ActiveSets everything(plan, kGroups);
    parallel_for(chunks.size(), job.threads, [&](std::size_t i) { f(i, everything); });
    return;
  }
  const std::size_t at_once = (chunks.size() + parts - 1) / parts;
  for (std::size_t from = 0; from < chunks.size(); from += at_once) {
    const auto some = chunks.subspan(from, std::min(at_once, chunks.size() - from));
    const ActivePairs found = finder.find(plan, joined(some), job.threads);
    parallel_for(some.size(), job.threads, [&](std::size_t i) {
      f(from + i, ActiveSets(plan, found, i * kGroups, kGroups));
    });
  }
}

class ChunkOfKernel : public DifferentiableChunk {
 public:
  ChunkOfKernel(const GradientJob& job, const Preparation* prepared, AmplitudeGradient amplitudes,
                const CutChunk& pixels, const ActiveSets& active)
      : job_(job),
        prepared_(prepared),
        amplitudes_(amplitudes),
        first_(pixels.first),
        coordinates_(pixels.runs),
        active_(active) {}

  void differentiate(const UseSlopes& use) const override {
    PixelSlopes slopes;
    AmplitudeSlopes by_amplitude;
    if (amplitudes_ == AmplitudeGradient::computed) slopes.amplitudes = &by_amplitude;
    // Interpolated amplitudes are so many that those of more than a group leave the cache.
    const bool has_many =
        slopes.amplitudes && job_.constants.plan.crystal.interpolation == Interpolation::tricubic;
    const std::size_t most = has_many ? kGroupPixels : kBatchPixels;
    for (std::size_t from = 0; from < coordinates_.count(); from += most) {
      const PixelBatch batch = coordinates_.batch(from, most, job_, prepared_, active_);
      by_amplitude.clear();
      if (is_dark(batch) || slopes.is_of_stages) slopes.make_dark();
      if (!is_dark(batch)) {
        slopes.is_dark = false;
        job_.kernel->gradient.slopes(batch, slopes);
      }
      use(first_ + from, batch, slopes);
    }
  }

  void add_weighted(const WeighPixels& weigh,
                    std::array<double, plan::kPlanInputs>& inputs) const override {
    const auto with_first = [&](std::size_t first, std::size_t count, const double* photons,
                                double* weights) {
      weigh(first_ + first, {photons, count}, {weights, count});
    };
    const auto call = [](const void* context, std::size_t first, std::size_t count,
                         const double* photons, double* weights) {
      (*static_cast<const decltype(with_first)*>(context))(first, count, photons, weights);
    };
    const PixelBatch whole = coordinates_.batch(0, kChunkPixels, job_, prepared_, active_);
    job_.kernel->gradient.weighted(whole, {call, &with_first}, inputs.data());
  }

 private:
  const GradientJob& job_;
  const Preparation* prepared_;
  AmplitudeGradient amplitudes_;
  std::size_t first_;
  Coordinates coordinates_;
  const ActiveSets& active_;
};

}  // namespace

std::vector<CutChunk> cut_into_chunks(std::span<const PixelRun> runs) {
  std::vector<CutChunk> chunks;
  std::size_t first = 0;
  std::size_t room = 0;
  for (PixelRun run : runs) {
    while (run.count > 0) {
      if (room == 0) {
        chunks.push_back({first, {}});
        room = kChunkPixels;
      }
      const std::size_t count = std::min(room, run.count);
      chunks.back().runs.push_back({run.first, count});
      run.first.fast += count;
      run.count -= count;
      first += count;
      room -= count;
    }
  }
  return chunks;
}

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

void for_each_chunk(
    const GradientJob& job, AmplitudeGradient amplitudes,
    const std::function<void(const PixelChunk& chunk, const DifferentiableChunk&)>& use) {
  const std::vector<CutChunk> chunks = cut_into_chunks(job.runs);
  std::shared_ptr<const Preparation> prepared;
  if (job.kernel->gradient.prepare) {
    const GradientConstants& constants = job.constants;
    prepared = job.kernel->gradient.prepare(constants.plan, *constants.tangents, job.threads);
  }
  for_each_active(job, chunks, [&](std::size_t i, const ActiveSets& active) {
    use({i, chunks[i].first, chunks[i].runs},
        ChunkOfKernel(job, prepared.get(), amplitudes, chunks[i], active));
  });
}

}  // namespace nanobragg::kernel
