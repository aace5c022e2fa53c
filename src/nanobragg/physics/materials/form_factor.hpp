// Form factors of the atoms that amorphous materials are made of.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace nanobragg::physics {

// f(s) = Σ aᵢ exp(−bᵢ s²) + c, electrons, of s = sin θ/λ in Å⁻¹, from 0 to 2 Å⁻¹ (International
// Tables for Crystallography C (1992), table 6.1.1.4): within 0.02 electrons of the tabulated ones.
struct FormFactor {
  std::array<double, 4> a, b;  // electrons, Å²
  double c;

  double at(double stol_per_A) const {
    double sum = c;
    for (std::size_t i = 0; i < a.size(); ++i) {
      sum += a[i] * std::exp(-b[i] * stol_per_A * stol_per_A);
    }
    return sum;
  }
};

// How far they are known.
inline constexpr double kLargestStol_per_A = 2.0;

inline constexpr FormFactor kHydrogen{
    {0.493002, 0.322912, 0.140191, 0.04081}, {10.5109, 26.1257, 3.14236, 57.7997}, 0.003038};
inline constexpr FormFactor kHelium{
    {0.8734, 0.6309, 0.3112, 0.178}, {9.1037, 3.3568, 22.9276, 0.9821}, 0.0064};
inline constexpr FormFactor kCarbon{
    {2.31, 1.02, 1.5886, 0.865}, {20.8439, 10.2075, 0.5687, 51.6512}, 0.2156};
inline constexpr FormFactor kNitrogen{
    {12.2126, 3.1322, 2.0125, 1.1663}, {0.0057, 9.8933, 28.9975, 0.5826}, -11.529};
inline constexpr FormFactor kOxygen{
    {3.0485, 2.2868, 1.5463, 0.867}, {13.2771, 5.7011, 0.3239, 32.9089}, 0.2508};
inline constexpr FormFactor kSilicon{
    {6.2915, 3.0353, 1.9891, 1.541}, {2.4386, 32.3337, 0.6785, 81.6937}, 1.1407};
inline constexpr FormFactor kArgon{
    {7.4845, 6.7723, 0.6539, 1.6442}, {0.9072, 14.8407, 43.8983, 33.3929}, 1.4445};

}  // namespace nanobragg::physics
