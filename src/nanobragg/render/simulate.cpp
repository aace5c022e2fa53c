// Runs a kernel over the panels and checks what came out.
#include "nanobragg/render/simulate.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"

namespace nanobragg::render {

Simulation simulate(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                    const kernel::RunOptions& options) {
  Simulation result;
  for (std::size_t i = 0; i < plan.detector.panels.size(); ++i) {
    Image<float> image(plan.detector.panels[i].shape);
    result.report.interpolation_fallbacks +=
        kernel.render_f32(plan, i, image.view(), options).interpolation_fallbacks;
    result.panels.push_back(std::move(image));
  }
  return result;
}

void check_finite(ImageView<const float> image) {
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (std::isfinite(pixels[i])) continue;
    throw Error(fmt::format("pixel slow {} fast {} is {} (not a number of photons)",
                            i / image.shape().fast, i % image.shape().fast, pixels[i]),
                "", "a parameter is extreme: look at -fluence, -distance, -fudge and the cell");
  }
}

}  // namespace nanobragg::render
