// Spots in closed form beside the same crystal in samples: stills and rotation images of large
// detectors, their derivatives, and how the time goes with the number of spots.
#include <benchmark/benchmark.h>

#include <cmath>
#include <memory>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/image/gradient.hpp"
#include "nanobragg/kernel/analytic/spot_list.hpp"
#include "nanobragg/model/wilson.hpp"

namespace nanobragg {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

struct Case {
  CellParameters<double> cell;
  double cells = 60;
  double spread_deg = 0.1;
  double turn_deg = 0.0;
  ImageShape shape;
  double pixel_m = 0.0;
  double spacing_A = 1.6;  // of the last reflections
  int domains = 30;
  int oversample = 14;
};

// A measured still's: 6.2 million pixels, cells of 59 and 152 Å, 30 domains by 14² sub-pixels.
Case pilatus_still() {
  const double right = 90 * kDegree;
  return {
      .cell = {58.6, 58.6, 151.9, right, right, right}, .shape = {2527, 2463}, .pixel_m = 1.72e-4};
}

Case eiger_lysozyme(double turn_deg) {
  const double right = 90 * kDegree;
  return {.cell = {79, 79, 38, right, right, right},
          .turn_deg = turn_deg,
          .shape = {4362, 4148},
          .pixel_m = 7.5e-5};
}

Experiment experiment_of(const Case& of) {
  CrystalValues crystal;
  crystal.cell = of.cell;
  crystal.misset_rad = {0.2, -0.6, 1.0};
  crystal.cells = {of.cells, of.cells, of.cells};
  crystal.shape = CrystalShape::gauss_cells;
  crystal.mosaicity = {.spread = Radian(of.spread_deg * kDegree),
                       .domains = of.domains,
                       .shape = MosaicShape::gauss,
                       .draw = DomainDraw::even};
  BeamValues beam;
  beam.direction = {0, 0, 1};
  beam.polarisation_axis = {1, 0, 0};
  beam.wavelength = Metre(1e-10);
  const double half = 0.5 * of.pixel_m;
  const PanelValues panel{.corner_m = {-half * static_cast<double>(of.shape.fast),
                                       -half * static_cast<double>(of.shape.slow), 0.2},
                          .fast = {1, 0, 0},
                          .slow = {0, 1, 0},
                          .normal = {0, 0, 1},
                          .pixel_size = Metre(of.pixel_m),
                          .shape = of.shape,
                          .close_distance = Metre(0.2),
                          .distance = Metre(0.2)};
  Detector detector;
  detector.panels = {Panel(panel)};
  Spindle spindle{{1, 0, 0}, Radian(0.0), {}};
  if (of.turn_deg > 0.0) spindle.oscillation = {1, of.turn_deg * kDegree, {}};
  Sampling sampling;
  sampling.oversample = of.oversample;
  const auto f = std::make_shared<const StructureFactors>(
      wilson_amplitudes(*crystal.cell, 18.0, 1, of.spacing_A, 0.0));
  return {.crystal = Crystal(crystal),
          .beam = Beam(beam),
          .spindle = spindle,
          .detector = detector,
          .structure_factors = f,
          .sampling = sampling};
}

// Into an image that is there; two threads.
void image(benchmark::State& state, const Case& of, const char* kernel) {
  const auto plan = plan::make_plan(experiment_of(of), compat::QuirkSet::physical());
  const auto panel = plan::panel_plan(plan, 0);
  Image<float> image(of.shape);
  for (auto _ : state) {
    kernel::find_kernel(kernel).render_f32(*panel, image.view(),
                                           {2, nullptr, kernel::Precision::float32});
  }
}

// The image of the pixels that are lit, and Σ (I − 1)²/2 over them with its derivatives by every
// parameter, on one thread.
void closure(benchmark::State& state, bool with_derivatives) {
  Case of = eiger_lysozyme(0.1);
  of.shape = {1200, 1200};
  const Experiment experiment = experiment_of(of);
  const auto& kernel = kernel::find_kernel("analytic");
  const auto plan = plan::make_plan(experiment, compat::QuirkSet::physical());
  const auto panel = plan::panel_plan(plan, 0);
  Image<float> image(of.shape);
  const auto weigh = [](std::size_t, std::span<const double> photons, std::span<double> weights) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = photons[i] - 1.0;
  };
  for (auto _ : state) {
    if (with_derivatives) {
      const image::Differentiable at(experiment, kernel, 1);
      benchmark::DoNotOptimize(image::gradient(at, 0, at.runs_of(0), weigh));
    } else {
      kernel.render_f32(*panel, image.view(), {1, nullptr, kernel::Precision::float64});
    }
  }
}

// Cells of growing volume, whose spots are as wide.
void many_spots(benchmark::State& state) {
  Case of = eiger_lysozyme(0.1);
  const double edge = static_cast<double>(state.range(0));
  const double right = 90 * kDegree;
  of.cell = {edge, edge, edge, right, right, right};
  of.cells = 4000 / edge;
  const auto plan = plan::make_plan(experiment_of(of), compat::QuirkSet::physical());
  const auto panel = plan::panel_plan(plan, 0);
  Image<float> image(of.shape);
  for (auto _ : state) {
    kernel::find_kernel("analytic")
        .render_f32(*panel, image.view(), {2, nullptr, kernel::Precision::float64});
  }
  state.counters["spots"] = static_cast<double>(kernel::analytic::spots_of(*panel, 2).size());
}

BENCHMARK_CAPTURE(image, pilatus_still_closed_form, pilatus_still(), "analytic")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(image, pilatus_still_sampled, pilatus_still(), "sparse")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);
BENCHMARK_CAPTURE(image, eiger_still, eiger_lysozyme(0.0), "analytic")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(image, eiger_turn, eiger_lysozyme(0.1), "analytic")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(closure, image_alone, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(closure, with_derivatives, true)->Unit(benchmark::kMillisecond);
BENCHMARK(many_spots)
    ->Arg(20)
    ->Arg(40)
    ->Arg(80)
    ->Arg(160)
    ->Arg(320)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace nanobragg

BENCHMARK_MAIN();
