// Goes through the pairs of source and orientation in blocks: first their patches, then the pixels,
// band by band of the panel, so that every pixel adds up in the same order on any number of
// threads. Panels whose sums would take much memory are rendered in parts.
#include "nanobragg/kernel/sparse/sparse_kernel.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/sparse/pixel_factors.hpp"
#include "nanobragg/kernel/sparse/pixel_totals.hpp"
#include "nanobragg/kernel/sparse/reflection_search.hpp"

namespace nanobragg::kernel::sparse {
namespace {

constexpr std::size_t kBandRows = 16;

// A pair of source and orientation; the sources change fastest.
struct Pairs {
  const plan::PanelPlan& plan;
  std::size_t count() const { return plan.beam.sources.size() * plan.crystal.lattices.size(); }
  std::size_t source(std::size_t pair) const { return pair % plan.beam.sources.size(); }
  std::size_t lattice(std::size_t pair) const { return pair / plan.beam.sources.size(); }
};

// What a pair costs on average, from a few pairs of all.
struct Load {
  double patches = 0.0;
  double pixels = 0.0;  // of all patches
};
// Nothing where a pair has more than `most_points` points to look at.
std::optional<Load> load_of(const plan::PanelPlan& plan, const ReflectionSearch& search,
                            std::size_t most_samples, double most_points) {
  const Pairs pairs{plan};
  const std::size_t samples = std::min(most_samples, pairs.count());
  Load load;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t pair = i * pairs.count() / samples;
    const auto patches = search.patches(plan.beam.sources[pairs.source(pair)],
                                        plan.crystal.lattices[pairs.lattice(pair)], most_points);
    if (!patches) return std::nullopt;
    load.patches += static_cast<double>(patches->size()) / static_cast<double>(samples);
    for (const Patch& patch : *patches) {
      load.pixels += static_cast<double>(patch.size()) / static_cast<double>(samples);
    }
  }
  return load;
}
constexpr std::size_t kSamples = 8;

// Adds patches up in a band of rows; the bands of one image may be worked on at the same time.
template <class Real>
class Band {
 public:
  Band(const plan::PanelPlan& plan, SumPatch sum_patch, std::size_t first_row)
      : plan_(plan), sum_patch_(sum_patch), first_(first_row), last_(first_row + kBandRows - 1) {}

  void add(const PatchTask& task, PixelTotals<Real>& totals) {
    Patch part = *task.patch;
    part.first.slow = std::max(part.first.slow, first_);
    part.last.slow = std::min(part.last.slow, last_);
    sums_.resize(part.size());
    sum_patch_({task.constants, task.source, task.axes, &part}, sums_.data());
    const double* sum = sums_.data();
    for (std::size_t slow = part.first.slow; slow <= part.last.slow; ++slow) {
      for (std::size_t fast = part.first.fast; fast <= part.last.fast; ++fast, ++sum) {
        const PixelIndex pixel{slow, fast};
        if (*sum == 0.0 || (plan_.is_masked() && !plan_.renders(pixel))) continue;
        totals.add(pixel, *sum);
      }
    }
  }

