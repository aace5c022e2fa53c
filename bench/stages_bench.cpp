// What the stages of a realistic image cost beside its crystal: a rotation image of 20 domains and
// 4 spindle steps, one megapixel, on one thread.
#include <benchmark/benchmark.h>

#include <cmath>
#include <memory>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/image/amorphous.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/image/point_spread.hpp"
#include "nanobragg/model/wilson.hpp"

namespace nanobragg {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;
constexpr double kPixel = 7.5e-5;
constexpr ImageShape kShape{500, 2068};

// A molecule whose amplitude falls as that of water does.
AmorphousSlab slab(double thickness_m) {
  ScatteringTable table;
  for (int i = 0; i <= 100; ++i) {
    const double stol = 0.01 * i;
    table.stol_per_A.push_back(stol);
    table.amplitude_e.push_back(2.57 + 6.0 * std::exp(-std::pow((stol - 0.16) / 0.05, 2)));
  }
  return {{"liquid", std::make_shared<const ScatteringTable>(table), 1000.0, 0.018},
          Metre(thickness_m)};
}

plan::SamplingPlan plan_of_image(std::size_t slabs) {
  CrystalValues crystal;
  crystal.cell = CellParameters<double>{79, 79, 38, 90 * kDegree, 90 * kDegree, 90 * kDegree};
  crystal.misset_rad = {0.2, -0.6, 1.0};
  crystal.cells = {30, 30, 60};
  crystal.mosaicity.spread = Radian(0.1 * kDegree);
  crystal.mosaicity.domains = 20;
  BeamValues beam;
  beam.direction = {0, 0, 1};
  beam.polarisation_axis = {1, 0, 0};
  PanelValues panel{.corner_m = {-0.5 * kPixel * 2068, -0.02, 0.15},
                    .fast = {1, 0, 0},
                    .slow = {0, 1, 0},
                    .normal = {0, 0, 1},
                    .pixel_size = Metre(kPixel),
                    .shape = kShape,
                    .close_distance = Metre(0.15),
                    .distance = Metre(0.15)};
  Detector detector;
  detector.panels = {Panel(panel)};
  const Experiment experiment{.crystal = Crystal(crystal),
                              .beam = Beam(beam),
                              .spindle = {{1, 0, 0}, Radian(0.0), {4, 0.1 * kDegree, {}}},
                              .detector = detector,
                              .structure_factors = std::make_shared<const StructureFactors>(
                                  wilson_amplitudes(*crystal.cell, 18.0, 1, 1.6, 0.0)),
                              .slabs = std::vector(slabs, slab(5e-5)),
                              .sampling = {}};
  return plan::make_plan(experiment, compat::QuirkSet::physical());
}

void crystal(benchmark::State& state, const char* kernel) {
  const auto plan = plan_of_image(0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(image::simulate(plan, kernel::find_kernel(kernel),
                                             {1, nullptr, kernel::Precision::float32}));
  }
}

void background(benchmark::State& state) {
  const auto plan = plan_of_image(2);
  const auto panel = plan::panel_plan(plan, 0);
  Image<float> image(kShape);
  for (auto _ : state) {
    const image::AmorphousCurves curves(image::scene_of(plan));
    image::Amorphous(*panel, curves).apply_to(image.view(), 1);
  }
}

void point_spread(benchmark::State& state, PointSpreadShape shape) {
  Image<double> image(kShape);
  for (double& photons : image.pixels()) photons = 1.0;
  for (auto _ : state) {
    image::SpreadOverPixels({shape, Metre(1.3 * kPixel)}, kPixel, kShape, 1)
        .apply_to(image.view(), 1);
  }
}

void counting(benchmark::State& state) {
  Image<float> image(kShape);
  for (float& photons : image.pixels()) photons = 5.0F;
  for (auto _ : state) benchmark::DoNotOptimize(image::count_photons(image.view(), 1, 1));
}

BENCHMARK_CAPTURE(crystal, dense, "simd")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(crystal, sparse, "sparse")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(background)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(point_spread, gauss, PointSpreadShape::gauss)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(point_spread, fibre, PointSpreadShape::fibre)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(counting)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace nanobragg

BENCHMARK_MAIN();
