// What a pixel adds to the loss of a refinement, and how that changes with the photons of the
// model.
#pragma once

#include <cstdint>
#include <optional>

namespace nanobragg::refine {

enum class LossKind : std::uint8_t { gaussian, poisson };
enum class Variance : std::uint8_t { model, observed };

struct LossOptions {
  LossKind kind = LossKind::poisson;
  Variance variance = Variance::model;  // of LossKind::gaussian
  double read_noise = 1.0;              // photons, of LossKind::gaussian
  std::optional<double> huber;          // standard deviations beyond which a pixel counts less
};

// Throws UsageError for a read noise that is negative or a Huber threshold that is not positive.
void check(const LossOptions& options);

struct PixelLoss {
  double value = 0.0;
  double slope = 0.0;        // d value / d photons
  double curvature = 0.0;    // of a parabola for the next step: safe far from the minimum
  double information = 0.0;  // expected curvature where the model is right: for uncertainties
  double deviation = 0.0;    // squared difference by its variance: 1 on average
};

// Half of minus twice the log-likelihood of `observed` photons where `model` ≥ 0 are expected, up
// to a constant:
//   poisson   m − y + y ln(y/m)
//   gaussian  (m − y)²/2v + ln(v)/2,   v = m + σ²  or  v = y + σ²  (then without ln v)
// With a Huber threshold k the part s = k′² of the loss that is quadratic near the minimum grows as
// 2k√s − k² beyond k² (Huber (1964), Ann. Math. Statist. 35, 73).
PixelLoss pixel_loss(const LossOptions& options, double model, double observed);

}  // namespace nanobragg::refine
