// Runs the sum over a pixel for the pixels of a panel, in the arithmetic that is asked for.
#include "nanobragg/kernel/scalar/scalar_kernel.hpp"

#include <atomic>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/kernel/scalar/pixel_sum.hpp"

namespace nanobragg::kernel::scalar {
namespace {

// Calls f with a number of the type to compute in.
template <class F>
auto with_precision(Precision precision, F&& f) {
  return precision == Precision::float32 ? f(float{}) : f(double{});
}

template <class T, class Real>
RunReport render_in(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options) {
  const PanelConstants<T> constants(plan);
  std::atomic<std::size_t> fallbacks = 0;
  physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
    parallel_for(image.shape().slow, options.threads, [&](std::size_t slow) {
      std::size_t row_fallbacks = 0;
      for (std::size_t fast = 0; fast < image.shape().fast; ++fast) {
        const PixelIndex pixel{slow, fast};
        if (!plan.renders(pixel)) continue;
        PixelSum<decltype(lattice), T, NoRecorder> sum(constants, {});
        image[pixel] = static_cast<Real>(sum.photons(pixel));
        row_fallbacks += sum.interpolation_fallbacks();
      }
      fallbacks += row_fallbacks;
      if (options.progress) options.progress->advance(image.shape().fast);
    });
  });
  return {fallbacks};
}

}  // namespace

template <class Real>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options) {
  return with_precision(options.precision,
                        [&]<class T>(T) { return render_in<T, Real>(plan, image, options); });
}

void trace(const plan::PanelPlan& plan, std::span<const PixelIndex> pixels,
           const TraceOptions& options, const RecordSink& sink) {
  with_precision(options.precision, [&]<class T>(T) {
    const PanelConstants<T> constants(plan);
    physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
      for (const PixelIndex pixel : pixels) {
        PixelSum<decltype(lattice), T, PixelRecorder> sum(
            constants, PixelRecorder(pixel, plan.index, options.steps));
        sum.photons(pixel);
        sum.recorder().record().precision = options.precision;
        sink(sum.recorder().record());
      }
    });
  });
}

template RunReport render<float>(const plan::PanelPlan&, ImageView<float>, const RunOptions&);
template RunReport render<double>(const plan::PanelPlan&, ImageView<double>, const RunOptions&);

}  // namespace nanobragg::kernel::scalar
