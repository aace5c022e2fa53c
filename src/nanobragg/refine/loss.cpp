// The two likelihoods and the robust option.
#include "nanobragg/refine/loss.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"

namespace nanobragg::refine {
namespace {

// Photons that are expected everywhere: a count where the model has none stays possible.
constexpr double kDark = 1e-6;

PixelLoss poisson(double model, double observed) {
  const double m = model + kDark;
  const double y = std::max(observed, 0.0);
  const double value = m - y + (y > 0.0 ? y * std::log(y / m) : 0.0);
  const double difference = m - y;
  return {std::max(value, 0.0), difference / m, std::max(m, y) / (m * m), 1.0 / m,
          difference * difference / m};
}

PixelLoss gaussian(const LossOptions& options, double model, double observed) {
  const double noise = options.read_noise * options.read_noise;
  const bool by_model = options.variance == Variance::model;
  const double v = std::max(by_model ? model : observed, 0.0) + std::max(noise, kDark);
  const double difference = model - observed;
  const double chi = difference * difference / v;
  PixelLoss loss{chi / 2.0, difference / v, 1.0 / v, 1.0 / v, chi};
  if (!by_model) return loss;
  // The variance is that of the model, so that the spread of the pixels also determines the model.
  loss.value += std::log(v) / 2.0;
  loss.slope += (1.0 - chi) / (2.0 * v);
  loss.information += 1.0 / (2.0 * v * v);
  loss.curvature = loss.information + std::max(0.0, chi - 1.0) / (v * v);
  return loss;
}

}  // namespace

void check(const LossOptions& options) {
  if (!(options.read_noise >= 0.0)) {
    throw UsageError("negative read noise (it is a standard deviation)");
  }
  if (options.huber && !(*options.huber > 0.0)) {
    throw UsageError("a robust threshold that is not positive", "", "3 is a common choice");
  }
}

PixelLoss pixel_loss(const LossOptions& options, double model, double observed) {
  PixelLoss loss = options.kind == LossKind::poisson ? poisson(model, observed)
                                                     : gaussian(options, model, observed);
  if (!options.huber) return loss;
  // Robustness does not touch the logarithm of the variance.
  const bool with_log = options.kind == LossKind::gaussian && options.variance == Variance::model;
  const double log_value = with_log ? loss.value - loss.deviation / 2.0 : 0.0;
  const double log_slope = with_log ? std::exp(-2.0 * log_value) / 2.0 : 0.0;
  const double s = 2.0 * (loss.value - log_value);
  const double k = *options.huber;
  if (s <= k * k) return loss;
  const double weight = k / std::sqrt(s);
  loss.value = k * std::sqrt(s) - k * k / 2.0 + log_value;
  loss.slope = weight * (loss.slope - log_slope) + log_slope;
  loss.curvature *= weight;
  loss.information *= weight;
  return loss;
}

}  // namespace nanobragg::refine
