// Runs the C program's pixel loop over the detector in raster order.
#include "nanobragg/kernel/reference/reference_kernel.hpp"

#include "nanobragg/kernel/reference/pixel_loop.hpp"

namespace nanobragg::kernel::reference {

template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options) {
  constexpr Formulas kFormulas;
  PixelLoop loop(plan, kFormulas);
  for (std::size_t slow = 0; slow < image.shape().slow; ++slow) {
    for (std::size_t fast = 0; fast < image.shape().fast; ++fast) {
      const PixelIndex pixel{slow, fast};
      if (plan.renders(pixel)) image[pixel] = static_cast<Real>(loop.photons(pixel));
    }
    if (options.progress) options.progress->advance(image.shape().fast);
  }
  return {loop.interpolation_fallbacks()};
}

namespace {

template <class F>
void trace_with(const F& formulas, const plan::PanelPlan& plan, std::span<const PixelIndex> pixels,
                const TraceOptions& options, const RecordSink& sink) {
  const std::size_t width = plan.panel.shape.fast;
  PixelLoop loop(plan, formulas);
  std::size_t next = 0;  // raster position of the first pixel that was not passed
  for (const PixelIndex pixel : pixels) {
    const std::size_t end = pixel.slow * width + pixel.fast;
    for (; next < end && !loop.settled(); ++next) {
      const PixelIndex before{next / width, next % width};
      if (plan.renders(before)) loop.photons(before);
    }
    next = end + 1;
    sink(loop.record(pixel, options.steps));
  }
}

}  // namespace

void trace(const plan::PanelPlan& plan, std::span<const PixelIndex> pixels,
           const TraceOptions& options, const RecordSink& sink) {
  trace_with(Formulas{}, plan, pixels, options, sink);
}

PixelRecord changed_record(const ChangedFormulas& formulas, const plan::PanelPlan& plan,
                           PixelIndex pixel) {
  PixelRecord record;
  trace_with(formulas, plan, {&pixel, 1}, {}, [&](const PixelRecord& found) { record = found; });
  return record;
}

template RunReport render<float>(const plan::PanelPlan&, ImageView<float>, const RunOptions&);
template RunReport render<double>(const plan::PanelPlan&, ImageView<double>, const RunOptions&);

}  // namespace nanobragg::kernel::reference
