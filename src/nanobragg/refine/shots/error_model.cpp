// Finds the two numbers by bisection: the sums fall as either grows.
#include "nanobragg/refine/shots/error_model.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nanobragg::refine {
namespace {

// Of normal deviates cut at 3: 1 − 2·3·φ(3) − 2(1 − Φ(3))·(1 − 9).
constexpr double kCut = 3.0;
constexpr double kMeanOfCut = 0.99500;

// The least that a pixel without photons varies: one photon in so many pixels.
constexpr double kLeastVariance = 0.05;

// The x in [0, most] at which a falling function is 0; an end where it has one sign.
template <class F>
double root_of_falling(const F& f, double most) {
  if (f(0.0) <= 0.0) return 0.0;
  double low = 0.0, high = most;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (f(middle) > 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Whether a pixel tells of the spot: with k = 1 it would vary by that, or hardly.
enum class Tells { of_spot, of_background, of_neither };
Tells tells(double expected, double level) {
  const double noise = std::max(expected, kLeastVariance);
  if (level * level > noise) return Tells::of_spot;
  return level * level < 0.1 * noise ? Tells::of_background : Tells::of_neither;
}

template <class Variance>
double root_of(const JudgedPixels& pixels, Tells which, double most, const Variance& variance) {
  return root_of_falling(
      [&](double x) {
        double sum = 0.0;
        for (std::size_t i = 0; i < pixels.observed.size(); ++i) {
          const double m = pixels.expected[i], level = pixels.level[i];
          if (tells(m, level) != which) continue;
          const double off = pixels.observed[i] - m;
          sum += std::min(off * off / variance(x, m, level), kCut * kCut) - kMeanOfCut;
        }
        return sum;
      },
      most);
}

}  // namespace

double ErrorModel::variance(double expected, double level) const {
  const double by_model = of_spots * level;
  return std::max(expected, kLeastVariance) + read_noise * read_noise + by_model * by_model;
}

ErrorModel estimated_errors(const JudgedPixels& pixels) {
  constexpr double kMostNoise = 1e4, kMostOfSpots = 3.0;
  ErrorModel out{0.0, 0.0};
  out.read_noise =
      root_of(pixels, Tells::of_background, kMostNoise, [](double x, double m, double level) {
        return ErrorModel{x, 0.0}.variance(m, level);
      });
  out.of_spots =
      root_of(pixels, Tells::of_spot, kMostOfSpots, [&](double x, double m, double level) {
        return ErrorModel{out.read_noise, x}.variance(m, level);
      });
  return out;
}

}  // namespace nanobragg::refine
