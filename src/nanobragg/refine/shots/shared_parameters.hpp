// What shots have in common, from what each of them says alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nanobragg/distribute/ranks.hpp"
#include "nanobragg/refine/shots/refine_shot.hpp"

namespace nanobragg::refine {

// Values of some coordinates that one shot refined, with their covariance after its own other
// coordinates have followed.
struct SharedEstimate {
  std::vector<std::string> names;
  std::vector<std::vector<plan::ParameterId>> ids;  // that each of them moves
  std::vector<double> values;
  std::vector<double> covariance;  // names × names, row by row
};

// Whether values are common to all shots, or how far each has moved from its own start: detectors
// that were refined shot by shot stand in other places.
enum class SharedAs : std::uint8_t { value, change };
// The cell is one; all else has moved.
SharedAs shared_as(plan::ParameterId id);

// Of the determined parameters with these names.
SharedEstimate estimate_of(const ShotResult& result, std::span<const std::string> names);

// The value of each name that some shot determines, by which Σ (x_j − x)ᵀ C_j⁻¹ (x_j − x) is least:
// the solution that the normal equations of all shots together have, with those of each shot
// eliminated (a Schur complement is the inverse of the covariance that is left). Shots whose
// values are more than three times as far off as their covariance says count less (Huber).
struct SharedValue {
  std::string name;
  std::vector<plan::ParameterId> ids = {};
  double value = 0.0, sigma = 0.0;
  std::size_t shots = 0;
};
//
// `own` are those of this rank among so many `shots` of all ranks, each with its place; every rank
// gets the same values, bit for bit, whoever has which shots: what is added are the equations of
// the shared values alone, in the order of the shots.
struct PlacedEstimate {
  std::size_t shot = 0;
  SharedEstimate estimate;
};
std::vector<SharedValue> combined(std::span<const PlacedEstimate> own, std::size_t shots,
                                  distribute::Ranks& ranks);

// Takes what is shared out of a request: it does not move by itself.
void leave_out(std::span<const SharedValue> shared, ShotRequest& request);

// Adds shared parameters, which a round held, to its result, as `before` had them.
void add_shared(std::span<const SharedValue> shared, const ShotResult& before, ShotResult& to);

// The experiment of a result with these values.
Experiment with_shared(const ShotResult& result, std::span<const SharedValue> shared);

}  // namespace nanobragg::refine