 private:
  const plan::PanelPlan& plan_;
  SumPatch sum_patch_;
  std::size_t first_, last_;
  std::vector<double> sums_;  // of one patch
};

std::vector<std::vector<Patch>> find_patches(const plan::PanelPlan& plan,
                                             const ReflectionSearch& search, std::size_t from,
                                             std::size_t count, std::size_t threads) {
  const Pairs pairs{plan};
  std::vector<std::vector<Patch>> found(count);
  parallel_for(count, threads, [&](std::size_t i) {
    found[i] = search.patches(plan.beam.sources[pairs.source(from + i)],
                              plan.crystal.lattices[pairs.lattice(from + i)]);
  });
  return found;
}

// Where a patch stands among those of a block.
struct PatchPlace {
  std::uint32_t pair, patch;
};

// The patches that reach each band, in their order.
std::vector<std::vector<PatchPlace>> by_band(const std::vector<std::vector<Patch>>& found,
                                             std::size_t first_row, std::size_t bands) {
  std::vector<std::vector<PatchPlace>> places(bands);
  for (std::uint32_t pair = 0; pair < found.size(); ++pair) {
    for (std::uint32_t i = 0; i < found[pair].size(); ++i) {
      const Patch& patch = found[pair][i];
      const std::size_t last = (patch.last.slow - first_row) / kBandRows;
      for (std::size_t band = (patch.first.slow - first_row) / kBandRows; band <= last; ++band) {
        places[band].push_back({pair, i});
      }
    }
  }
  return places;
}

// Pairs whose patches are held at once.
std::size_t block_size(const Load& load, std::size_t pairs) {
  constexpr double kPatches = 2e4;
  const double fit = kPatches / std::max(load.patches, 1.0);
  return std::clamp<std::size_t>(static_cast<std::size_t>(fit), 1, pairs);
}

// Costs are nanoseconds in single precision, measured (docs/performance.md).
double dense_step(CrystalShape shape) {
  switch (shape) {
    case CrystalShape::square:
      return 1.8;
    case CrystalShape::round:
      return 2.8;
    case CrystalShape::gauss:
    case CrystalShape::tophat:
    case CrystalShape::gauss_cells:
    case CrystalShape::tophat_cells:
      return 1.3;
  }
  __builtin_unreachable();
}

}  // namespace

bool is_worthwhile(const plan::PanelPlan& plan) {
  if (!ReflectionSearch::why_not(plan.detector, plan.crystal).empty()) return false;
  constexpr double kStep = 18.0;
  constexpr double kPatch = 460.0;
  constexpr double kRow = 23.0;
  const auto& [first, last] = plan.region;
  const double samples = static_cast<double>(plan.sampling.oversample) * plan.sampling.oversample *
                         plan.detector.layers.count;
  const double dense = dense_step(plan.crystal.shape) * samples *
                       static_cast<double>((last.slow - first.slow + 1)) *
                       static_cast<double>((last.fast - first.fast + 1));
  const ReflectionSearch search(plan);
  const auto cost = [&](const Load& load) {
    return kStep * load.pixels * samples + kPatch * load.patches + kRow * search.rows();
  };
  // Not even looked for where the search alone would take too long, nor twice where once shows it.
  if (cost({}) > dense) return false;
  constexpr double kPoint = 2.0;
  const double most_points = 2.0 * dense / kPoint;
  const auto of_one = load_of(plan, search, 1, most_points);
  if (!of_one || cost(*of_one) > 2.0 * dense) return false;
  const auto load = load_of(plan, search, kSamples, most_points);
  return load && cost(*load) < dense;
}

namespace {

// Tells of work done in pixels, of which there are as many as in the image.
class Progress {
 public:
  Progress(ProgressSink* sink, std::size_t pixels) : sink_(sink), pixels_(pixels) {}
  void reach(double fraction) {
    const auto done = static_cast<std::size_t>(fraction * static_cast<double>(pixels_));
    if (sink_) sink_->advance(done - reported_);
    reported_ = done;
  }

 private:
  ProgressSink* sink_;
  std::size_t pixels_;
  std::size_t reported_ = 0;
};

// The region of a plan, of which a progress from `begin` to `end` (fractions) is reported.
template <class Real>
class RegionRenderer {
 public:
  RegionRenderer(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options,
                 SumPatch sum_patch)
      : plan_(plan),
        image_(image),
        threads_(options.threads),
        sum_patch_(sum_patch),
        constants_(plan),
        search_(plan),
        first_(plan.region.first.slow),
        rows_(plan.region.last.slow + 1 - first_),
        totals_(image, first_, rows_) {
    for_each_pixel([&](PixelIndex pixel) { image_[pixel] = Real(0); });
  }

