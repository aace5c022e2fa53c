// Cuts runs of pixels into chunks, differentiates them and adds up what they give.
#include "nanobragg/kernel/gradient.hpp"

#include <algorithm>
#include <unordered_map>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/gradient_chunk.hpp"
#include "nanobragg/kernel/lights.hpp"

namespace nanobragg::kernel {
namespace {

// Enough for a chunk's own cost to vanish, few enough for every thread to have some.
constexpr std::size_t kPixelsAChunk = 1024;

// The pixels of one chunk: pieces of runs, and their coordinates.
struct Pixels {
  std::size_t first = 0;
  std::vector<PixelRun> runs;
};

std::vector<Pixels> cut(std::span<const PixelRun> runs) {
  std::vector<Pixels> chunks;
  std::size_t first = 0;
  std::size_t room = 0;
  for (PixelRun run : runs) {
    while (run.count > 0) {
      if (room == 0) {
        chunks.push_back({first, {}});
        room = kPixelsAChunk;
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

// The arrays that a chunk points to.
class Workspace {
 public:
  Workspace(const GradientJob& job, const Pixels& pixels, const Lights& lights)
      : count_(pixel_count(pixels.runs)) {
    const std::size_t padded = (count_ + kGradientLanes - 1) / kGradientLanes * kGradientLanes;
    slow_.resize(padded);
    fast_.resize(padded);
    photons_.resize(padded);
    auto slow = slow_.begin();
    auto fast = fast_.begin();
    for (const PixelRun& run : pixels.runs) {
      slow = std::fill_n(slow, run.count, static_cast<double>(run.first.slow));
      const auto first = static_cast<double>(run.first.fast);
      for (int i = 0; i < static_cast<int>(run.count); ++i) *fast++ = first + i;
    }
    std::fill(slow, slow_.end(), slow_[count_ - 1]);
    std::fill(fast, fast_.end(), fast_[count_ - 1]);
    chunk_ = {.constants = &job.constants,
              .slow = slow_.data(),
              .fast = fast_.data(),
              .count = count_,
              .lights = lights.data(),
              .precision = job.precision,
              .photons = photons_.data(),
              .along = {},
              .weighted = {}};
  }
  GradientChunk& chunk() { return chunk_; }
  std::size_t padded() const { return photons_.size(); }
  std::span<const double> photons() const { return std::span(photons_).first(count_); }

 private:
  std::vector<double> slow_, fast_, photons_;
  std::size_t count_;
  GradientChunk chunk_{};
};

std::vector<PixelRun> joined(std::span<const Pixels> chunks) {
  std::vector<PixelRun> runs;
  for (const Pixels& chunk : chunks) runs.insert(runs.end(), chunk.runs.begin(), chunk.runs.end());
  return runs;
}

std::size_t panel_of(const GradientConstants& in) {
  return static_cast<std::size_t>(in.panel - in.plan->detector.panels.data());
}

// Calls f(i, light of chunk i), from several threads.
template <class F>
void for_each_chunk(const GradientJob& job, std::span<const Pixels> chunks, const F& f) {
  constexpr std::size_t kGroups = kPixelsAChunk / kGradientLanes;
  if (chunks.empty()) return;
  const plan::SamplingPlan& plan = *job.constants.plan;
  const std::size_t panel = panel_of(job.constants);
  const LightFinder& light = job.kernel->light;
  const std::size_t parts = light.parts ? light.parts(plan, panel, joined(chunks)) : 0;
  if (parts == 0) {
    const Lights everything(plan, kGroups);
    parallel_for(chunks.size(), job.threads, [&](std::size_t i) { f(i, everything); });
    return;
  }
  const std::size_t at_once = (chunks.size() + parts - 1) / parts;
  for (std::size_t from = 0; from < chunks.size(); from += at_once) {
    const auto some = chunks.subspan(from, std::min(at_once, chunks.size() - from));
    const LitPairs lit = light.find(plan, panel, joined(some), job.threads);
    parallel_for(some.size(), job.threads,
                 [&](std::size_t i) { f(from + i, Lights(plan, lit, i * kGroups, kGroups)); });
  }
}

struct Weigher {
  const WeighPixels* weigh;
  std::size_t first;
};

void weigh(const void* context, std::size_t first, std::size_t count, const double* photons,
           double* weights) {
  const auto& weigher = *static_cast<const Weigher*>(context);
  (*weigher.weigh)(weigher.first + first, {photons, count}, {weights, count});
}

// Σ weight·∂photons/∂amplitude, by positions in the table. What a vector of pixels owes waits until
// their weights are known; steps that follow each other see the same reflections nearly always.
class AmplitudeSums {
 public:
  void add(std::size_t position, std::span<const double> by_amplitude) {
    // A guess that may be old, or another's: then the position waits a second time.
    std::size_t& at = last_seen_[position % last_seen_.size()];
    if (at >= waiting_.size() || waiting_[at].position != position) {
      at = waiting_.size();
      waiting_.push_back({position, {}});
    }
    auto& sums = waiting_[at].by_amplitude;
    for (std::size_t i = 0; i < by_amplitude.size(); ++i) sums[i] += by_amplitude[i];
  }
  void settle(std::span<const double> weights) {
    for (const auto& [position, by_amplitude] : waiting_) {
      double sum = 0.0;
      for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * by_amplitude[i];
      sums_[position] += sum;
    }
    waiting_.clear();
  }
  void add_to(std::span<double> table) const {
    for (const auto& [position, sum] : sums_) table[position] += sum;
  }

 private:
  struct Entry {
    std::size_t position;
    std::array<double, kGradientLanes> by_amplitude;
  };
  std::vector<Entry> waiting_;
  std::array<std::size_t, 256> last_seen_{};  // where in waiting_
  std::unordered_map<std::size_t, double> sums_;
};

void collect(void* collector, std::size_t position, const double* by_amplitude, std::size_t lanes) {
  static_cast<AmplitudeSums*>(collector)->add(position, {by_amplitude, lanes});
}
void settle(void* collector, const double* weights, std::size_t lanes) {
  static_cast<AmplitudeSums*>(collector)->settle({weights, lanes});
}

// Rows of derivatives by some amplitudes, for one chunk.
class AmplitudeRows {
 public:
  using RowOf = std::unordered_map<std::size_t, std::size_t>;  // by position in the table

  AmplitudeRows(const RowOf& row_of, std::span<double> rows, std::size_t stride)
      : row_of_(row_of), rows_(rows), stride_(stride) {}

  void add(std::size_t position, std::span<const double> by_amplitude) {
    const auto found = row_of_.find(position);
    if (found == row_of_.end()) return;
    const auto row = rows_.subspan(found->second * stride_ + first_, by_amplitude.size());
    for (std::size_t i = 0; i < row.size(); ++i) row[i] += by_amplitude[i];
  }
  void advance(std::size_t pixels) { first_ += pixels; }

  // Where `chunk` is to leave what it finds.
  WeightedSums target(double* numbers) {
    return {
        .numbers = numbers,
        .weigh = [](const void*, std::size_t, std::size_t count, const double*,
                    double* weights) { std::fill_n(weights, count, 0.0); },
        .context = nullptr,
        .collect =
            [](void* rows, std::size_t position, const double* by_amplitude, std::size_t lanes) {
              static_cast<AmplitudeRows*>(rows)->add(position, {by_amplitude, lanes});
            },
        .settle = [](void* rows, const double*,
                     std::size_t lanes) { static_cast<AmplitudeRows*>(rows)->advance(lanes); },
        .collector = this};
  }

 private:
  const RowOf& row_of_;
  std::span<double> rows_;
  const std::size_t stride_;
  std::size_t first_ = 0;  // of the pixels at hand
};

}  // namespace

std::vector<PixelRun> runs_of(const plan::SamplingPlan& plan) {
  std::vector<PixelRun> runs;
  const auto& [first, last] = plan.detector.region;
  const std::size_t width = last.fast - first.fast + 1;
  for (std::size_t slow = first.slow; slow <= last.slow; ++slow) {
    if (!plan.detector.mask) {
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

WeightedGradient weighted_gradient(const GradientJob& job, const WeighPixels& weigh_pixels,
                                   AmplitudeGradient amplitudes) {
  struct Part {
    std::array<double, plan::kPlanNumbers> numbers{};
    AmplitudeSums amplitudes;
  };
  const bool collecting = amplitudes == AmplitudeGradient::computed;
  const std::vector<Pixels> chunks = cut(job.runs);
  std::vector<Part> parts(chunks.size());
  for_each_chunk(job, chunks, [&](std::size_t i, const Lights& lights) {
    Workspace workspace(job, chunks[i], lights);
    const Weigher weigher{&weigh_pixels, chunks[i].first};
    workspace.chunk().weighted = {.numbers = parts[i].numbers.data(),
                                  .weigh = weigh,
                                  .context = &weigher,
                                  .collect = collecting ? collect : nullptr,
                                  .settle = settle,
                                  .collector = &parts[i].amplitudes};
    job.kernel->differentiate(workspace.chunk());
  });
  WeightedGradient total{};
  if (collecting) {
    total.amplitudes.resize(job.constants.plan->crystal.structure_factors->table().size());
  }
  for (const Part& part : parts) {
    for (std::size_t i = 0; i < plan::kPlanNumbers; ++i) total.numbers[i] += part.numbers[i];
    part.amplitudes.add_to(total.amplitudes);
  }
  return total;
}

std::size_t chunk_count(const GradientJob& job) {
  return (pixel_count(job.runs) + kPixelsAChunk - 1) / kPixelsAChunk;
}

void for_each_jacobian_chunk(const GradientJob& job, const Directions& directions,
                             const std::function<void(const JacobianChunk&)>& take) {
  const auto& tangents = directions.tangents;
  const auto& amplitudes = directions.amplitudes;
  AmplitudeRows::RowOf row_of;
  for (const std::size_t position : amplitudes) row_of.emplace(position, row_of.size());
  const std::vector<Pixels> chunks = cut(job.runs);
  for_each_chunk(job, chunks, [&](std::size_t i, const Lights& lights) {
    Workspace workspace(job, chunks[i], lights);
    const std::size_t stride = workspace.padded();
    std::vector<double> rows((tangents.size() + amplitudes.size()) * stride);
    workspace.chunk().along = {.tangents = tangents.empty() ? nullptr : tangents.front().data(),
                               .count = tangents.size(),
                               .rows = rows.data(),
                               .stride = stride};
    AmplitudeRows by_amplitude(row_of, std::span(rows).subspan(tangents.size() * stride), stride);
    std::array<double, plan::kPlanNumbers> unused{};
    if (!amplitudes.empty()) workspace.chunk().weighted = by_amplitude.target(unused.data());
    job.kernel->differentiate(workspace.chunk());
    take({i, chunks[i].first, chunks[i].runs, workspace.photons(), rows, stride});
  });
}

}  // namespace nanobragg::kernel
