// Finds the spots, then adds them up band by band of the panel, so that every pixel adds up in the
// same order on any number of threads.
#include "nanobragg/kernel/analytic/analytic_kernel.hpp"

#include <algorithm>
#include <vector>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/analytic/spot_bands.hpp"
#include "nanobragg/kernel/analytic/spot_list.hpp"
#include "nanobragg/kernel/analytic/spot_sum.hpp"

namespace nanobragg::kernel::analytic {
namespace {

// To the pixels of a spot in some rows.
template <class Real>
void add_spot(const plan::PanelPlan& plan, const SpotSum& sum, const Spot& spot,
              const SpotBands::Rows& rows, ImageView<Real> image) {
  const RegionOfInterest& pixels = spot.footprint.pixels;
  const std::size_t last = std::min(rows.last, pixels.last.slow);
  for (std::size_t slow = std::max(rows.first, pixels.first.slow); slow <= last; ++slow) {
    const PixelsOfRow row = pixels_of_row(spot.footprint, slow);
    for (std::size_t fast = row.first; fast <= row.last; ++fast) {
      const PixelIndex pixel{slow, fast};
      if (plan.is_masked() && !plan.renders(pixel)) continue;
      image[pixel] =
          static_cast<Real>(static_cast<double>(image[pixel]) + sum.photons(spot, pixel));
    }
  }
}

}  // namespace

template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options) {
  const std::vector<Spot> spots = spots_of(plan, options.threads);
  const SpotSum sum(plan);
  const SpotBands bands(spots, plan.region);
  parallel_for(bands.count(), options.threads, [&](std::size_t band) {
    const SpotBands::Rows rows = bands.rows(band);
    for (const std::uint32_t i : bands.of_band(band)) add_spot(plan, sum, spots[i], rows, image);
    if (options.progress) {
      options.progress->advance((rows.last + 1 - rows.first) * image.shape().fast);
    }
  });
  return {};
}

template RunReport render<float>(const plan::PanelPlan&, ImageView<float>, const RunOptions&);
template RunReport render<double>(const plan::PanelPlan&, ImageView<double>, const RunOptions&);

}  // namespace nanobragg::kernel::analytic
