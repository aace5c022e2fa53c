// Cuts a panel into rows and hands them to the code for this machine's instruction set.
#include "nanobragg/kernel/simd/simd_kernel.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/kernel/reachable_squares.hpp"
#include "nanobragg/kernel/simd/code.hpp"
#include "nanobragg/physics/factors.hpp"

namespace nanobragg::kernel::simd {
namespace {

std::vector<Source> sources_of(const plan::BeamSamples& beam) {
  std::vector<Source> sources;
  for (const plan::SourceSample& sample : beam.sources) {
    Source source{sample.incident, 1.0 / sample.wavelength_m, sample.weight, {}};
    if (beam.kahn_factor != 0.0) {
      source.frame = physics::polarisation_frame(sample.incident, beam.polarisation_axis);
    }
    sources.push_back(source);
  }
  return sources;
}

// What a panel's rows share; a task refers to it.
struct Shared {
  Shared(const plan::SamplingPlan& samples, std::size_t panel_index, Precision precision)
      : plan(samples), panel(samples.detector.panels[panel_index]), sources(sources_of(plan.beam)) {
    const bool is_nearest = plan.crystal.interpolation == Interpolation::nearest;
    if (precision == Precision::float32 && is_nearest) squares.emplace(samples, panel_index);
    const Vec3<double> pixel = panel.pixel_size.value() * panel.fast;
    append_products(by_pixel, pixel);
    for (const Source& source : sources) {
      append_products(by_incident, source.inverse_wavelength_per_m * source.incident);
    }
  }

  RowTask task() const {
    const plan::CrystalSamples& crystal = plan.crystal;
    return {.plan = &plan,
            .panel = &panel,
            .sources = sources,
            .lattice_size = physics::lattice_size(crystal),
            .table = amplitude_table(*crystal.structure_factors),
            .squared_table = squares ? squares->table() : SquaredTable{},
            .along_row = {.incident = by_incident, .pixel = by_pixel, .start = {}, .lines = {}},
            .scale = physics::photons_of_sum(plan),
            .water = physics::water_photons(plan),
            .slow = 0,
            .begin = plan.detector.region.first.fast,
            .end = plan.detector.region.last.fast + 1};
  }

  const plan::SamplingPlan& plan;
  const PanelValues& panel;
  std::vector<Source> sources;
  std::optional<ReachableSquares> squares;
  std::vector<Vec3<double>> by_incident, by_pixel;  // AlongRow

 private:
  void append_products(std::vector<Vec3<double>>& products, const Vec3<double>& v) const {
    for (const Axes<double>& axes : plan.crystal.lattices) {
      products.push_back(axis_products(axes, v));
    }
  }
};

// The pixels of a row that are to be rendered, from the first to the last of them.
void narrow_to_mask(RowTask& task, const plan::SamplingPlan& plan) {
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
  if (!task.plan->detector.mask) {
    copy_row(photons, row);
    return;
  }
  for (std::size_t i = 0; i < photons.size(); ++i) {
    if (task.plan->renders({task.slow, task.begin + i})) row[i] = static_cast<Real>(photons[i]);
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
RunReport render(const plan::SamplingPlan& plan, std::size_t panel, ImageView<Real> image,
                 const RunOptions& options) {
  const Code& code = code_for(kIsa);
  const RenderRow render_row =
      options.precision == Precision::float32 ? code.render_single : code.render_full;
  const Shared shared(plan, panel, options.precision);
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

#define NANOBRAGG_RENDER(Real, isa)                                                             \
  template RunReport render<Real, isa>(const plan::SamplingPlan&, std::size_t, ImageView<Real>, \
                                       const RunOptions&);
#define NANOBRAGG_RENDER_BOTH(isa) NANOBRAGG_RENDER(float, isa) NANOBRAGG_RENDER(double, isa)
NANOBRAGG_RENDER_BOTH(Isa::best)
NANOBRAGG_RENDER_BOTH(Isa::sse4)
NANOBRAGG_RENDER_BOTH(Isa::avx2)
NANOBRAGG_RENDER_BOTH(Isa::avx512)
NANOBRAGG_RENDER_BOTH(Isa::neon)
#undef NANOBRAGG_RENDER_BOTH
#undef NANOBRAGG_RENDER

}  // namespace nanobragg::kernel::simd
