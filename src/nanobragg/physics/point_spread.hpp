// How much of a point's light a square pixel takes.
#pragma once

#include <cmath>
#include <numbers>

#include "nanobragg/base/constants.hpp"

namespace nanobragg::physics {

// A share of the light, and its derivative by the full width at half maximum (m).
struct Share {
  double value, by_width;
};

// What falls between two lines, x apart from a point (m): of a normal distribution across them,
//   ½·(erf(b/(σ√2)) − erf(a/(σ√2))), σ = FWHM/(2√(2 ln 2)).
// Exact. By the width: −(b·n(b) − a·n(a))/FWHM with the density n.
inline Share gaussian_share(double from, double to, double full_width) {
  const double deviation = full_width / (2.0 * std::sqrt(2.0 * std::numbers::ln2));
  const double scale = 1.0 / (deviation * std::numbers::sqrt2);
  const auto density = [&](double x) {
    return scale * std::numbers::inv_sqrtpi * std::exp(-scale * scale * x * x);
  };
  // On one side of the point, the difference of two small numbers.
  const double share = from > 0.0 ? std::erfc(from * scale) - std::erfc(to * scale)
                       : to < 0.0 ? std::erfc(-to * scale) - std::erfc(-from * scale)
                                  : std::erf(to * scale) - std::erf(from * scale);
  return {share / 2.0, (from * density(from) - to * density(to)) / full_width};
}

// The taper of a fibre-optic detector spreads light as g/2π·(g² + r²)^(−3/2), where r is the
// distance (m) and g = 0.652383013252053·FWHM: the density falls to half at r = g·√(2^⅔ − 1).
// Holton, Nielsen & Frankel (2012), J. Synchrotron Rad. 19, 1006.
inline constexpr double kTaperWidth = 0.652383013252053;  // 1/(2·√(2^⅔ − 1))

// What falls into the quadrant of points nearer than x along one axis and y along the other:
//   atan(x·y/(g·√(g² + x² + y²)))/2π.
// Exact; a rectangle's share is the sum over its corners with alternating signs.
inline Share taper_corner(double x, double y, double full_width) {
  const double g = kTaperWidth * full_width;
  const double root = std::sqrt(g * g + x * x + y * y);
  // ∂/∂g: −x·y·(g² + root²)/(root·(g²·root² + x²·y²)).
  const double by_g =
      -x * y * (g * g + root * root) / (root * (g * g * root * root + x * x * y * y));
  constexpr double kTurn = 2.0 * constants::kPi;
  return {std::atan(x * y / (g * root)) / kTurn, kTaperWidth * by_g / kTurn};
}

}  // namespace nanobragg::physics
