// Sets up the work, takes processor time, and writes tables.
#include "nanobragg/commands/kernel_speed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/commands/compare/environment.hpp"
#include "nanobragg/config/options/words.hpp"
#include "nanobragg/model/wilson.hpp"

namespace nanobragg::commands {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

plan::SamplingPlan speed_plan(const SpeedWork& work) {
  return plan::make_plan(speed_experiment(work.shape, work.interpolation),
                         compat::QuirkSet::physical());
}

Experiment speed_experiment(CrystalShape shape, Interpolation interpolation) {
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
  return {.crystal = Crystal(crystal),
          .beam = Beam(beam),
          .spindle = spindle,
          .detector = detector,
          .structure_factors = f,
          .sampling = sampling};
}

std::vector<SpeedWork> speed_works() {
  std::vector<SpeedWork> works;
  for (const CrystalShapeInfo& row : kCrystalShapes) {
    works.push_back({std::string(row.name), row.shape, Interpolation::nearest});
  }
  works.push_back({"tricubic", CrystalShape::square, Interpolation::tricubic});
  return works;
}

bool can_compute(const kernel::Kernel& kernel, const SpeedWork& work, kernel::Precision precision) {
  if (precision == kernel::Precision::float32 &&
      kernel.precisions == kernel::PrecisionSupport::float64) {
    return false;
  }
  return kernel.why_not(speed_plan(work)).empty();
}

KernelSpeed measure_speed(const kernel::Kernel& kernel, const SpeedWork& work,
                          kernel::Precision precision, double seconds) {
  const plan::SamplingPlan plan = speed_plan(work);
  const plan::PanelPlan panel = *plan::panel_plan(plan, 0);
  Image<float> image(plan.detector.panels[0].shape);
  const double steps = plan.steps * static_cast<double>(image.shape().size());
  double quickest = std::numeric_limits<double>::infinity();
  const double start = processor_seconds();
  double now = start;
  do {
    kernel.render_f32(panel, image.view(), {.precision = precision});
    const double end = processor_seconds();
    quickest = std::min(quickest, end - now);
    now = end;
  } while (now - start < seconds);
  return {work.name, precision, std::string(kernel.name), steps / quickest};
}

std::string speeds_as_text(const std::vector<KernelSpeed>& speeds) {
  std::string text = fmt::format("{:<12}{:<10}{:<14}{:>20}{:>12}\n", "work", "dtype", "kernel",
                                 "Mpixel-steps/s/core", "ns/step");
  for (const KernelSpeed& speed : speeds) {
    text += fmt::format("{:<12}{:<10}{:<14}{:>20.1f}{:>12.2f}\n", speed.work,
                        config::word_of(speed.precision), speed.kernel,
                        speed.steps_per_second / 1e6, 1e9 / speed.steps_per_second);
  }
  return text;
}

std::string speeds_as_json(const std::vector<KernelSpeed>& speeds) {
  nlohmann::ordered_json out;
  out["environment"] = nlohmann::ordered_json::parse(environment_json(nullptr));
  out["speeds"] = nlohmann::ordered_json::array();
  for (const KernelSpeed& speed : speeds) {
    out["speeds"].push_back({{"work", speed.work},
                             {"dtype", config::word_of(speed.precision)},
                             {"kernel", speed.kernel},
                             {"pixel_steps_per_second", speed.steps_per_second}});
  }
  return out.dump(1) + "\n";
}

}  // namespace nanobragg::commands
