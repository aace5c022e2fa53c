// Powder of hexagonal ice at about 100 K, computed from its structure: rings of Bragg reflections,
// and between them what thermal motion takes from these.
//   I(s) = (1/N) Σ m |F|² n(s),  n = (2π)³/V · w(Q − Q_hkl)/(4πQ²)
// of N molecules in a cell of volume V, multiplicity m, and a ring of width w in Q. Positions of
// rings are right to 0.1 % (the cell grows by 0.4 % up to the melting point), intensities to 5 %;
// the shapes are those of grains of 30 nm.
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "nanobragg/physics/materials/material_tables.hpp"

namespace nanobragg::physics {
namespace {

// Kuhs & Lehmann (1983), J. Phys. Chem. 87, 4312: P6₃/mmc, oxygen on 4f, hydrogen on 4f and 12k,
// half of them occupied.
constexpr double kA_A = 4.4975, kC_A = 7.3224;
constexpr double kMolecules = 4.0;
constexpr double kOxygenZ = 0.0622, kAxialZ = 0.1968, kOtherX = 0.4527, kOtherZ = 0.0177;
constexpr double kOxygenB_A2 = 1.0, kHydrogenB_A2 = 2.0;  // displacement at 100 K, 8π²⟨u²⟩

struct Site {
  std::array<double, 3> position;  // of the cell
  bool is_oxygen;
};

void add_4f(std::vector<Site>& sites, double z, bool is_oxygen) {
  constexpr double kThird = 1.0 / 3.0;
  sites.push_back({{kThird, 2 * kThird, z}, is_oxygen});
  sites.push_back({{2 * kThird, kThird, z + 0.5}, is_oxygen});
  sites.push_back({{2 * kThird, kThird, -z}, is_oxygen});
  sites.push_back({{kThird, 2 * kThird, 0.5 - z}, is_oxygen});
}

void add_12k(std::vector<Site>& sites, double x, double z) {
  for (const auto& [first, second] :
       {std::array{x, 2 * x}, std::array{-2 * x, -x}, std::array{x, -x}}) {
    sites.push_back({{first, second, z}, false});
    sites.push_back({{first, second, 0.5 - z}, false});
    sites.push_back({{-first, -second, z + 0.5}, false});
    sites.push_back({{-first, -second, -z}, false});
  }
}

std::vector<Site> sites_of_cell() {
  std::vector<Site> sites;
  add_4f(sites, kOxygenZ, true);
  add_4f(sites, kAxialZ, false);
  add_12k(sites, kOtherX, kOtherZ);
  return sites;
}

double displaced(const FormFactor& atom, double b_A2, double stol) {
  return atom.at(stol) * std::exp(-b_A2 * stol * stol);
}

// |F|² of a reflection.
double intensity(const std::vector<Site>& sites, const std::array<int, 3>& hkl, double stol) {
  const double oxygen = displaced(kOxygen, kOxygenB_A2, stol);
  const double hydrogen = 0.5 * displaced(kHydrogen, kHydrogenB_A2, stol);
  double real = 0.0, imaginary = 0.0;
  for (const auto& [at, is_oxygen] : sites) {
    const double phase =
        2.0 * std::numbers::pi * (hkl[0] * at[0] + hkl[1] * at[1] + hkl[2] * at[2]);
    const double f = is_oxygen ? oxygen : hydrogen;
    real += f * std::cos(phase);
    imaginary += f * std::sin(phase);
  }
  return real * real + imaginary * imaginary;
}

constexpr double kStep_per_A = 2e-4;
constexpr double kLastRing_per_A = 0.8;  // of sin θ/λ; beyond, rings overlap to a smooth curve
// Of grains of 300 Å: a Gaussian whose full width at half maximum in 1/d is 0.9/300 Å⁻¹ (Scherrer).
constexpr double kHalfWidth_per_A = 0.9 / 300.0 / 2.0 / 2.3548200450309493;  // σ of sin θ/λ

// Adds a ring of one reflection to a molecule's intensities.
void add_ring(std::vector<double>& curve, double stol, double square, double volume_A3) {
  using std::numbers::pi;
  const double sigma = 4.0 * pi * kHalfWidth_per_A;
  const double q = q_of(stol);
  const double area = square / kMolecules * 8.0 * pi * pi * pi / volume_A3 / (4.0 * pi * q * q);
  const double peak = area / (sigma * std::sqrt(2.0 * pi));
  const auto middle = static_cast<std::ptrdiff_t>(std::lround(stol / kStep_per_A));
  const auto reach = static_cast<std::ptrdiff_t>(std::lround(6.0 * kHalfWidth_per_A / kStep_per_A));
  for (std::ptrdiff_t row = middle - reach; row <= middle + reach; ++row) {
    if (row < 0 || row >= static_cast<std::ptrdiff_t>(curve.size())) continue;
    const double offset = (static_cast<double>(row) * kStep_per_A - stol) / kHalfWidth_per_A;
    curve[static_cast<std::size_t>(row)] += peak * std::exp(-offset * offset / 2.0);
  }
}

std::vector<double> rings() {
  const double volume = kA_A * kA_A * kC_A * std::numbers::sqrt3 / 2.0;
  const std::vector<Site> sites = sites_of_cell();
  std::vector<double> curve(static_cast<std::size_t>(kLastRing_per_A / kStep_per_A) + 1);
  constexpr int kMostH = 9, kMostL = 13;
  for (int h = -kMostH; h <= kMostH; ++h) {
    for (int k = -kMostH; k <= kMostH; ++k) {
      for (int l = -kMostL; l <= kMostL; ++l) {
        const double square =
            4.0 / 3.0 * (h * h + h * k + k * k) / (kA_A * kA_A) + l * l / (kC_A * kC_A);
        const double stol = std::sqrt(square) / 2.0;
        if (stol == 0.0 || stol > kLastRing_per_A) continue;
        add_ring(curve, stol, intensity(sites, {h, k, l}, stol), volume);
      }
    }
  }
  return curve;
}

// Of a molecule whose atoms move on their own: Σ f²(1 − exp(−2B(sin θ/λ)²)), and what half-occupied
// places of hydrogen add.
double diffuse(double stol) {
  const double oxygen = kOxygen.at(stol);
  const double hydrogen = kHydrogen.at(stol);
  const double still_oxygen = displaced(kOxygen, kOxygenB_A2, stol);
  const double still_hydrogen = displaced(kHydrogen, kHydrogenB_A2, stol);
  return oxygen * oxygen - still_oxygen * still_oxygen +
         2.0 * (hydrogen * hydrogen - 0.5 * still_hydrogen * still_hydrogen);
}

// Where rings are no longer told apart.
double beyond_rings(double stol) {
  const double oxygen = kOxygen.at(stol);
  const double hydrogen = kHydrogen.at(stol);
  return oxygen * oxygen + 2.0 * hydrogen * hydrogen;
}

}  // namespace

ScatteringTable ice_table() {
  const std::vector<double> curve = rings();
  ScatteringTable table;
  for (std::size_t row = 0; row + 20 < curve.size(); ++row) {
    const double stol = static_cast<double>(row) * kStep_per_A;
    table.stol_per_A.push_back(stol);
    table.amplitude_e.push_back(std::sqrt(curve[row] + diffuse(stol)));
  }
  for (double stol = kLastRing_per_A; stol <= kLargestStol_per_A; stol += 0.01) {
    table.stol_per_A.push_back(stol);
    table.amplitude_e.push_back(std::sqrt(beyond_rings(stol)));
  }
  return table;
}

}  // namespace nanobragg::physics
