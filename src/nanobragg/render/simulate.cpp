// Runs a kernel over the panels and checks what came out.
#include "nanobragg/render/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/standard_arithmetic.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::render {
namespace {

template <class Real>
SimulationOf<Real> rendered(const plan::SamplingPlan& plan, kernel::RenderFunction<Real> run,
                            const kernel::RunOptions& options) {
  const StandardArithmetic arithmetic;
  SimulationOf<Real> result;
  const auto render = [&](const plan::SamplingPlan& of_panel) {
    Image<Real> image(of_panel.detector.panels.front().shape);
    result.report.interpolation_fallbacks +=
        run(of_panel, 0, image.view(), options).interpolation_fallbacks;
    return image;
  };
  const PanelStack stack = stack_of(plan.detector.panels);
  if (stack.first_row.size() == 1) {
    result.photons = render(plan);
    return result;
  }
  result.photons = Image<Real>(stack.shape);
  for (std::size_t i = 0; i < stack.first_row.size(); ++i) {
    const auto of_panel = plan::panel_plan(plan, i);
    if (!of_panel) continue;
    const Image<Real> panel = render(*of_panel);
    for (std::size_t slow = 0; slow < panel.shape().slow; ++slow) {
      std::ranges::copy(panel.view().row(slow),
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
  return rendered(plan, kernel.render_f32, options);
}

SimulationOf<double> simulate_f64(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                                  const kernel::RunOptions& options) {
  return rendered(plan, kernel.render_f64, options);
}

void check_finite(ImageView<const float> image) { check(image); }
void check_finite(ImageView<const double> image) { check(image); }

}  // namespace nanobragg::render
