// A refinement: what is known, what is asked for, and what came out.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/refine/background.hpp"
#include "nanobragg/refine/free_parameters.hpp"
#include "nanobragg/refine/loss.hpp"
#include "nanobragg/refine/pixels.hpp"

namespace nanobragg::refine {

// One image, taken with the spindle turned on from the experiment's.
struct Observation {
  Image<double> photons;  // NaN: does not count
  double turned_rad = 0.0;
};

enum class Method : std::uint8_t { levenberg_marquardt, lbfgs, adam };
// Whether amplitudes |F| of the table are refined too.
enum class Amplitudes : std::uint8_t { fixed, refined };

// Thrown by Options::progress: the method ends at the best state so far.
struct Stopped {};

struct Options {
  LossOptions loss;
  PixelSelection pixels = AllPixels{};
  BackgroundKind background = BackgroundKind::none;
  Method method = Method::levenberg_marquardt;
  int iterations = 0;  // at most; 0: what suits the method
  const kernel::Kernel* kernel = &kernel::find_kernel("auto");
  std::size_t threads = 1;
  // Called with how much of an evaluation of the loss is done, 0 to 1; called from several threads.
  std::function<void(double part)> progress;
};

struct Problem {
  Experiment start;
  std::vector<Observation> observations;
  ParameterRequest parameters;
  Amplitudes amplitudes = Amplitudes::fixed;
  std::vector<Restraint> restraints;
  Options options;
  std::vector<MillerIndex> reflections = {};  // whose amplitudes; none: all that show in the pixels
};

// Levenberg–Marquardt first fits a soft loss: Gaussian with so much read noise that faint pixels
// and the tails of spots do not trap it.
enum class Stage : std::uint8_t { softened, asked_for };

// One iteration, the start included.
struct Step {
  Stage stage = Stage::asked_for;
  int iteration = 0;
  double loss = 0.0;
  double gradient = 0.0;  // length of the gradient, in scaled coordinates
  double step = 0.0;      // length of the step that led here
  double seconds = 0.0;   // since the start
};

enum class Outcome : std::uint8_t { converged, out_of_iterations, interrupted, diverged };
enum class Flow : std::uint8_t { go_on, stop };
// Called after every iteration; may stop the refinement at the best state so far.
using Monitor = std::function<Flow(const Step& step)>;

// How well a model describes the pixels.
struct Fit {
  double loss = 0.0;
  double reduced_chi_squared = 0.0;  // by pixels less free parameters; 1 where noise alone remains
  Image<float> image;                // of the first observation: photons, background included
  Image<float> residuals;            // its (observed − model)/σ; 0 where no pixel counts
  std::vector<std::string> doubts = {};  // reasons to doubt the result, sentences
};

// Internal units, as plan::Parameter.
struct RefinedParameter {
  FreeParameter parameter;
  double value = 0.0;
  // Standard uncertainty; infinite where it is not determined, unset where it is held.
  std::optional<double> uncertainty = 0.0;
  bool at_bound = false;  // within a hundredth of the uncertainty that it has alone
  bool held = false;      // there, and so left out of the covariance

  bool is_determined() const { return !uncertainty || *uncertainty < kUndetermined; }
  static constexpr double kUndetermined = std::numeric_limits<double>::infinity();
};

struct RefinedAmplitude {
  MillerIndex index;
  double start = 0.0, value = 0.0, uncertainty = 0.0;
};

// Of parameters that are not held at a bound, and of amplitudes where they are few, in the state
// that is the result.
struct Correlations {
  std::vector<std::string> names;
  std::vector<double> rows;  // one after the other; NaN for what is not determined
  std::string undetermined;  // what the pixels do not determine, a clause; or empty

  double at(std::size_t i, std::size_t j) const { return rows[i * names.size() + j]; }
};

struct Result {
  Experiment experiment;
  Outcome outcome = Outcome::converged;
  std::string why;  // it stopped, a clause
  CrystalSystem system = CrystalSystem::triclinic;
  std::vector<RefinedParameter> parameters;
  Correlations correlations;
  std::vector<RefinedAmplitude> amplitudes;
  std::vector<double> backgrounds;  // of each observation: mean photons a pixel
  std::vector<Step> history;
  std::size_t pixels = 0;
  Fit before, after;
};

// Throws UsageError for a request that contradicts itself, Error for data that cannot determine the
// parameters at the start: images of another size or without a pixel, fewer pixels than parameters,
// parameters without effect on them, and combinations of parameters that no pixel determines.
Result refine(const Problem& problem, const Monitor& monitor = {});

}  // namespace nanobragg::refine
