// Where spots stand, against where they are measured: brings a start near enough for the pixels to
// say the rest.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "nanobragg/model/experiment.hpp"
#include "nanobragg/refine/free_parameters.hpp"
#include "nanobragg/refine/normal_loss.hpp"
#include "nanobragg/refine/shots/shot_loss.hpp"
#include "nanobragg/refine/shots/spot_boxes.hpp"

namespace nanobragg::refine {

// How far a reflection is off.
struct PlaceError {
  double fast = 0.0, slow = 0.0;  // calculated − measured, pixels
  double turn_rad = 0.0;          // by which it would have to turn to meet the Ewald sphere
};

// Of each spot, in the middle of the exposure, at the mean wavelength: a reflection is seen where
// the smallest turn takes it to the Ewald sphere. Unset where that is nowhere on the plane of the
// spot's panel. Of several lattices the one that is not turned counts; parallax does not.
std::vector<std::optional<PlaceError>> place_errors(std::span<const SpotBox> boxes,
                                                    const Experiment& experiment);

// Of places, in pixels; 0 where there is none.
double median_distance(std::span<const std::optional<PlaceError>> errors);

// What they are usually: a median of distances, scaled to a standard deviation along each axis, and
// one of the turns. At least a third of a pixel and 0.02°.
struct UsualError {
  double place_px, turn_rad;
};
UsualError usual_error(std::span<const std::optional<PlaceError>> errors);

// Σ of Huber's loss of every error over the usual one. Thread-safe.
class PlaceLoss : public NormalLoss {
 public:
  // The boxes outlive it.
  PlaceLoss(std::span<const SpotBox> boxes, const Experiment& start, FreeParameters parameters,
            std::vector<CoordinateRestraint> restraints);

  const FreeParameters& parameters() const { return parameters_; }
  std::size_t size() const override { return parameters_.list.size(); }
  std::size_t pixels() const override { return 3 * boxes_.size(); }
  std::span<const double> lower() const override { return bounds_.lower; }
  std::span<const double> upper() const override { return bounds_.upper; }
  std::span<const double> usual_step() const override { return bounds_.usual_step; }
  std::optional<Evaluation> evaluate(std::span<const double> x, Wanted wanted) const override;

 private:
  // The errors over the usual ones, three a spot; 0 where there is none.
  std::vector<double> deviations_at(std::span<const double> x) const;

  std::span<const SpotBox> boxes_;
  const Experiment start_;
  const FreeParameters parameters_;
  const CoordinateBounds bounds_;
  const std::vector<CoordinateRestraint> restraints_;
  const UsualError usual_;
};

}  // namespace nanobragg::refine
