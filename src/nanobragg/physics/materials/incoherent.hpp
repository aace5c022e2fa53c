// Compton scattering of the atoms that amorphous materials are made of.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace nanobragg::physics {

// S(s) = Σ aᵢ (1 − exp(−bᵢ s²)), electrons, of s = sin θ/λ in Å⁻¹: how many electrons of an atom
// scatter incoherently. Fitted from 0 to 2 Å⁻¹ to the tables of Hubbell et al. (1975), J. Phys.
// Chem. Ref. Data 4, 471, within 0.05 electrons.
struct IncoherentFunction {
  std::array<double, 4> a, b;  // electrons, Å²

  double at(double stol_per_A) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      sum -= a[i] * std::expm1(-b[i] * stol_per_A * stol_per_A);
    }
    return sum;
  }
};

inline constexpr IncoherentFunction kHydrogenIncoherent{{0.2119, 0.5577, 0.2162, 0.0142},
                                                        {81.8047, 40.7767, 18.5183, 6.4519}};
inline constexpr IncoherentFunction kHeliumIncoherent{{0.4984, 0.9896, 0.4668, 0.0453},
                                                      {33.851, 13.689, 5.4141, 1.7332}};
inline constexpr IncoherentFunction kCarbonIncoherent{{0.9424, 3.0024, 1.247, 0.8081},
                                                      {71.4917, 19.2678, 1.7439, 0.6275}};
inline constexpr IncoherentFunction kNitrogenIncoherent{{1.6951, 3.0687, 1.0187, 1.2176},
                                                        {47.635, 14.1804, 1.7225, 0.5512}};
inline constexpr IncoherentFunction kOxygenIncoherent{{1.66, 3.9129, 0.8674, 1.5597},
                                                      {38.6306, 11.1486, 1.8869, 0.4802}};
inline constexpr IncoherentFunction kSiliconIncoherent{{3.3104, 1.729, 6.2722, 2.6885},
                                                       {86.2119, 13.471, 2.3795, 0.2376}};
inline constexpr IncoherentFunction kArgonIncoherent{{2.3316, 5.9222, 6.3492, 3.3969},
                                                     {62.5558, 13.8997, 1.4184, 0.1821}};

}  // namespace nanobragg::physics
