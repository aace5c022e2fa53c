// What derivatives cost beside the image itself: a rotation image of a lysozyme-like crystal, ten
// spindle steps, on one thread.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/image/gradient.hpp"
#include "nanobragg/model/wilson.hpp"

namespace nanobragg {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

// 2463 pixels by `rows`.
Experiment rotation_image(std::size_t rows) {
  CrystalValues crystal;
  crystal.cell = CellParameters<double>{27, 32, 34, 88 * kDegree, 109 * kDegree, 112 * kDegree};
  crystal.misset_rad = {0.2, -0.6, 1.0};
  crystal.cells = {36, 47, 29};
  BeamValues beam;
  beam.direction = {0, 0, 1};
  beam.polarisation_axis = {1, 0, 0};
  beam.wavelength = Metre(0.9768e-10);
  const double half = 0.5 * 1.72e-4;
  PanelValues panel{.corner_m = {-half * 2463, -half * static_cast<double>(rows) + 0.05, 0.23},
                    .fast = {1, 0, 0},
                    .slow = {0, 1, 0},
                    .normal = {0, 0, 1},
                    .pixel_size = Metre(1.72e-4),
                    .shape = {rows, 2463},
                    .close_distance = Metre(0.23),
                    .distance = Metre(0.23)};
  Detector detector;
  detector.panels = {Panel(panel)};
  const Spindle spindle{{1, 0, 0}, Radian(0.0), {10, 0.1 * kDegree, {}}};
  const auto f =
      std::make_shared<const StructureFactors>(wilson_amplitudes(*crystal.cell, 18.0, 1, 1.6, 0.0));
  return {.crystal = Crystal(crystal),
          .beam = Beam(beam),
          .spindle = spindle,
          .detector = detector,
          .structure_factors = f};
}

const std::vector<plan::ParameterId>& twenty_parameters() {
  static const std::vector<std::string> kNames{"cell",     "misset",      "N",    "fluence",
                                               "distance", "beam_centre", "tilt", "wavelength"};
  static const std::vector<plan::ParameterId> kIds = plan::find_parameters(kNames);
  return kIds;
}

constexpr std::size_t kRows = 160;

void forward(benchmark::State& state, kernel::Precision precision) {
  const auto plan = plan::make_plan(rotation_image(kRows), compat::QuirkSet::physical());
  Image<float> image(plan.detector.panels[0].shape);
  for (auto _ : state) {
    kernel::find_kernel("simd").render_f32(*plan::panel_plan(plan, 0), image.view(),
                                           {1, nullptr, precision});
  }
}

// Σ (I − 1)²/2 and its derivative by every parameter.
void closure(benchmark::State& state, std::size_t rows, std::size_t threads,
             kernel::Precision precision) {
  const Experiment experiment = rotation_image(rows);
  for (auto _ : state) {
    const image::Differentiable at(experiment, kernel::find_kernel("simd"), threads, precision);
    const auto runs = at.runs_of(0);
    const auto weigh = [](std::size_t, std::span<const double> photons, std::span<double> weights) {
      for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = photons[i] - 1.0;
    };
    benchmark::DoNotOptimize(image::gradient(at, 0, runs, weigh));
  }
}

void jacobian(benchmark::State& state) {
  const Experiment experiment = rotation_image(kRows);
  for (auto _ : state) {
    const image::Differentiable at(experiment, kernel::find_kernel("simd"), 1,
                                   kernel::Precision::float32);
    const auto runs = at.runs_of(0);
    image::Directions directions;
    for (const plan::ParameterId id : twenty_parameters()) directions.parameters.push_back({id});
    double sum = 0.0;
    for_each_jacobian_chunk(at, 0, runs, directions,
                            [&](const image::JacobianRows& batch) { sum += batch.rows[0]; });
    benchmark::DoNotOptimize(sum);
  }
}

// 92 boxes of 20 × 20 pixels.
void boxes(benchmark::State& state) {
  const Experiment experiment = rotation_image(kRows);
  std::vector<kernel::PixelRun> runs;
  for (std::size_t i = 0; i < 92; ++i) {
    for (std::size_t row = 0; row < 20; ++row) runs.push_back({{20 * (i % 7) + row, 26 * i}, 20});
  }
  const image::Differentiable at(experiment, kernel::find_kernel("simd"), 2,
                                 kernel::Precision::float32);
  const auto weigh = [](std::size_t, std::span<const double> photons, std::span<double> weights) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = photons[i] - 1.0;
  };
  for (auto _ : state) benchmark::DoNotOptimize(image::gradient(at, 0, runs, weigh));
}

// A still of a gauss crystal of 50 domains in 100 wavelengths, of which each lights a few pixels.
Experiment still_image() {
  Experiment e = rotation_image(kRows);
  CrystalValues crystal = *e.crystal;
  crystal.cell = CellParameters<double>{79.1, 79.1, 37.9, 90 * kDegree, 90 * kDegree, 90 * kDegree};
  crystal.cells = {20, 20, 20};
  crystal.shape = CrystalShape::gauss;
  crystal.mosaicity = {Radian(0.2 * kDegree), 50, 1};
  BeamValues beam = *e.beam;
  beam.dispersion = {100, 0.01, {}};
  e.crystal = Crystal(crystal);
  e.beam = Beam(beam);
  e.spindle = {{1, 0, 0}, Radian(0.0), {}};
  return e;
}

void still_forward(benchmark::State& state) {
  const auto plan = plan::make_plan(still_image(), compat::QuirkSet::physical());
  Image<float> image(plan.detector.panels[0].shape);
  for (auto _ : state)
    kernel::find_kernel("sparse").render_f32(*plan::panel_plan(plan, 0), image.view(), {});
}

void still_closure(benchmark::State& state, const char* kernel) {
  const image::Differentiable at(still_image(), kernel::find_kernel(kernel), 1,
                                 kernel::Precision::float32);
  const auto runs = at.runs_of(0);
  const auto weigh = [](std::size_t, std::span<const double> photons, std::span<double> weights) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = photons[i] - 1.0;
  };
  for (auto _ : state) benchmark::DoNotOptimize(image::gradient(at, 0, runs, weigh));
}

// Derivatives by every amplitude as well.
void by_amplitudes(benchmark::State& state, const char* kernel, Interpolation interpolation) {
  Experiment experiment = rotation_image(kRows);
  experiment.sampling.interpolation = interpolation;
  const image::Differentiable at(experiment, kernel::find_kernel(kernel), 1);
  const auto runs = at.runs_of(0);
  const auto weigh = [](std::size_t, std::span<const double> photons, std::span<double> weights) {
    std::ranges::copy(photons, weights.begin());
  };
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        image::gradient(at, 0, runs, weigh, kernel::AmplitudeGradient::computed));
  }
}

BENCHMARK_CAPTURE(forward, float32, kernel::Precision::float32)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(forward, float64, kernel::Precision::float64)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(closure, float32, kRows, 1, kernel::Precision::float32)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(closure, float64, kRows, 1, kernel::Precision::float64)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(closure, supervisor_size_two_threads, 2527, 2, kernel::Precision::float32)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(jacobian)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_amplitudes, nearest, "simd", Interpolation::nearest)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_amplitudes, nearest_scalar, "scalar", Interpolation::nearest)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_amplitudes, tricubic, "simd", Interpolation::tricubic)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_amplitudes, tricubic_scalar, "scalar", Interpolation::tricubic)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(still_forward)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(still_closure, sparse, "sparse")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(still_closure, simd, "simd")->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(boxes)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace nanobragg

BENCHMARK_MAIN();
