// The mean of a normally distributed reflection over the area of a pixel.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/base/number.hpp"
#include "nanobragg/physics/gaussian_spot.hpp"
#include "nanobragg/physics/normal.hpp"

namespace nanobragg::physics {

// Spots end so many deviations from their middle.
inline constexpr double kSpotReach = 5.5;

// From where to where the spindle turns, rad, from the angle that a spot is of; a still where both
// are the same.
struct Turn {
  double from = 0.0;
  double to = 0.0;
  double range() const { return to - from; }
};

// The exponent of a spot's density over a pixel as a quadratic form in coordinates along fast and
// slow, in pixels from the pixel's centre: ½(c + 2b·w + w·A·w). Where the spindle turns, its
// minimum over the angle, and the deviates z = z₀ + zₓ·w between which and the ends of the turn the
// fraction of the turn lies that excites the point.
template <class T>
struct PixelExponent {
  T c{};
  std::array<T, 2> b{};
  T a_ff{}, a_fs{}, a_ss{};
  T z{};
  std::array<T, 2> z_by{};
  T z_from{}, z_to{};  // the ends of the turn
  double rate = 0.0;   // deviations a radian; 0 where the turn moves nothing
};
// Calls f with each number of one or several, but for the rate, in the same order.
template <class F, class... Exponents>
void for_each_number(F&& f, Exponents&... e) {
  f(e.c...), f(e.b[0]...), f(e.b[1]...), f(e.a_ff...), f(e.a_fs...), f(e.a_ss...);
  f(e.z...), f(e.z_by[0]...), f(e.z_by[1]...), f(e.z_from...), f(e.z_to...);
}
inline constexpr std::size_t kExponentNumbers = 11;
inline constexpr std::size_t kStillNumbers = 6;  // the first of them, where nothing turns

// Whether a turn moves a spot at all: less moves it by nothing, and that of the direct beam not.
inline bool is_moved(const GaussianSpot& spot, const Turn& turn) {
  constexpr double kStill = 1e-5;  // deviations
  return std::abs(turn.range()) * spot.rate() >= kStill;
}

// A point of reciprocal space that a pixel sees in its middle, and how it changes over the pixel.
struct PixelView {
  Vec3<double> q, by_fast, by_slow;
};

inline PixelExponent<double> pixel_exponent(const GaussianSpot& spot, const Turn& turn,
                                            const PixelView& view) {
  const Symmetric3<double>& precision = spot.precision();
  const Vec3<double> d = spot.offset(view.q);
  const Vec3<double> pulled = precision * d;
  PixelExponent<double> e;
  e.c = dot(d, pulled);
  e.b = {dot(view.by_fast, pulled), dot(view.by_slow, pulled)};
  const Vec3<double> fast = precision * view.by_fast;
  e.a_ff = dot(view.by_fast, fast);
  e.a_fs = dot(view.by_slow, fast);
  e.a_ss = dot(view.by_slow, precision * view.by_slow);
  if (!is_moved(spot, turn)) return e;
  const Vec3<double> velocity = spot.velocity_at(view.q);
  const Vec3<double> pull = precision * velocity;
  const double rate = e.rate = std::sqrt(dot(velocity, pull));
  e.z = dot(velocity, pulled) / rate;
  e.z_by = {dot(view.by_fast, pull) / rate, dot(view.by_slow, pull) / rate};
  e.z_from = std::min(turn.from, turn.to) * rate;
  e.z_to = std::max(turn.from, turn.to) * rate;
  e.c -= e.z * e.z;
  e.b[0] -= e.z * e.z_by[0];
  e.b[1] -= e.z * e.z_by[1];
  e.a_ff -= e.z_by[0] * e.z_by[0];
  e.a_fs -= e.z_by[0] * e.z_by[1];
  e.a_ss -= e.z_by[1] * e.z_by[1];
  return e;
}

// Mean of exp(−exponent), times the fraction of the turn, over a pixel that the spot is wide
// against: the value in the middle and the second derivatives, mean = f + (f_ff + f_ss)/24 +
// O(A²/600), A the largest of a_ff, a_ss and the squares of z_by.
template <class T>
T mean_over_small_pixel(const PixelExponent<T>& e, bool is_moved) {
  using std::exp;
  const auto square = [](const T& x) { return x * x; };
  constexpr double kCurved = 1.0 / 24.0;
  const T value = exp(T(-0.5) * e.c);
  const T curved = square(e.b[0]) - e.a_ff + square(e.b[1]) - e.a_ss;
  if (!is_moved) return value * (T(1) + T(kCurved) * curved);
  const T low = e.z_from - e.z;
  const T high = e.z_to - e.z;
  const NormalPoint<T> at_low = normal_point(low);
  const NormalPoint<T> at_high = normal_point(high);
  const T part = normal_between(at_low, at_high);
  const T by_z = at_low.density - at_high.density;
  const T by_z_twice = at_low.density * low - at_high.density * high;
  const T mixed = T(-2) * by_z * (e.b[0] * e.z_by[0] + e.b[1] * e.z_by[1]);
  const T squares = square(e.z_by[0]) + square(e.z_by[1]);
  return value * (part + T(kCurved) * (part * curved + mixed + by_z_twice * squares));
}

// The lines of a pixel along the axis on which a spot is narrower: on each the exponent is normal,
// with this middle (at the line's coordinate x = 0), slope of the middle and deviation; in x alone
// it is ½(c + 2bx + ax²).
template <class T>
struct PixelLines {
  std::size_t inner;  // along the lines: 0 fast, 1 slow
  T deviation, slope, middle;
  T a, b, c;
};
template <class T>
PixelLines<T> pixel_lines(const PixelExponent<T>& e) {
  using std::sqrt;
  const std::size_t inner = e.a_ff > e.a_ss ? 0 : 1;
  const T along = inner == 0 ? e.a_ff : e.a_ss;
  const T across = inner == 0 ? e.a_ss : e.a_ff;
  const T slope = -e.a_fs / along;
  const T middle = -e.b[inner] / along;
  return {inner,
          T(1) / sqrt(along),
          slope,
          middle,
          across + e.a_fs * slope,
          e.b[1 - inner] + e.a_fs * middle,
          e.c + e.b[inner] * middle};
}

// The part of a pixel that a spot reaches, across the lines, and the quadrature over it: pieces of
// at most 2.5 deviations of whatever changes first, fewer points for smaller ones.
struct LineRange {
  double low = -0.5, high = 0.5;
  int pieces = 0;  // none: the spot does not reach the pixel
  std::size_t points = 4;
};
template <class T>
LineRange line_range(const PixelExponent<T>& e, const PixelLines<T>& lines, bool is_moved) {
  constexpr double kFar = 6.5;  // deviations
  LineRange out;
  const auto keep = [&](double from, double to) {
    out.low = std::max(out.low, std::min(from, to));
    out.high = std::min(out.high, std::max(from, to));
  };
  double scale = 1e30;
  const double width = plain(lines.deviation);
  const double slope = plain(lines.slope);
  const double middle = plain(lines.middle);
  if (plain(lines.a) > 0.0) {
    const double own = 1.0 / std::sqrt(plain(lines.a));
    const double best = -plain(lines.b) / plain(lines.a);
    keep(best - kFar * own, best + kFar * own);
    scale = own;
  }
  const double reach = 0.5 + kFar * width;
  if (std::abs(slope) > 1e-12) {
    keep((-reach - middle) / slope, (reach - middle) / slope);
    scale = std::min(scale, width / std::abs(slope));
  } else if (std::abs(middle) > reach) {
    return out;
  }
  if (is_moved) {
    const double change =
        std::abs(plain(e.z_by[1 - lines.inner])) + std::abs(plain(e.z_by[lines.inner]) * slope);
    if (change > 0.0) scale = std::min(scale, 1.0 / change);
  }
  if (!(out.low < out.high)) return out;
  constexpr double kPiece = 2.5;
  constexpr double kMostPieces = 200.0;
  const double deviations = (out.high - out.low) / scale;
  out.pieces = static_cast<int>(std::clamp(std::ceil(deviations / kPiece), 1.0, kMostPieces));
  // Within 2e-4 of the peak, as four points are for 2.5.
  constexpr double kForTwo = 0.7;
  constexpr double kForThree = 1.5;
  if (deviations < kForThree) out.points = deviations < kForTwo ? 2 : 3;
  return out;
}

// Mean along the line at x, times the fraction of the turn for the mean and the variance of z on
// it; without the deviation and √(2π).
template <class T>
T mean_along_line(const PixelExponent<T>& e, const PixelLines<T>& lines, const T& x,
                  bool is_moved) {
  using std::exp;
  using std::sqrt;
  const T middle = lines.middle + lines.slope * x;
  const T from = (T(-0.5) - middle) / lines.deviation;
  const T to = (T(0.5) - middle) / lines.deviation;
  const NormalPoint<T> at_from = normal_point(from);
  const NormalPoint<T> at_to = normal_point(to);
  const T inside = normal_between(at_from, at_to);
  const T value = exp(T(-0.5) * (lines.c + x * (T(2) * lines.b + lines.a * x))) * inside;
  if (!is_moved || value == T(0)) return value;
  const T shift = (at_from.density - at_to.density) / inside;
  const T left = T(1) + (from * at_from.density - to * at_to.density) / inside - shift * shift;
  const T variance = left > T(0) ? left : T(0);
  const T z_along = e.z_by[lines.inner] * lines.deviation;
  const T z = e.z + e.z_by[1 - lines.inner] * x + e.z_by[lines.inner] * middle + z_along * shift;
  const T spread = sqrt(T(1) + z_along * z_along * variance);
  return value * normal_between(normal_point(T((e.z_from - z) / spread)),
                                normal_point(T((e.z_to - z) / spread)));
}

// The same for any pixel: along the lines in closed form, across them by Gauss-Legendre quadrature.
// The fraction of the turn is exact for a spot within the pixel, and to the third cumulant for one
// that leaves it.
template <class T>
T mean_over_pixel(const PixelExponent<T>& e, bool is_moved) {
  struct Point {
    double place, weight;
  };
  constexpr std::array<Point, 9> kPoints{{{-0.5773502691896258, 1.0},
                                          {0.5773502691896258, 1.0},
                                          {-0.7745966692414834, 0.5555555555555556},
                                          {0.0, 0.8888888888888888},
                                          {0.7745966692414834, 0.5555555555555556},
                                          {-0.8611363115940526, 0.3478548451374538},
                                          {-0.3399810435848563, 0.6521451548625461},
                                          {0.3399810435848563, 0.6521451548625461},
                                          {0.8611363115940526, 0.3478548451374538}}};
  const PixelLines<T> lines = pixel_lines(e);
  const auto [low, high, pieces, count] = line_range(e, lines, is_moved);
  // Two, three and four points stand one after the other.
  const std::size_t first = count * (count - 1) / 2 - 1;
  const double half = 0.5 * (high - low) / std::max(pieces, 1);
  T sum(0);
  for (int piece = 0; piece < pieces; ++piece) {
    const double middle = low + half * (2.0 * piece + 1.0);
    for (std::size_t i = first; i < first + count; ++i) {
      const auto& [place, weight] = kPoints[i];
      sum = sum + T(weight) * mean_along_line(e, lines, T(middle + half * place), is_moved);
    }
  }
  constexpr double kRootTwoPi = 2.5066282746310002;
  return sum * T(half * kRootTwoPi) * lines.deviation;
}

// Whether a spot ends before a pixel: more deviations from its middle than `most`, anywhere in it.
inline bool ends_before(const PixelExponent<double>& e, double most) {
  const double nearest =
      std::sqrt(std::max(e.c, 0.0)) - 0.5 * (std::sqrt(e.a_ff) + std::sqrt(e.a_ss));
  return nearest > most;
}

template <class T>
T mean_of(const PixelExponent<T>& e, bool is_moved) {
  constexpr double kWide = 0.5;  // squares of pixels by deviations: an error of 4e-4 of the peak
  const T steepest = std::max({e.a_ff, e.a_ss, T(e.z_by[0] * e.z_by[0]), T(e.z_by[1] * e.z_by[1])},
                              [](const T& x, const T& y) { return x < y; });
  return steepest < T(kWide) ? mean_over_small_pixel(e, is_moved) : mean_over_pixel(e, is_moved);
}

// By what the mean over a turn is more than that at one angle: √(2π)/(rate·range).
inline double mean_over_turn(double rate, const Turn& turn) {
  constexpr double kRootTwoPi = 2.5066282746310002;
  return rate > 0.0 ? kRootTwoPi / (rate * std::abs(turn.range())) : 1.0;
}

// Mean density of a spot over a pixel, and over the turn: Å³.
inline double mean_density(const GaussianSpot& spot, const Turn& turn, const PixelView& view) {
  const PixelExponent<double> e = pixel_exponent(spot, turn, view);
  if (ends_before(e, kSpotReach)) return 0.0;
  return spot.numbers().height * spot.stretch(view.q) * mean_of(e, e.rate > 0.0) *
         mean_over_turn(e.rate, turn);
}

// The same with its derivatives by the numbers of the spot, by the ends of the turn (rad, in the
// order of `from` and `to`) and by the view.
struct DensitySlopes {
  double value = 0.0;
  SpotNumbers<double> by_spot;
  double by_from = 0.0, by_to = 0.0;
  PixelView by_view;
};
DensitySlopes mean_density_slopes(const GaussianSpot& spot, const Turn& turn,
                                  const PixelView& view);

}  // namespace nanobragg::physics
