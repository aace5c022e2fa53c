// The C program's orientation of a unit cell, in its order of operations.
#include "nanobragg/config/resolve/skewed_cell.hpp"

#include <cmath>

namespace nanobragg::config {

Axes<double> skewed_reciprocal_axes(const CellParameters<double>& cell) {
  const auto& [a, b, c, alpha, beta, gamma] = cell;
  const double v = volume(cell);
  const double v_star = 1.0 / v;
  const double a_star = b * c * std::sin(alpha) * v_star;
  const double b_star = c * a * std::sin(beta) * v_star;
  const double c_star = a * b * std::sin(gamma) * v_star;

  // Rounding must not make a sine or cosine larger than 1.
  const auto capped = [](double x) { return x * x > 1.0 ? 1.0 : x; };
  const double sin_gamma_star = capped(c * v_star / a_star / b_star);
  const double cos_alpha_star = capped((std::cos(beta) * std::cos(gamma) - std::cos(alpha)) /
                                       (std::sin(beta) * std::sin(gamma)));
  const double cos_beta_star = capped((std::cos(gamma) * std::cos(alpha) - std::cos(beta)) /
                                      (std::sin(gamma) * std::sin(alpha)));
  const double cos_gamma_star = capped((std::cos(alpha) * std::cos(beta) - std::cos(gamma)) /
                                       (std::sin(alpha) * std::sin(beta)));
  return {{a_star, 0.0, 0.0},
          {b_star * cos_gamma_star, b_star * sin_gamma_star, 0.0},
          {c_star * cos_beta_star,
           c_star * (cos_alpha_star - cos_beta_star * cos_gamma_star) / sin_gamma_star,
           c_star * v / (a * b * c * sin_gamma_star)}};
}

}  // namespace nanobragg::config
