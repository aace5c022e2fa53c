// Amplitudes of many shots as one list.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/refine/shots/box_fit.hpp"

namespace nanobragg::refine {

// What the pixels of one shot alone say of the factor on the intensity of a reflection.
struct FactorObservation {
  MillerIndex index;  // the one that stands for all equivalents
  std::size_t shot;
  double factor;       // may be negative
  double information;  // 1/variance
};

struct MergedFactor {
  MillerIndex index;
  double factor = 0.0, sigma = 0.0;  // may be negative
  std::size_t shots = 0;             // that see it
  // Of two halves of the shots; unset (NaN) where one half does not see it.
  std::array<double, 2> halves{};
};

// Weighted means, in the order of indices, l fastest. To the variance of an observation that of
// `spread`·factor is added: what shots differ by beyond their pixels' noise. Shots are halved by
// their numbers and `seed`.
class Merge {
 public:
  Merge(std::span<const FactorObservation> observations, double spread, std::uint64_t seed = 1);

  const std::vector<MergedFactor>& factors() const { return factors_; }
  double spread() const { return spread_; }
  // The prior of a reflection for one shot: from the other shots that see it, or `otherwise`.
  FactorPrior prior_without(std::size_t shot, const MillerIndex& index,
                            const FactorPrior& otherwise) const;

 private:
  double weight(const FactorObservation& observation, double factor) const;

  std::vector<FactorObservation> observations_;  // by index
  std::vector<std::size_t> first_;               // of each merged factor, and the end
  std::vector<MergedFactor> factors_;
  double spread_;
};

// The spread with which observations about their means have a χ² of 1 a degree of freedom, those
// beyond 3σ counted as 3σ; 0 where no reflection is seen twice.
double estimated_spread(std::span<const FactorObservation> observations);

// Merging statistics of a range of resolutions.
struct MergeShell {
  double coarsest_A = 0.0, finest_A = 0.0;
  std::size_t reflections = 0, observations = 0;
  double half_correlation = 0.0;  // CC½ of reflections that both halves see; NaN: too few
  double signal_to_noise = 0.0;   // mean of factor/σ
};
// `spacings` of each of the factors, in Å. Shells have about as many reflections each.
std::vector<MergeShell> merge_shells(std::span<const MergedFactor> factors,
                                     std::span<const double> spacings, std::size_t shells);
// All of them as one.
MergeShell merge_overall(std::span<const MergedFactor> factors, std::span<const double> spacings);

}  // namespace nanobragg::refine
