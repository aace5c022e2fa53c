// Pixel-steps a second of every kernel, for every shape and both precisions, on one thread.
#include <benchmark/benchmark.h>

#include <string>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/model/wilson.hpp"

namespace nanobragg {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

// A lysozyme-like crystal, 20 orientations, 128 × 512 pixels.
Experiment experiment(CrystalShape shape, Interpolation interpolation) {
  CrystalValues crystal;
  crystal.cell = CellParameters<double>{79.1, 79.1, 37.9, 90 * kDegree, 90 * kDegree, 90 * kDegree};
  crystal.misset_rad = {0.2, -0.6, 1.0};
  crystal.cells = {20, 20, 40};
  crystal.shape = shape;
  crystal.fudge = shape == CrystalShape::square || shape == CrystalShape::round ? 1.0 : 1e-5;
  crystal.mosaicity = {Radian(0.2 * kDegree), 5, 1};
  BeamValues beam;
  beam.direction = {0, 0, 1};
  beam.polarisation_axis = {1, 0, 0};
  beam.kahn_factor = 0.9;
  PanelValues panel{.corner_m = {-0.05, -0.01, 0.2},
                    .fast = {1, 0, 0},
                    .slow = {0, 1, 0},
                    .normal = {0, 0, 1},
                    .pixel_size = Metre(1.72e-4),
                    .shape = {128, 512},
                    .close_distance = Metre(0.2),
                    .distance = Metre(0.2)};
  Detector detector;
  detector.panels = {Panel(panel)};
  Sampling sampling;
  sampling.interpolation = interpolation;
  const Spindle spindle{{1, 0, 0}, Radian(0.0), {4, 0.3 * kDegree, {}}};
  const auto f =
      std::make_shared<const StructureFactors>(wilson_amplitudes(*crystal.cell, 18.0, 1, 1.8, 0.0));
  return {Crystal(crystal), Beam(beam), spindle, detector, f, Metre(), sampling};
}

template <class Real>
void render(benchmark::State& state, const kernel::Kernel& kernel, CrystalShape shape,
            Interpolation interpolation) {
  const auto plan = plan::make_plan(experiment(shape, interpolation), compat::QuirkSet::physical());
  Image<Real> image(plan.detector.panels[0].shape);
  for (auto _ : state) {
    if constexpr (std::is_same_v<Real, float>) {
      kernel.render_f32(plan, 0, image.view(), {1, nullptr, kernel::Precision::float32});
    } else {
      kernel.render_f64(plan, 0, image.view(), {});
    }
  }
  const double steps = plan.steps * static_cast<double>(image.shape().size());
  state.counters["steps/s"] =
      benchmark::Counter(steps, benchmark::Counter::kIsIterationInvariantRate);
}

void register_all() {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    const auto add = [&](const std::string& name, CrystalShape shape, Interpolation interpolation) {
      const std::string base = std::string(kernel.name) + "/" + name;
      benchmark::RegisterBenchmark((base + "/f32").c_str(), render<float>, kernel, shape,
                                   interpolation)
          ->Unit(benchmark::kMillisecond);
      benchmark::RegisterBenchmark((base + "/f64").c_str(), render<double>, kernel, shape,
                                   interpolation)
          ->Unit(benchmark::kMillisecond);
    };
    for (const CrystalShapeInfo& row : kCrystalShapes) {
      add(std::string(row.name), row.shape, Interpolation::nearest);
    }
    add("tricubic", CrystalShape::square, Interpolation::tricubic);
  }
}

}  // namespace
}  // namespace nanobragg

int main(int argc, char** argv) {
  nanobragg::register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
