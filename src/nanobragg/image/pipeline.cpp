// Runs the stages over the panels and checks what came out.
#include "nanobragg/image/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/standard_arithmetic.hpp"
#include "nanobragg/image/stages.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::image {
namespace {

template <class Real>
SimulationOf<Real> rendered(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                            kernel::RenderFunction<Real> run, const kernel::RunOptions& options) {
  const StandardArithmetic arithmetic;
  kernel::check_can_render(kernel, plan);
  SimulationOf<Real> result;
  const auto render = [&](const plan::PanelPlan& panel, ImageView<Real> image) {
    result.report.interpolation_fallbacks += run(panel, image, options).interpolation_fallbacks;
    Stages(panel, kernel.water).apply_to(image, options.threads);
  };
  const PanelStack stack = stack_of(plan.detector.panels);
  result.photons = Image<Real>(stack.shape);
  for (std::size_t i = 0; i < stack.first_row.size(); ++i) {
    const auto panel = plan::panel_plan(plan, i);
    if (!panel) continue;
    if (panel->panel.shape == stack.shape) {
      render(*panel, result.photons.view());
      continue;
    }
    Image<Real> image(panel->panel.shape);
    render(*panel, image.view());
    for (std::size_t slow = 0; slow < image.shape().slow; ++slow) {
      std::ranges::copy(image.view().row(slow),
                        result.photons.view().row(stack.first_row[i] + slow).begin());
    }
  }
  return result;
}

template <class Real>
void check(ImageView<const Real> image) {
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (std::isfinite(pixels[i])) continue;
    throw Error(fmt::format("pixel slow {} fast {} is {} (not a number of photons)",
                            i / image.shape().fast, i % image.shape().fast, pixels[i]),
                "", "a parameter is extreme: look at -fluence, -distance, -fudge and the cell");
  }
}

}  // namespace

Simulation simulate(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                    const kernel::RunOptions& options) {
  return rendered(plan, kernel, kernel.render_f32, options);
}

SimulationOf<double> simulate_f64(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                                  const kernel::RunOptions& options) {
  return rendered(plan, kernel, kernel.render_f64, options);
}

void trace(const plan::PanelPlan& plan, const kernel::Kernel& kernel,
           std::span<const PixelIndex> pixels, const kernel::TraceOptions& options,
           const kernel::RecordSink& sink) {
  const Stages stages(plan, kernel.water);
  kernel.trace(plan, pixels, options, [&](const kernel::PixelRecord& of_kernel) {
    kernel::PixelRecord record = of_kernel;
    stages.apply_to(record);
    sink(record);
  });
}

void check_finite(ImageView<const float> image) { check(image); }
void check_finite(ImageView<const double> image) { check(image); }

}  // namespace nanobragg::image
