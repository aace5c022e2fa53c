// Liquid water at 25 °C from the distances between its molecules.
//   I(Q) = I₁(Q) + ⟨F(Q)⟩²·(S(Q) − 1),   S(Q) = 1 + 4πρ ∫ r² (g(r) − 1) sin(Qr)/(Qr) dr
// of I₁, what one molecule scatters by Debye's formula, F, its amplitude about the oxygen averaged
// over its directions, ρ molecules in an Å³, and g(r), how often molecules stand r apart.
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

#include "nanobragg/physics/materials/material_tables.hpp"

namespace nanobragg::physics {
namespace {

constexpr double kMolecules_A3 = 0.03333;  // at 0.997 g/cm³
constexpr double kBond_A = 0.9572;         // O–H; Benedict, Gailar & Plyler (1956)
constexpr double kHydrogens_A = 1.5139;    // H…H

// Extremes of g(r), with the sharpness of the slopes beside the first. The first peak is 2.57 high
// at 2.80 Å, and extremes follow as in Skinner et al. (2013), J. Chem. Phys. 138, 074506: 0.84 at
// 3.45 Å, 1.12 at 4.5 Å, then weaker. Within their errors, starts and slopes are chosen so that 4.3
// neighbours are nearer than 3.3 Å, that S(0) = ρkTκ = 0.063 by the compressibility κ = 4.52e-10
// 1/Pa (Kell (1970), J. Chem. Eng. Data 15, 119), and that S stays below 0.11 up to 1 Å⁻¹ as in
// small-angle scattering (Clark et al. (2010), PNAS 107, 14003).
struct Extreme {
  double r_A, g, sharpness;
};
constexpr std::array<Extreme, 9> kExtremes{{{2.3928, 0.0, 1.1737},
                                            {2.80, 2.57, 1.9475},
                                            {3.45, 0.8392, 1.0},
                                            {4.5, 1.1197, 1.0},
                                            {5.55, 0.894, 1.0},
                                            {6.75, 1.0589, 1.0},
                                            {7.8, 0.9813, 1.0},
                                            {8.9, 1.002, 1.0},
                                            {10.2, 1.0, 1.0}}};

// From one extreme to the next by a cubic without slope at its ends.
double pair_distribution(double r_A) {
  if (r_A < kExtremes.front().r_A) return 0.0;
  for (std::size_t i = 0; i + 1 < kExtremes.size(); ++i) {
    const auto& [from, g, sharpness] = kExtremes.at(i);
    const auto& [to, g_next, unused] = kExtremes.at(i + 1);
    if (r_A >= to) continue;
    const double part = (r_A - from) / (to - from);
    const double t = g < g_next ? std::pow(part, sharpness) : 1.0 - std::pow(1.0 - part, sharpness);
    return g + (g_next - g) * t * t * (3.0 - 2.0 * t);
  }
  return 1.0;
}

// r(g(r) − 1) in the middle of even steps.
class Correlation {
 public:
  Correlation() {
    for (double r = kStep_A / 2.0; r < kExtremes.back().r_A; r += kStep_A) {
      weight_.push_back(r * (pair_distribution(r) - 1.0));
      volume_ += r * weight_.back();
    }
  }
  double structure_factor(double q) const {
    return 1.0 + 4.0 * std::numbers::pi * kMolecules_A3 * kStep_A * transform(q);
  }

 private:
  // Σ r(g − 1) sin(qr)/q; each sine follows from the two before.
  double transform(double q) const {
    if (q == 0.0) return volume_;
    const double turn = 2.0 * std::cos(q * kStep_A);
    double before = -std::sin(q * kStep_A / 2.0);
    double sine = -before;
    double sum = 0.0;
    for (const double weight : weight_) {
      sum += weight * sine;
      before = std::exchange(sine, turn * sine - before);
    }
    return sum / q;
  }

  static constexpr double kStep_A = 0.01;
  std::vector<double> weight_;
  double volume_ = 0.0;
};

// Bonds move a part of the hydrogens' electrons to the oxygen, as far as small angles see (Sorenson
// et al. (2000), J. Chem. Phys. 113, 9149): each hydrogen has 0.6 of its own.
double moved(double factor, double q) {
  constexpr double kWidth_per_A = 2.2;
  return 1.0 + (factor - 1.0) * std::exp(-q * q / (2.0 * kWidth_per_A * kWidth_per_A));
}

}  // namespace

ScatteringTable water_table() {
  const Correlation correlation;
  return smooth_table([&](double stol) {
    const double q = q_of(stol);
    const double oxygen = kOxygen.at(stol) * moved(1.1, q);
    const double hydrogen = kHydrogen.at(stol) * moved(0.6, q);
    const double bond = sinc(q * kBond_A);
    const double alone = oxygen * oxygen + 4.0 * oxygen * hydrogen * bond +
                         2.0 * hydrogen * hydrogen * (1.0 + sinc(q * kHydrogens_A));
    const double mean = oxygen + 2.0 * hydrogen * bond;
    return alone + mean * mean * (correlation.structure_factor(q) - 1.0);
  });
}

}  // namespace nanobragg::physics
