// The loss of one shot: the pixels of its boxes, whose planes and factors follow what is refined.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/refine/free_parameters.hpp"
#include "nanobragg/refine/normal_loss.hpp"
#include "nanobragg/refine/shots/box_fit.hpp"
#include "nanobragg/refine/shots/error_model.hpp"
#include "nanobragg/refine/shots/spot_boxes.hpp"

namespace nanobragg::refine {

// Boxes of one reflection: itself and its equivalents in the shot.
struct BoxesOfReflection {
  MillerIndex index;               // the one that stands for all
  std::vector<std::size_t> boxes;  // numbers in BoxedPixels
  FactorPrior prior;
};

// What a shot is refined against.
struct ShotData {
  BoxedPixels pixels;
  std::vector<BoxesOfReflection> reflections;
  Robust robust;
  bool has_measured_places = false;  // of spots: else they are predicted
};

struct ShotCompute {
  const kernel::Kernel* kernel;
  std::size_t threads = 1;
};

// Photons of the spots alone, with factors of 1, of all pixels; and their derivatives.
struct SpotPhotons {
  std::vector<double> photons;
  std::vector<double> rows;  // of coordinate i and pixel j at i·size + j; empty unless wanted
};

// A restraint on a coordinate of the list, internal units.
struct CoordinateRestraint {
  std::size_t coordinate;
  double value, sigma;
};

// Adds them to the loss of these coordinates.
void add_restraints(std::span<const CoordinateRestraint> restraints,
                    const FreeParameters& parameters, std::span<const double> x, Evaluation& to);

// In coordinates.
struct CoordinateBounds {
  std::vector<double> lower, upper, usual_step;
};
CoordinateBounds bounds_of(const FreeParameters& parameters);

// Not thread-safe: it keeps what it evaluated last.
class ShotLoss : public NormalLoss {
 public:
  // `data` outlives it.
  ShotLoss(const ShotData& data, const Experiment& start, FreeParameters parameters,
           ShotCompute compute);

  // The experiment that the parameters begin at, without what planes stand for.
  const Experiment& start() const { return start_; }
  const FreeParameters& parameters() const { return parameters_; }
  std::size_t size() const override { return parameters_.list.size(); }
  std::size_t pixels() const override { return data_->pixels.size(); }
  std::span<const double> lower() const override { return bounds_.lower; }
  std::span<const double> upper() const override { return bounds_.upper; }
  std::span<const double> usual_step() const override { return bounds_.usual_step; }
  std::optional<Evaluation> evaluate(std::span<const double> x, Wanted wanted) const override;

  void set_restraints(std::vector<CoordinateRestraint> restraints);
  // Of each pixel, from now on.
  void set_variances(std::vector<double> variances);

  Experiment experiment_at(std::span<const double> x) const;
  // The spots, planes and factors at x, in the order of the reflections.
  struct State {
    SpotPhotons spots;
    std::vector<BoxFit> fits;
  };
  State state_at(std::span<const double> x, Wanted wanted) const;

 private:
  BoxGroup group_of(const BoxesOfReflection& reflection, std::span<const double> photons) const;

  const ShotData* data_;
  Experiment start_;
  FreeParameters parameters_;
  ShotCompute compute_;
  CoordinateBounds bounds_;
  std::vector<CoordinateRestraint> restraints_;
  std::vector<double> variances_;
  struct Known {
    std::vector<double> x;
    Evaluation evaluation;
  };
  mutable std::optional<Known> known_;
};

// What the model makes of each pixel, from a state.
struct ModelOfPixels {
  std::vector<double> background, spot;  // photons, factors included

  double expected(std::size_t pixel) const { return background[pixel] + spot[pixel]; }
};
ModelOfPixels model_of_pixels(const ShotData& data, const ShotLoss::State& state);

}  // namespace nanobragg::refine
