// The parameters of a shot: what moves, from where, and where it is now.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/refine/free_parameters.hpp"
#include "nanobragg/refine/shots/shot_loss.hpp"
#include "nanobragg/refine/shots/shot_stages.hpp"

namespace nanobragg::refine {

// Several parameters that move as one, by what each moves for one unit of the value: a group of
// panels, for example. It begins at 0.
struct NamedMotion {
  std::string name;
  std::vector<plan::ParameterId> ids;  // the first gives unit and bounds
  std::vector<double> weights;
  double moved = 0.0;  // so far, where a refinement goes on
};

struct ShotRequest {
  ParameterRequest parameters;
  std::vector<NamedMotion> motions;
  std::vector<Restraint> restraints;
  // Of each edge and angle of the cell about its start, relative; 0: none.
  double cell_sigma = 0.003;
  bool equal_cells = false;  // Na, Nb and Nc are one parameter where they start equal
  bool estimates_errors = true;
  ErrorModel errors;  // those of the start, or of all
  // Where the parameters once began, which limits and restraints are about; unset: at the start.
  std::optional<plan::ParameterValues<double>> origin = {};
  ShotStage first = ShotStage::places;  // those before it are left out: the start is near
  int iterations = 30;                  // at most, of each cycle
  ShotCompute compute;
  std::function<bool()> interrupted = {};  // asked after every step; unset: never
};

// Whether motions of several parameters are among the coordinates.
enum class Motions : std::uint8_t { left_out, taken };

class ShotParameters {
 public:
  // Both outlive it. Where mosaicity about single axes is requested, the start has it.
  ShotParameters(const Experiment& start, const ShotRequest& request);

  const Experiment& experiment() const { return now_; }
  void scale(double fluence);
  // What shapes spots is as it was at the very start.
  void begin_spots_anew();

  // Coordinates that are 0 at the values of now.
  FreeParameters coordinates(const std::vector<plan::ParameterId>& ids, Motions motions) const;
  // Those of the request, and of the cell.
  std::vector<CoordinateRestraint> restraints(const FreeParameters& free) const;
  // Goes to x of such coordinates.
  void take(const FreeParameters& free, std::span<const double> x);
  // The value of a coordinate at the very start.
  double start_of(const FreeParameter& parameter) const;

 private:
  Experiment now_;
  const ShotRequest* request_;
  plan::ParameterValues<double> origin_;
  std::vector<double> moved_;  // of each motion so far
};

}  // namespace nanobragg::refine
