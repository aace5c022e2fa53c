// The numbers of a spot's box that have a best value for any model: a plane of background under it
// and a factor on its intensity.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "nanobragg/refine/normal_loss.hpp"

namespace nanobragg::refine {

// What is known of a factor on the intensity of a reflection beforehand: a normal distribution of
// its logarithm.
struct FactorPrior {
  double mean = 1.0;   // exp of that of the logarithm
  double sigma = 0.0;  // of the logarithm; 0: the factor is the mean
};

// Pixels of one box, in one order.
struct BoxView {
  std::span<const std::array<double, 3>> basis;
  std::span<const double> spot;      // photons of the model, with a factor of 1
  std::span<const double> observed;  // photons
  std::span<const double> variance;  // > 0
};

// Of all boxes of one reflection, which have one factor and each its own plane.
struct BoxFit {
  double factor = 1.0;                        // > 0
  double alone = 0.0;                         // what the pixels alone say: may be negative
  double information = 0.0;                   // of that: 1/variance
  std::vector<std::array<double, 3>> planes;  // of each box: coefficients of its basis
  double loss = 0.0;                          // of the pixels and the prior
  double chi_squared = 0.0;                   // of the pixels, each at most the robust limit
};

// Huber's limit in standard deviations: beyond it the loss grows linearly. Infinite: nowhere.
struct Robust {
  double limit = 0.0;

  double weight(double deviation) const;  // 1, or limit/|deviation|
  double loss(double deviation) const;    // d²/2, or limit·(|d| − limit/2)
};

// Derivatives of the spot of one box by each coordinate: of pixel j at rows[coordinate·stride + j].
struct SpotSlopes {
  const double* rows;
  std::size_t stride;
};

class BoxGroup {
 public:
  // What the boxes show is not owned, and outlives this.
  BoxGroup(std::vector<BoxView> boxes, FactorPrior prior, Robust robust)
      : boxes_(std::move(boxes)), prior_(prior), robust_(robust) {}

  // Where Σ loss((observed − plane − factor·spot)/σ) + (ln factor − ln mean)²/2sigma² is least, by
  // weights that are found anew until they settle.
  BoxFit fit() const;
  // Adds the normal equations of coordinates that move the spots, after the planes and the factor
  // have followed: variable projection (Golub & Pereyra (1973), SIAM J. Numer. Anal. 10, 413) with
  // the Jacobian of Kaufman (1975), BIT 15, 49. `slopes`: of each box.
  void add_normal_equations(const BoxFit& fit, std::span<const SpotSlopes> slopes,
                            Evaluation& to) const;

 private:
  std::vector<BoxView> boxes_;
  FactorPrior prior_;
  Robust robust_;
};

}  // namespace nanobragg::refine
