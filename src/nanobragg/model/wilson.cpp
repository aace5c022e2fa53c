// Draws amplitudes from Wilson's distribution.
#include "nanobragg/model/wilson.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/tabulate.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg {
namespace {

// Rounding must not drop a reflection that lies at dmin exactly.
constexpr double kRounding = 1e-9;

// The largest index along a cell edge: |h| = |a·s| ≤ a/d.
std::int32_t largest_index(double edge_A, double dmin_A) {
  const double largest = std::floor(edge_A / dmin_A * (1.0 + kRounding));
  constexpr double kLimit = 1e9;
  if (!(largest < kLimit)) {
    throw Error(fmt::format("a resolution of {:g} Å needs Miller indices up to {:.3g} (more than a "
                            "table can hold)",
                            dmin_A, largest),
                "", "give a larger dmin");
  }
  return static_cast<std::int32_t>(largest);
}

// 1/d² = hᵀG*h with the metric tensor G* of the reciprocal lattice, the inverse of that of the
// direct one: a*² = (bc sin α/V)², b*·c* = a²bc(cos β cos γ − cos α)/V² and so on
// (International Tables for Crystallography B, 1.1).
class ReciprocalMetric {
 public:
  explicit ReciprocalMetric(const CellParameters<double>& cell) {
    const auto& [a, b, c, alpha, beta, gamma] = cell;
    const double v = volume(cell);
    const auto square = [](double x) { return x * x; };
    const double cos_alpha = std::cos(alpha);
    const double cos_beta = std::cos(beta);
    const double cos_gamma = std::cos(gamma);
    aa_ = square(b * c * std::sin(alpha) / v);
    bb_ = square(c * a * std::sin(beta) / v);
    cc_ = square(a * b * std::sin(gamma) / v);
    bc_ = a * a * b * c * (cos_beta * cos_gamma - cos_alpha) / square(v);
    ca_ = a * b * b * c * (cos_gamma * cos_alpha - cos_beta) / square(v);
    ab_ = a * b * c * c * (cos_alpha * cos_beta - cos_gamma) / square(v);
  }

  double inverse_d2(MillerIndex i) const {
    const auto h = static_cast<double>(i.h);
    const auto k = static_cast<double>(i.k);
    const auto l = static_cast<double>(i.l);
    return h * h * aa_ + k * k * bb_ + l * l * cc_ +
           2.0 * (k * l * bc_ + l * h * ca_ + h * k * ab_);
  }

 private:
  double aa_, bb_, cc_, bc_, ca_, ab_;
};

// Of an index and its Friedel mate, the one whose first non-zero index is positive.
MillerIndex friedel_representative(MillerIndex i) {
  const std::int32_t first = i.h != 0 ? i.h : i.k != 0 ? i.k : i.l;
  return first < 0 ? MillerIndex{-i.h, -i.k, -i.l} : i;
}

// Uniform on (0, 1), one number for each Friedel pair.
double uniform_of(std::uint64_t seed, MillerIndex index) {
  const MillerIndex i = friedel_representative(index);
  const auto word = [](std::int32_t x) { return std::uint64_t{static_cast<std::uint32_t>(x)}; };
  const std::uint64_t row = bits_at(seed, word(i.h) << 32 | word(i.k));
  return uniform_at(row, word(i.l));
}

}  // namespace

double wilson_mean_intensity(double cell_volume_A3, double b_factor_A2, double inverse_d2) {
  constexpr double kVolumeOfDalton = 2.46;  // Å³, solvent included
  constexpr double kDaltonsOfAtom = 14.1;   // with its share of hydrogen
  constexpr double kMeanSquaredF = 45.0;    // electrons²
  const double atoms = cell_volume_A3 / (kVolumeOfDalton * kDaltonsOfAtom);
  const double s_squared = inverse_d2 / 4.0;
  return atoms * kMeanSquaredF * std::exp(-2.0 * b_factor_A2 * s_squared);
}

StructureFactors wilson_amplitudes(const CellParameters<double>& cell, double b_factor_A2,
                                   std::uint64_t seed, double dmin_A, double default_amplitude) {
  check(cell);
  if (!(dmin_A > 0.0) || !std::isfinite(dmin_A)) {
    throw Error(
        fmt::format("no amplitudes to a resolution of {:g} Å (not a positive length)", dmin_A), "",
        "give dmin in Å");
  }
  if (!(b_factor_A2 >= 0.0) || !std::isfinite(b_factor_A2)) {
    throw Error(
        fmt::format("impossible Wilson B factor {:g} Å² (negative or not finite)", b_factor_A2), "",
        "proteins have 10 to 80 Å²");
  }
  const MillerIndex corner{largest_index(cell.a, dmin_A), largest_index(cell.b, dmin_A),
                           largest_index(cell.c, dmin_A)};
  const MillerBox box{{-corner.h, -corner.k, -corner.l}, corner};

  const double cell_volume = volume(cell);
  const ReciprocalMetric metric(cell);
  const double limit = (1.0 + kRounding) / (dmin_A * dmin_A);
  const auto amplitude = [&](MillerIndex i) {
    if (i == MillerIndex{}) return 0.0;
    const double inverse_d2 = metric.inverse_d2(i);
    if (inverse_d2 > limit) return default_amplitude;
    // Inversion of the exponential distribution.
    const double mean = wilson_mean_intensity(cell_volume, b_factor_A2, inverse_d2);
    return std::sqrt(-mean * std::log(uniform_of(seed, i)));
  };
  return tabulate(box, default_amplitude, amplitude);
}

}  // namespace nanobragg
