// Runs the C program's pixel loop over the detector in raster order.
#include "nanobragg/kernel/reference/reference_kernel.hpp"

#include "nanobragg/kernel/reference/pixel_loop.hpp"

namespace nanobragg::kernel::reference {

template <class Real>
RunReport render(const plan::SamplingPlan& plan, std::size_t panel, ImageView<Real> image,
                 const RunOptions& options) {
  PixelLoop loop(plan, panel);
  for (std::size_t slow = 0; slow < image.shape().slow; ++slow) {
    for (std::size_t fast = 0; fast < image.shape().fast; ++fast) {
      const PixelIndex pixel{slow, fast};
      if (plan.renders(pixel)) image[pixel] = static_cast<Real>(loop.photons(pixel));
    }
    if (options.progress) options.progress->advance(image.shape().fast);
  }
  return {loop.interpolation_fallbacks()};
}

template RunReport render<float>(const plan::SamplingPlan&, std::size_t, ImageView<float>,
                                 const RunOptions&);
template RunReport render<double>(const plan::SamplingPlan&, std::size_t, ImageView<double>,
                                  const RunOptions&);

}  // namespace nanobragg::kernel::reference
