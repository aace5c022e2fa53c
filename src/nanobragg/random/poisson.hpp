// Poisson deviates as nanoBragg.c draws them.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg {

// Draws from the distribution P(n) = mⁿ exp(−m)/n!. A mean below 12 multiplies uniform deviates
// (Knuth, The Art of Computer Programming 2, 3.4.1); up to a million, rejection under a Lorentzian
// (after Ahrens & Dieter (1974), Computing 12, 223); above that a normal deviate of the same mean
// and variance, which is not an integer.
// Accuracy: every step has the reference's single precision, which decides the deviate. Rounding of
// ln Γ changes the probability of single counts by up to 0.1 % at a mean of 1e3 and 10 % at 1e5,
// either way and without effect on the shape of the distribution; from 1e5 to a million, where
// 16-bit counts overload anyway, the shape suffers too.
class PoissonDeviates {
 public:
  explicit PoissonDeviates(UniformStream stream);

  // `mean` is finite and at least 0. A count, or, above a mean of a million, a real number.
  float operator()(float mean) {
    NANOBRAGG_EXPECTS(std::isfinite(mean) && mean >= 0.0F);
    if (mean >= 12.0F) return of_large(mean);
    const float first = stream_.next();
    return is_zero(mean, first) ? 0.0F : by_multiplying(mean, first);
  }

  // Draws for the first of these means, as many as it says, and all of them give 0; or for none,
  // where a quick test cannot show that they do.
  std::size_t draw_zeros(std::span<const float> means);

 private:
  // Whether the first uniform deviate makes this a 0. exp(−m) ≥ 1 − m: most deviates of a small
  // mean are 0 whatever the last digits of exp.
  static bool is_zero(float mean, float first) {
    constexpr double kRounding = 1e-6;
    return static_cast<double>(first) < 1.0 - static_cast<double>(mean) - kRounding;
  }

  float of_large(float mean);
  float by_multiplying(float mean, float first);
  float by_rejecting(float mean);
  float gauss();

  UniformStream stream_;
  std::optional<float> spare_gauss_;
  // What depends on the mean alone, kept for as long as the mean repeats.
  float last_mean_ = -1.0F;
  float threshold_ = 0.0F;  // exp(−m), or m ln m − ln Γ(m + 1)
  float width_ = 0.0F;      // √(2m)
  float log_mean_ = 0.0F;
};

}  // namespace nanobragg
