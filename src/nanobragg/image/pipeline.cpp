// Runs the stages over the panels and checks what came out.
#include "nanobragg/image/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/standard_arithmetic.hpp"
#include "nanobragg/image/liquid_haloes.hpp"
#include "nanobragg/image/point_spread.hpp"
#include "nanobragg/image/stages.hpp"
#include "nanobragg/image/surroundings.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::image {
namespace {

// Renders one panel after the other.
template <class Real>
class Renderer {
 public:
  Renderer(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
           kernel::RenderFunction<Real> run, const kernel::RunOptions& options,
           SharedStages& shared)
      : plan_(plan),
        kernel_(kernel),
        run_(run),
        options_(options),
        shared_(shared),
        curves_(scene_of(plan)) {}

  void render(const plan::PanelPlan& panel, ImageView<Real> image) {
    const Surroundings surroundings(panel);
    render_lattices(surroundings, image);
    Stages(surroundings.plan(), kernel_.water, curves_).apply_to(image, options_.threads);
    if (surroundings.is_spread()) spread(panel, surroundings.plan().region, image);
  }
  const kernel::RunReport& report() const { return report_; }

 private:
  void render_lattices(const Surroundings& surroundings, ImageView<Real> image) {
    add(run_(surroundings.plan(), image, options_));
    LiquidHaloes(surroundings.plan(), curves_).apply_to(image, options_.threads);
    if (plan_.further_lattices.empty()) return;
    const auto scale = [&](Real& photons) { photons *= static_cast<Real>(plan_.shares.front()); };
    std::ranges::for_each(image.pixels(), scale);
    kernel::RunOptions silent = options_;
    silent.progress = nullptr;  // which counts pixels
    for (std::size_t i = 0; i < plan_.further_lattices.size(); ++i) {
      Image<Real> own(image.shape());
      const plan::PanelPlan lattice = surroundings.plan_of(plan_.further_lattices[i]);
      add(run_(lattice, own.view(), silent));
      LiquidHaloes(lattice, curves_).apply_to(own.view(), options_.threads);
      const auto share = static_cast<Real>(plan_.shares[i + 1]);
      std::ranges::transform(image.pixels(), own.pixels(), image.pixels().begin(),
                             [&](Real sum, Real photons) { return sum + share * photons; });
    }
  }
  void add(const kernel::RunReport& report) {
    report_.interpolation_fallbacks += report.interpolation_fallbacks;
  }

  // Of the pixels in a region; only what the panel renders is kept.
  void spread(const plan::PanelPlan& panel, const RegionOfInterest& region, ImageView<Real> image) {
    const auto& [first, last] = region;
    Image<double> part({last.slow + 1 - first.slow, last.fast + 1 - first.fast});
    for_each_pair(part, region, image, [](double& to, Real& from) { to = from; });
    shared_
        .spread_over_pixels(*panel.detector.point_spread, panel.panel.pixel_size.value(),
                            part.shape(), options_.threads)
        ->apply_to(part.view(), options_.threads);
    // Rounding of transforms can leave a little less than nothing.
    for_each_pair(part, region, image,
                  [](double from, Real& to) { to = static_cast<Real>(std::max(from, 0.0)); });
    for (std::size_t slow = 0; slow < image.shape().slow; ++slow) {
      for (std::size_t fast = 0; fast < image.shape().fast; ++fast) {
        if (!panel.renders({slow, fast})) image[{slow, fast}] = Real(0);
      }
    }
  }
  template <class Use>
  static void for_each_pair(Image<double>& part, const RegionOfInterest& region,
                            ImageView<Real> image, Use use) {
    for (std::size_t slow = 0; slow < part.shape().slow; ++slow) {
      const auto own = part.view().row(slow);
      const auto of_image = image.row(region.first.slow + slow).subspan(region.first.fast);
      for (std::size_t fast = 0; fast < own.size(); ++fast) use(own[fast], of_image[fast]);
    }
  }

  const plan::SamplingPlan& plan_;
  const kernel::Kernel& kernel_;
  kernel::RenderFunction<Real> run_;
  const kernel::RunOptions& options_;
  SharedStages& shared_;
  AmorphousCurves curves_;
  kernel::RunReport report_;
};

template <class Real>
SimulationOf<Real> rendered(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                            kernel::RenderFunction<Real> run, const kernel::RunOptions& options,
                            SharedStages* shared) {
  const StandardArithmetic arithmetic;
  kernel::check_can_render(kernel, plan);
  SharedStages own;
  Renderer<Real> renderer(plan, kernel, run, options, shared != nullptr ? *shared : own);
  SimulationOf<Real> result;
  const PanelStack stack = stack_of(plan.detector.panels);
  result.photons = Image<Real>(stack.shape);
  for (std::size_t i = 0; i < stack.first_row.size(); ++i) {
    const auto panel = plan::panel_plan(plan, i);
    if (!panel) continue;
    if (panel->panel.shape == stack.shape) {
      renderer.render(*panel, result.photons.view());
      continue;
    }
    Image<Real> image(panel->panel.shape);
    renderer.render(*panel, image.view());
    for (std::size_t slow = 0; slow < image.shape().slow; ++slow) {
      std::ranges::copy(image.view().row(slow),
                        result.photons.view().row(stack.first_row[i] + slow).begin());
    }
  }
  result.report = renderer.report();
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
                    const kernel::RunOptions& options, SharedStages* shared) {
  return rendered(plan, kernel, kernel.render_f32, options, shared);
}

Simulation simulate(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                    const kernel::RunOptions& options) {
  return simulate(plan, kernel, options, nullptr);
}

SimulationOf<double> simulate_f64(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                                  const kernel::RunOptions& options) {
  return rendered(plan, kernel, kernel.render_f64, options, nullptr);
}

void trace(const plan::PanelPlan& plan, const kernel::Kernel& kernel,
           std::span<const PixelIndex> pixels, const kernel::TraceOptions& options,
           const kernel::RecordSink& sink) {
  const AmorphousCurves curves(scene_of(plan));
  const LiquidHaloes haloes(plan, curves);
  const Stages stages(plan, kernel.water, curves);
  kernel.trace(plan, pixels, options, [&](const kernel::PixelRecord& of_kernel) {
    kernel::PixelRecord record = of_kernel;
    haloes.apply_to(record);
    stages.apply_to(record);
    sink(record);
  });
}

void complete(const plan::PanelPlan& plan, kernel::Water water, kernel::PixelRecord& record) {
  const AmorphousCurves curves(scene_of(plan));
  LiquidHaloes(plan, curves).apply_to(record);
  Stages(plan, water, curves).apply_to(record);
}

void check_finite(ImageView<const float> image) { check(image); }
void check_finite(ImageView<const double> image) { check(image); }

}  // namespace nanobragg::image
