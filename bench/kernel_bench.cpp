// Pixel-steps a second of every kernel, for every shape and both precisions, on one thread.
#include <benchmark/benchmark.h>

#include <string>

#include "nanobragg/commands/kernel_speed.hpp"

namespace nanobragg {
namespace {

template <class Real>
void render(benchmark::State& state, const kernel::Kernel& kernel,
            const commands::SpeedWork& work) {
  const plan::SamplingPlan plan = commands::speed_plan(work);
  const plan::PanelPlan panel = *plan::panel_plan(plan, 0);
  Image<Real> image(plan.detector.panels[0].shape);
  for (auto _ : state) {
    if constexpr (std::is_same_v<Real, float>) {
      kernel.render_f32(panel, image.view(), {1, nullptr, kernel::Precision::float32});
    } else {
      kernel.render_f64(panel, image.view(), {});
    }
  }
  const double steps = plan.steps * static_cast<double>(image.shape().size());
  state.counters["steps/s"] =
      benchmark::Counter(steps, benchmark::Counter::kIsIterationInvariantRate);
}

void register_all() {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    for (const commands::SpeedWork& work : commands::speed_works()) {
      if (!kernel.why_not(commands::speed_plan(work)).empty()) continue;
      const std::string base = std::string(kernel.name) + "/" + work.name;
      benchmark::RegisterBenchmark((base + "/f32").c_str(), render<float>, kernel, work)
          ->Unit(benchmark::kMillisecond);
      benchmark::RegisterBenchmark((base + "/f64").c_str(), render<double>, kernel, work)
          ->Unit(benchmark::kMillisecond);
    }
  }
}

}  // namespace
}  // namespace nanobragg

int main(int argc, char** argv) {
  nanobragg::register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
