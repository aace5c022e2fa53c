// Poisson deviates, operation by operation in the reference's precision: a product of two floats
// is a float, whatever meets a double constant or a function of <cmath> is a double.
#include "nanobragg/random/poisson.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/vector_clones.hpp"

namespace nanobragg {
namespace {

// ln Γ(x), x > 0, by Lanczos' series with γ = 5 and six terms (Lanczos (1964), SIAM Journal on
// Numerical Analysis B 1, 86); relative error of Γ below 2e-10 before it is rounded to a float.
float log_gamma(float argument) {
  constexpr std::array kTerms = {76.18009172947146,  -86.50532032941677,    24.01409824083091,
                                 -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5};
  const double x = argument;
  double base = x + 5.5;
  base -= (x + 0.5) * std::log(base);
  double series = 1.000000000190015;
  double denominator = x;
  for (const double term : kTerms) {
    denominator += 1.0;
    series += term / denominator;
  }
  // 2.5066… = √(2π)
  return static_cast<float>(-base + std::log(2.5066282746310005 * series / x));
}

}  // namespace

PoissonDeviates::PoissonDeviates(UniformStream stream) : stream_(stream) {}

NANOBRAGG_VECTOR_CLONES
std::size_t PoissonDeviates::draw_zeros(std::span<const float> means) {
  const std::span<const float> first = stream_.ahead();
  const std::size_t count = std::min(first.size(), means.size());
  int others = 0;
  for (std::size_t i = 0; i < count; ++i) others += is_zero(means[i], first[i]) ? 0 : 1;
  if (others > 0) return 0;
  stream_.skip(count);
  return count;
}

float PoissonDeviates::of_large(float mean) {
  if (mean <= 1e6) return by_rejecting(mean);
  return static_cast<float>(static_cast<double>(mean) +
                            std::sqrt(static_cast<double>(mean)) * static_cast<double>(gauss()));
}

float PoissonDeviates::by_multiplying(float mean, float product) {
  if (mean != last_mean_) {
    last_mean_ = mean;
    threshold_ = static_cast<float>(std::exp(-static_cast<double>(mean)));
  }
  float count = 0.0F;
  while (product > threshold_) {
    count += 1.0F;
    product *= stream_.next();
  }
  return count;
}

float PoissonDeviates::by_rejecting(float mean) {
  if (mean != last_mean_) {
    last_mean_ = mean;
    width_ = static_cast<float>(std::sqrt(2.0 * static_cast<double>(mean)));
    log_mean_ = static_cast<float>(std::log(static_cast<double>(mean)));
    threshold_ = mean * log_mean_ - log_gamma(static_cast<float>(static_cast<double>(mean) + 1.0));
  }
  float count = 0.0F;
  double acceptance = 0.0;
  do {
    // A Lorentzian deviate that is not negative.
    float y = 0.0F;
    do {
      y = static_cast<float>(std::tan(constants::kPi * static_cast<double>(stream_.next())));
      count = width_ * y + mean;
    } while (count < 0.0F);
    count = std::floor(count);
    // The ratio of the two distributions; 0.9 keeps it below 1.
    const float exponent = count * log_mean_ -
                           log_gamma(static_cast<float>(static_cast<double>(count) + 1.0)) -
                           threshold_;
    acceptance = static_cast<float>(0.9 * (1.0 + static_cast<double>(y * y)) *
                                    std::exp(static_cast<double>(exponent)));
  } while (stream_.next() > acceptance);
  return count;
}

// A normal deviate of mean 0 and variance 1 by the polar method (Marsaglia & Bray (1964), SIAM
// Review 6, 260), which makes two at a time.
float PoissonDeviates::gauss() {
  if (spare_gauss_) {
    const float spare = *spare_gauss_;
    spare_gauss_.reset();
    return spare;
  }
  const auto coordinate = [this] {
    return static_cast<float>(2.0 * static_cast<double>(stream_.next()) - 1.0);
  };
  float x = 0.0F;
  float y = 0.0F;
  float radius_squared = 0.0F;
  do {
    x = coordinate();
    y = coordinate();
    radius_squared = x * x + y * y;
  } while (radius_squared >= 1.0F || radius_squared == 0.0F);
  const double r2 = radius_squared;
  const auto stretch = static_cast<float>(std::sqrt(-2.0 * std::log(r2) / r2));
  spare_gauss_ = x * stretch;
  return y * stretch;
}

}  // namespace nanobragg
