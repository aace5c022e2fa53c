// Cuts a panel into rows and hands them to the code for this machine's instruction set.
#include "nanobragg/kernel/simd/simd_kernel.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/kernel/pixel/reachable_squares.hpp"
#include "nanobragg/kernel/simd/code.hpp"

namespace nanobragg::kernel::simd {
namespace {

// What a panel's rows share; a task refers to it.
struct Shared {
  Shared(const plan::PanelPlan& plan, Precision precision) : constants(plan) {
    const bool is_nearest = plan.crystal.interpolation == Interpolation::nearest;
    if (precision == Precision::float32 && is_nearest) squares.emplace(plan);
    append_products(by_pixel, plan.panel.pixel_size.value() * plan.panel.fast);
    for (const SourceConstants<double>& source : constants.sources) {
      append_products(by_incident, source.inverse_wavelength_per_m * source.incident);
    }
  }

  RowTask task() const {
    const plan::PanelPlan& plan = constants.plan;
    return {.constants = &constants,
            .table = amplitude_table(*plan.crystal.structure_factors),
            .squared_table = squares ? squares->table() : SquaredTable{},
            .along_row = {.incident = by_incident, .pixel = by_pixel, .start = {}, .lines = {}},
            .slow = 0,
            .begin = plan.region.first.fast,
            .end = plan.region.last.fast + 1};
  }

  PanelConstants<double> constants;
  std::optional<ReachableSquares> squares;
  std::vector<Vec3<double>> by_incident, by_pixel;  // AlongRow

 private:
  void append_products(std::vector<Vec3<double>>& products, const Vec3<double>& v) const {
    for (const Axes<double>& axes : constants.lattices) products.push_back(axis_products(axes, v));
  }
};

// The pixels of a row that are to be rendered, from the first to the last of them.
void narrow_to_mask(RowTask& task, const plan::PanelPlan& plan) {
  const auto wanted = [&](std::size_t fast) { return plan.renders({task.slow, fast}); };
  while (task.begin < task.end && !wanted(task.begin)) ++task.begin;
  while (task.begin < task.end && !wanted(task.end - 1)) --task.end;
}

NANOBRAGG_VECTOR_CLONES
void copy_row(std::span<const double> from, std::span<float> to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<float>(from[i]);
}
void copy_row(std::span<const double> from, std::span<double> to) {
  std::ranges::copy(from, to.begin());
}

// Of the pixels begin … end − 1 of a row.
template <class Real>
void write_row(const RowTask& task, std::span<const double> photons, ImageView<Real> image) {
  const auto row = image.row(task.slow).subspan(task.begin, photons.size());
  if (!task.constants->plan.is_masked()) {
    copy_row(photons, row);
    return;
  }
  for (std::size_t i = 0; i < photons.size(); ++i) {
    if (task.constants->plan.renders({task.slow, task.begin + i}))
      row[i] = static_cast<Real>(photons[i]);
  }
}

}  // namespace

AmplitudeTable amplitude_table(const StructureFactors& f) {
  AmplitudeTable table;
  table.default_amplitude = f.default_amplitude();
  if (!f.has_table()) return table;
  const auto& [low, high] = f.box();
  table.amplitudes = f.table().data();
  table.min[0] = low.h;
  table.min[1] = low.k;
  table.min[2] = low.l;
  table.max[0] = high.h;
  table.max[1] = high.k;
  table.max[2] = high.l;
  table.size_k = static_cast<double>(f.box().size_k());
  table.size_l = static_cast<double>(f.box().size_l());
  return table;
}

// Of as many sub-pixels at a time: more would leave the cache, and cost memory for every thread.
constexpr std::size_t kMostLines = 64 * 64;

template <class Real, Isa kIsa>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options) {
  const Code& code = code_for(kIsa);
  const RenderRow render_row =
      options.precision == Precision::float32 ? code.render_single : code.render_full;
  const Shared shared(plan, options.precision);
  const RowTask whole = shared.task();
  const auto oversample = static_cast<std::size_t>(plan.sampling.oversample);
  std::atomic<std::size_t> fallbacks = 0;
  parallel_for(image.shape().slow, options.threads, [&](std::size_t slow) {
    RowTask task = whole;
    task.slow = slow;
    narrow_to_mask(task, plan);
    std::vector<Vec3<double>> starts(plan.crystal.lattices.size());
    task.along_row.start = starts;
    std::vector<PixelLine> lines(std::min(oversample * oversample, kMostLines));
    task.along_row.lines = lines;
    const std::size_t pixels = task.end - task.begin;
    const auto photons = std::make_unique_for_overwrite<double[]>(pixels + kMostPixelsOfStrip);
    if (pixels > 0) fallbacks += render_row(task, photons.get()).interpolation_fallbacks;
    write_row<Real>(task, {photons.get(), pixels}, image);
    if (options.progress) options.progress->advance(image.shape().fast);
  });
  return {fallbacks};
}

#define NANOBRAGG_RENDER(Real, isa) \
  template RunReport render<Real, isa>(const plan::PanelPlan&, ImageView<Real>, const RunOptions&);
#define NANOBRAGG_RENDER_BOTH(isa) NANOBRAGG_RENDER(float, isa) NANOBRAGG_RENDER(double, isa)
NANOBRAGG_RENDER_BOTH(Isa::best)
NANOBRAGG_RENDER_BOTH(Isa::sse4)
NANOBRAGG_RENDER_BOTH(Isa::avx2)
NANOBRAGG_RENDER_BOTH(Isa::avx512)
NANOBRAGG_RENDER_BOTH(Isa::neon)
#undef NANOBRAGG_RENDER_BOTH
#undef NANOBRAGG_RENDER

}  // namespace nanobragg::kernel::simd
