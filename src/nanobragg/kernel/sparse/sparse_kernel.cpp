// Goes through the pairs of source and orientation in blocks: first their patches, then the pixels,
// band by band of the panel, so that every pixel adds up in the same order on any number of
// threads.
#include "nanobragg/kernel/sparse/sparse_kernel.hpp"

#include <algorithm>
#include <cstdint>
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
Load load_of(const plan::SamplingPlan& plan, const ReflectionSearch& search,
             std::size_t most_samples) {
  const Pairs pairs{plan};
  const std::size_t samples = std::min(most_samples, pairs.count());
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
constexpr std::size_t kSamples = 8;

// One band of rows.
template <class Lattice>
class Band {
 public:
  Band(const PixelSums& sums, const plan::SamplingPlan& plan, std::size_t first_row)
      : sums_(sums), plan_(plan), first_(first_row), last_(first_row + kBandRows - 1) {}

  // In the light of one patch.
  void add(const Patch& patch, const Source<double>& source, const Axes<double>& axes,
           ImageView<double> totals) const {
    const std::size_t end = std::min(patch.last.slow, last_) + 1;
    for (std::size_t slow = std::max(patch.first.slow, first_); slow < end; ++slow) {
      for (std::size_t fast = patch.first.fast; fast <= patch.last.fast; ++fast) {
        const PixelIndex pixel{slow, fast};
        if (plan_.detector.mask && !plan_.renders(pixel)) continue;
        totals[pixel] += sums_.template sum<Lattice>(pixel, patch, source, axes);
      }
    }
  }

 private:
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

// Where a patch stands among those of a block.
struct PatchPlace {
  std::uint32_t pair, patch;
};

// The patches that reach each band, in their order.
std::vector<std::vector<PatchPlace>> by_band(const std::vector<std::vector<Patch>>& found,
                                             std::size_t bands) {
  std::vector<std::vector<PatchPlace>> places(bands);
  for (std::uint32_t pair = 0; pair < found.size(); ++pair) {
    for (std::uint32_t i = 0; i < found[pair].size(); ++i) {
      const Patch& patch = found[pair][i];
      const std::size_t last = patch.last.slow / kBandRows;
      for (std::size_t band = patch.first.slow / kBandRows; band <= last; ++band) {
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

}  // namespace

bool is_worthwhile(const plan::SamplingPlan& plan, std::size_t panel) {
  if (!can_render(plan)) return false;
  // Measured in steps of the dense kernel (docs/performance.md).
  constexpr double kStep = 11.0;
  constexpr double kPatch = 35.0;
  constexpr double kRow = 5.0;
  const auto& [first, last] = plan.detector.region;
  const double samples = static_cast<double>(plan.sampling.oversample) * plan.sampling.oversample *
                         plan.detector.layers.count;
  const double dense = samples * static_cast<double>((last.slow - first.slow + 1)) *
                       static_cast<double>((last.fast - first.fast + 1));
  const ReflectionSearch search(plan, panel);
  const auto cost = [&](const Load& load) {
    return kStep * load.pixels * samples + kPatch * load.patches + kRow * search.rows();
  };
  // Not even looked for where the search alone would take too long, nor twice where once shows it.
  if (cost({}) > dense || cost(load_of(plan, search, 1)) > 2.0 * dense) return false;
  return cost(load_of(plan, search, kSamples)) < dense;
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
  const std::size_t block = block_size(load_of(plan, search, kSamples), pairs.count());
  Image<double> totals(image.shape());
  std::size_t reported = 0;
  for (std::size_t from = 0; from < pairs.count(); from += block) {
    const std::size_t count = std::min(block, pairs.count() - from);
    const auto patches = find_patches(plan, search, from, count, options.threads);
    const auto places = by_band(patches, bands);
    physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
      parallel_for(bands, options.threads, [&](std::size_t index) {
        const Band<decltype(lattice)> band(sums, plan, index * kBandRows);
        for (const auto& [i, patch] : places[index]) {
          const std::size_t pair = from + i;
          band.add(patches[i][patch], constants.sources[pairs.source(pair)],
                   constants.lattices[pairs.lattice(pair)], totals.view());
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
