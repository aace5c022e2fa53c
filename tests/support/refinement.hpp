// Experiments to recover from noisy images of themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nanobragg/refine/problem.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {

// A small protein crystal, turned by 1°, whose ellipsoidal spots fill a detector of 256 × 256
// pixels: every parameter of crystal and geometry shows.
ExperimentParts refinable_experiment(const CellParameters<double>& cell);
ExperimentParts refinable_experiment();  // triclinic
// The same on fewer pixels, turned by less.
Experiment small_truth();

// Counts of the experiment's photons and of `background` photons a pixel, with Poisson noise.
Image<double> noisy_image(const Experiment& experiment, double background, std::int64_t seed);

// The experiment with some parameters at other values: those of names and numbers in users' units.
struct Setting {
  std::string name;
  double value;
};
Experiment with(const Experiment& experiment, const std::vector<Setting>& settings);
double value_of(const Experiment& experiment, const std::string& name);  // users' units

// Refinement of `names`, starting at `start`, against one noisy image of `truth`.
refine::Problem problem_of(const Experiment& truth, const Experiment& start,
                           const std::vector<std::string>& names, std::int64_t seed);

// What refining throws, or nothing.
std::string error_of(const refine::Problem& problem);

// The refined value or standard uncertainty of a parameter, users' units.
double refined_value(const refine::Result& result, const std::string& name);
double uncertainty_of(const refine::Result& result, const std::string& name);

}  // namespace nanobragg::test
