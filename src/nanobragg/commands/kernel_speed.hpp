// How fast the kernels are on this machine.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::commands {

// A lysozyme-like crystal in 20 orientations before 128 × 512 pixels, with amplitudes of Wilson's
// statistics: what speeds are stated for.
Experiment speed_experiment(CrystalShape shape, Interpolation interpolation);

// A crystal shape, or "tricubic" for the square one with interpolated amplitudes.
struct SpeedWork {
  std::string name;
  CrystalShape shape;
  Interpolation interpolation;
};
std::vector<SpeedWork> speed_works();
plan::SamplingPlan speed_plan(const SpeedWork& work);
bool can_compute(const kernel::Kernel& kernel, const SpeedWork& work, kernel::Precision precision);

// Of one core: pixel-steps (a pixel × source × orientation × sub-pixel) a second of processor time.
struct KernelSpeed {
  std::string work;
  kernel::Precision precision;
  std::string kernel;
  double steps_per_second;
};

// Renders again and again for at least `seconds` and takes the quickest.
KernelSpeed measure_speed(const kernel::Kernel& kernel, const SpeedWork& work,
                          kernel::Precision precision, double seconds);

std::string speeds_as_text(const std::vector<KernelSpeed>& speeds);
// With the environment that they were measured in.
std::string speeds_as_json(const std::vector<KernelSpeed>& speeds);

}  // namespace nanobragg::commands
