// Amplitudes of many shots as one list.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
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

// Those of all shots that say something, by reflection and then by shot: in whatever order they
// come, what follows from them is the same.
class GroupedFactors {
 public:
  explicit GroupedFactors(std::vector<FactorObservation> observations);

  bool empty() const { return sorted_.empty(); }
  struct Group {
    std::span<const FactorObservation> observations;  // of one reflection
    double median;                                    // of their factors
  };
  std::size_t size() const { return medians_.size(); }  // reflections
  Group operator[](std::size_t i) const {
    return {std::span(sorted_).subspan(first_[i], first_[i + 1] - first_[i]), medians_[i]};
  }

 private:
  std::vector<FactorObservation> sorted_;
  std::vector<std::size_t> first_;  // of each reflection, and the end
  std::vector<double> medians_;
};

struct MergedFactor {
  MillerIndex index;
  double factor = 0.0, sigma = 0.0;  // may be negative
  std::size_t shots = 0;             // that see it
  // Of two halves of the shots; unset (NaN) where one half does not see it.
  std::array<double, 2> halves{};
  double median = 0.0, weight = 0.0;  // of the observations; the sum of their weights
};

// Weighted means, in the order of indices, l fastest. To the variance of an observation that of
// `spread`·median is added: what shots differ by beyond their pixels' noise. Shots are halved by
// their numbers and `seed`. Of each reflection it keeps sums alone.
class Merge {
 public:
  Merge(const GroupedFactors& observations, double spread, std::uint64_t seed = 1);
  // What factors() and spread() of another one were.
  Merge(std::vector<MergedFactor> factors, double spread)
      : factors_(std::move(factors)), spread_(spread) {}

  const std::vector<MergedFactor>& factors() const { return factors_; }
  double spread() const { return spread_; }
  // The prior of a reflection for one of the shots: from the others that see it, or `otherwise`.
  // `own` is what that shot has said of it, without information where it has said nothing.
  FactorPrior prior_without(const FactorObservation& own, const FactorPrior& otherwise) const;

 private:
  std::vector<MergedFactor> factors_;
  double spread_;
};

// The spread with which observations about their means have a χ² of 1 a degree of freedom, those
// beyond 3σ counted as 3σ; 0 where no reflection is seen twice.
double estimated_spread(const GroupedFactors& observations);

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
