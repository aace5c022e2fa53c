// Refines one shot in stages.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/refine/problem.hpp"
#include "nanobragg/refine/shots/shot_loss.hpp"
#include "nanobragg/refine/shots/shot_parameters.hpp"
#include "nanobragg/refine/shots/shot_stages.hpp"

namespace nanobragg::refine {

// What a stage did, for people.
struct StageReport {
  ShotStage stage;
  std::vector<std::string> free = {};
  std::vector<std::string> held = {};  // that no pixel sees here
  int iterations = 0;
  double reduced_chi_squared = 0.0;
  ErrorModel errors = {};
  double seconds = 0.0;  // since the start
  // Of the stage of places: medians of the distances from where spots are measured, pixels.
  std::optional<std::array<double, 2>> apart = {};
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

// Lets a request go on where `before` ended, `start` being the experiment that once began it.
void go_on_from(const ShotResult& before, const Experiment& start, ShotRequest& request);

}  // namespace nanobragg::refine
