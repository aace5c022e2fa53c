// Refines one shot in stages.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/refine/problem.hpp"
#include "nanobragg/refine/shots/shot_loss.hpp"

namespace nanobragg::refine {

// Several parameters that move as one, by what each moves for one unit of the value: a group of
// panels, for example. It starts at 0.
struct NamedMotion {
  std::string name;
  std::vector<plan::ParameterId> ids;  // the first gives unit and bounds
  std::vector<double> weights;
};

// The order in which parameters become free: each stage keeps those of the ones before.
enum class ShotStage : std::uint8_t {
  scale,        // fluence
  orientation,  // missets
  spots,        // size, mosaicity, spectrum, divergence, B: what gives spots their shape and strength
  cell,
  all,
};
std::string_view name_of(ShotStage stage);
ShotStage stage_of(plan::ParameterId id);

struct ShotRequest {
  ParameterRequest parameters;
  std::vector<NamedMotion> motions;
  std::vector<Restraint> restraints;
  // Of each edge and angle of the cell about its start, relative; 0: none.
  double cell_sigma = 0.003;
  bool equal_cells = false;  // Na, Nb and Nc are one parameter where they start equal
  bool estimates_errors = true;
  ErrorModel errors;  // those of the start, or of all
  ShotStage first = ShotStage::scale;  // those before it are left out: the start is near
  int iterations = 30;                 // at most, of each cycle
  ShotCompute compute;
};

// What a stage did, for people.
struct StageReport {
  ShotStage stage;
  std::vector<std::string> free = {};
  std::vector<std::string> held = {};  // that no pixel sees here
  int iterations = 0;
  double reduced_chi_squared = 0.0;
  ErrorModel errors = {};
  double seconds = 0.0;  // since the start
};

struct SpotFit {
  std::size_t box;
  double factor, factor_sigma;  // of the intensity of its reflection
  double photons;               // of the spot, factor included, in the pixels of the box
  double background;            // mean photons a pixel
  double correlation;           // of model and pixels
  double chi_squared;           // mean over the pixels
};

// What the pixels say of a reflection's intensity, with the parameters of the end.
struct FactorFit {
  double factor;              // with what is known beforehand
  double alone, information;  // by the pixels alone, and the inverse of its variance
};

struct ShotFit {
  std::vector<SpotFit> spots;  // of each box
  double median_correlation = 0.0;
  double reduced_chi_squared = 0.0;
};

struct ShotResult {
  Experiment experiment;
  Outcome outcome = Outcome::converged;
  std::string why = {};
  std::vector<RefinedParameter> parameters = {};
  Correlations correlations = {};
  ErrorModel errors = {};
  std::vector<StageReport> stages = {};
  ShotFit before = {}, after = {};
  std::vector<FactorFit> factors = {};  // of each reflection of the data
  ModelOfPixels model_before = {}, model_after = {};
};

// Called after each stage.
using StageMonitor = std::function<Flow(const StageReport&)>;

// Throws Error where no parameter is seen by any pixel. Photons of `start` need no scale: the first
// stage finds it.
ShotResult refine_shot(const ShotData& data, const Experiment& start, const ShotRequest& request,
                       const StageMonitor& monitor = {});

// Which coordinates a normal matrix determines, those of a unit of the usual step by less than
// twice that: of those that it does not, the worst is left out, until it determines all others.
std::vector<bool> determined(std::span<const double> normal, std::span<const double> usual_step);

}  // namespace nanobragg::refine