  void render(Progress& progress, double begin, double end) {
    const std::size_t pairs = pairs_.count();
    // Without a load a pair has so many patches that one at a time is enough.
    const auto load = load_of(plan_, search_, kSamples, ReflectionSearch::kMostPoints);
    const std::size_t block = load ? block_size(*load, pairs) : 1;
    for (std::size_t from = 0; from < pairs; from += block) {
      const std::size_t count = std::min(block, pairs - from);
      add_pairs(from, count);
      const double done = static_cast<double>(from + count) / static_cast<double>(pairs);
      progress.reach(begin + done * (end - begin));
    }
    write();
  }

 private:
  void add_pairs(std::size_t from, std::size_t count) {
    const auto patches = find_patches(plan_, search_, from, count, threads_);
    const std::size_t bands = (rows_ + kBandRows - 1) / kBandRows;
    const auto places = by_band(patches, first_, bands);
    parallel_for(bands, threads_, [&](std::size_t index) {
      Band<Real> band(plan_, sum_patch_, first_ + index * kBandRows);
      for (const auto& [i, patch] : places[index]) {
        const std::size_t pair = from + i;
        band.add({&constants_, &constants_.sources[pairs_.source(pair)],
                  &constants_.lattices[pairs_.lattice(pair)], &patches[i][patch]},
                 totals_);
      }
    });
  }

  void write() {
    const PixelFactors factors(constants_);
    for_each_pixel([&](PixelIndex pixel) {
      image_[pixel] = static_cast<Real>(factors.photons(pixel, totals_.at(pixel)));
    });
  }

  // That is rendered.
  template <class F>
  void for_each_pixel(const F& f) {
    parallel_for(rows_, threads_, [&](std::size_t row) {
      for (std::size_t fast = 0; fast < image_.shape().fast; ++fast) {
        const PixelIndex pixel{first_ + row, fast};
        if (plan_.renders(pixel)) f(pixel);
      }
    });
  }

  const plan::PanelPlan& plan_;
  Pairs pairs_{plan_};
  ImageView<Real> image_;
  std::size_t threads_;
  SumPatch sum_patch_;
  PanelConstants<double> constants_;
  ReflectionSearch search_;
  std::size_t first_, rows_;
  PixelTotals<Real> totals_;
};

// Rows whose sums take no more memory than this beside the image.
template <class Real>
std::size_t rows_at_once(const plan::PanelPlan& plan, ImageShape shape) {
  constexpr std::size_t kMostBytes = std::size_t{32} << 20;
  constexpr std::size_t kPixel = PixelTotals<Real>::bytes_a_pixel();
  const auto& [first, last] = plan.region;
  const std::size_t all = last.slow + 1 - first.slow;
  if constexpr (kPixel == 0)
    return all;
  else
    return std::clamp<std::size_t>(kMostBytes / (kPixel * shape.fast), 1, all);
}

}  // namespace

template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options,
                 SumPatch sum_patch) {
  Progress progress(options.progress, image.shape().size());
  const RegionOfInterest region = plan.region;
  const std::size_t rows = region.last.slow + 1 - region.first.slow;
  const std::size_t at_once = rows_at_once<Real>(plan, image.shape());
  if (at_once == rows) {
    RegionRenderer<Real>(plan, image, options, sum_patch).render(progress, 0.0, 1.0);
    return {};
  }
  plan::PanelPlan part = plan;
  const auto fraction = [&](std::size_t row) {
    return static_cast<double>(row) / static_cast<double>(rows);
  };
  for (std::size_t row = 0; row < rows; row += at_once) {
    const std::size_t end = std::min(row + at_once, rows);
    part.region.first.slow = region.first.slow + row;
    part.region.last.slow = region.first.slow + end - 1;
    RegionRenderer<Real>(part, image, options, sum_patch)
        .render(progress, fraction(row), fraction(end));
  }
  return {};
}

template RunReport render<float>(const plan::PanelPlan&, ImageView<float>, const RunOptions&,
                                 SumPatch);
template RunReport render<double>(const plan::PanelPlan&, ImageView<double>, const RunOptions&,
                                  SumPatch);

}  // namespace nanobragg::kernel::sparse
