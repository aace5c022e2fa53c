// Goes through the pairs of source and orientation in blocks: first their patches, then the pixels,
// band by band of the panel, so that every pixel adds up in the same order on any number of
// threads.
#include "nanobragg/kernel/sparse/sparse_kernel.hpp"

#include <algorithm>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/sparse/pixel_sums.hpp"
#include "nanobragg/kernel/sparse/reflection_search.hpp"

namespace nanobragg::kernel::sparse {
namespace {

constexpr std::size_t kBandRows = 16;

// A pair of source and orientation; the sources change fastest.
struct Pairs {
  const plan::SamplingPlan& plan;
  std::size_t count() const { return plan.beam.sources.size() * plan.crystal.lattices.size(); }
  std::size_t source(std::size_t pair) const { return pair % plan.beam.sources.size(); }
  std::size_t lattice(std::size_t pair) const { return pair / plan.beam.sources.size(); }
};

bool can_render(const plan::SamplingPlan& plan) {
  return plan.detector.curvature == Curvature::flat &&
         plan.crystal.interpolation == Interpolation::nearest;
}

// What a pair costs on average, from a few pairs of all.
struct Load {
  double patches = 0.0;
  double pixels = 0.0;  // of all patches
};
Load load_of(const plan::SamplingPlan& plan, const ReflectionSearch& search) {
  constexpr std::size_t kSamples = 8;
  const Pairs pairs{plan};
  const std::size_t samples = std::min(kSamples, pairs.count());
  Load load;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t pair = i * pairs.count() / samples;
    const auto patches = search.patches(plan.beam.sources[pairs.source(pair)],
                                        plan.crystal.lattices[pairs.lattice(pair)]);
    load.patches += static_cast<double>(patches.size()) / static_cast<double>(samples);
    for (const Patch& patch : patches) {
      load.pixels += static_cast<double>(patch.size()) / static_cast<double>(samples);
    }
  }
  return load;
}

// One band of rows in the light of a block of pairs.
template <class Lattice>
class Band {
 public:
  Band(const PixelSums& sums, const plan::SamplingPlan& plan, std::size_t first_row)
      : sums_(sums), plan_(plan), first_(first_row), last_(first_row + kBandRows - 1) {}

  void add(const std::vector<Patch>& patches, const Source<double>& source,
           const Axes<double>& axes, ImageView<double> totals) const {
    for (const Patch& patch : patches) add(patch, source, axes, totals);
  }

 private:
  void add(const Patch& patch, const Source<double>& source, const Axes<double>& axes,
           ImageView<double> totals) const {
    const std::size_t end = std::min(patch.last.slow, last_) + 1;
    for (std::size_t slow = std::max(patch.first.slow, first_); slow < end; ++slow) {
      for (std::size_t fast = patch.first.fast; fast <= patch.last.fast; ++fast) {
        const PixelIndex pixel{slow, fast};
        if (!plan_.renders(pixel)) continue;
        totals[pixel] += sums_.template sum<Lattice>(pixel, patch, source, axes);
      }
    }
  }

  const PixelSums& sums_;
  const plan::SamplingPlan& plan_;
  std::size_t first_, last_;
};

std::vector<std::vector<Patch>> find_patches(const plan::SamplingPlan& plan,
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

// Pairs whose patches are held at once.
std::size_t block_size(const Load& load, std::size_t pairs) {
  constexpr double kPatches = 2.5e5;
  const double fit = kPatches / std::max(load.patches, 1.0);
  return std::clamp<std::size_t>(static_cast<std::size_t>(fit), 1, pairs);
}

}  // namespace

bool is_worthwhile(const plan::SamplingPlan& plan, std::size_t panel) {
  if (!can_render(plan)) return false;
  // Measured in steps of the dense kernel: one of this kernel is about eight of them, a row of the
  // search about four.
  constexpr double kStep = 8.0;
  constexpr double kRow = 4.0;
  const auto& [first, last] = plan.detector.region;
  const double pixels = static_cast<double>((last.slow - first.slow + 1)) *
                        static_cast<double>((last.fast - first.fast + 1));
  const double samples = static_cast<double>(plan.sampling.oversample) * plan.sampling.oversample *
                         plan.detector.layers.count;
  const ReflectionSearch search(plan, panel);
  // Not even looked for where the search alone would take too long.
  if (kRow * search.rows() > pixels * samples) return false;
  const Load load = load_of(plan, search);
  return kStep * load.pixels * samples + kRow * search.rows() < pixels * samples;
}

template <class Real>
RunReport render(const plan::SamplingPlan& plan, std::size_t panel, ImageView<Real> image,
                 const RunOptions& options) {
  if (!can_render(plan)) {
    throw UsageError(
        "the sparse kernel with a curved detector or interpolated F (it starts from "
        "whole reflections on a flat panel)",
        "-kernel", "leave out -kernel");
  }
  const PanelConstants<double> constants(plan, panel);
  const PixelSums sums(constants);
  const ReflectionSearch search(plan, panel);
  const Pairs pairs{plan};
  const std::size_t bands = (image.shape().slow + kBandRows - 1) / kBandRows;
  const std::size_t block = block_size(load_of(plan, search), pairs.count());
  Image<double> totals(image.shape());
  std::size_t reported = 0;
  for (std::size_t from = 0; from < pairs.count(); from += block) {
    const std::size_t count = std::min(block, pairs.count() - from);
    const auto patches = find_patches(plan, search, from, count, options.threads);
    physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
      parallel_for(bands, options.threads, [&](std::size_t index) {
        const Band<decltype(lattice)> band(sums, plan, index * kBandRows);
        for (std::size_t i = 0; i < count; ++i) {
          band.add(patches[i], constants.sources[pairs.source(from + i)],
                   constants.lattices[pairs.lattice(from + i)], totals.view());
        }
      });
    });
    const auto done = static_cast<std::size_t>(static_cast<double>(from + count) /
                                               static_cast<double>(pairs.count()) *
                                               static_cast<double>(image.shape().size()));
    if (options.progress) options.progress->advance(done - reported);
    reported = done;
  }
  parallel_for(image.shape().slow, options.threads, [&](std::size_t slow) {
    for (std::size_t fast = 0; fast < image.shape().fast; ++fast) {
      const PixelIndex pixel{slow, fast};
      if (plan.renders(pixel)) {
        image[pixel] = static_cast<Real>(sums.photons(pixel, totals[pixel]));
      }
    }
  });
  return {};
}

template RunReport render<float>(const plan::SamplingPlan&, std::size_t, ImageView<float>,
                                 const RunOptions&);
template RunReport render<double>(const plan::SamplingPlan&, std::size_t, ImageView<double>,
                                  const RunOptions&);

}  // namespace nanobragg::kernel::sparse
