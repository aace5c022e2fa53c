// Attenuation against the tables of NIST.
#include "nanobragg/physics/attenuation.hpp"

#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::physics {
namespace {

// µ/ρ in cm²/g of J. H. Hubbell & S. M. Seltzer, NISTIR 5632 (tables 3 and 4).
struct Published {
  const char* formula;
  double keV;
  double of_mass;
};

constexpr Published kPublished[] = {{"Si", 8, 64.68},    {"Si", 10, 33.89},   {"Si", 15, 10.34},
                                    {"Si", 20, 4.464},   {"CdTe", 8, 249.2},  {"CdTe", 10, 138.1},
                                    {"CdTe", 15, 46.57}, {"CdTe", 20, 21.44}, {"GaAs", 8, 69.60},
                                    {"GaAs", 10, 37.80}, {"GaAs", 15, 92.20}, {"GaAs", 20, 42.58},
                                    {"Gd", 10, 269.3},   {"Gd", 15, 93.35},   {"O", 10, 5.952},
                                    {"S", 10, 50.12},    {"H2O", 10, 5.329}};

TEST(Attenuation, IsThatOfNist) {
  constexpr double kPerMetre = 100.0;  // of 1 cm⁻¹
  for (const Published& row : kPublished) {
    const double density = 2.5;  // g/cm³; µ grows with it
    const double mu =
        attenuation_per_m({row.formula, 1000.0 * density}, ElectronVolt(1000.0 * row.keV));
    EXPECT_NEAR(mu / (kPerMetre * density * row.of_mass), 1.0, 1e-3)
        << row.formula << " at " << row.keV << " keV";
  }
}

// By mass: the atoms of a compound absorb as they do alone. Atomic weights of IUPAC.
TEST(Attenuation, OfACompoundIsThatOfItsAtoms) {
  constexpr double kGd = 157.25, kO = 15.999, kS = 32.06;
  const double mass = 2 * kGd + 2 * kO + kS;
  const double density = 7440.0;
  for (const double keV : {8.5, 10.0, 13.0}) {
    const ElectronVolt energy(1000.0 * keV);
    const auto part = [&](const char* element, double weight) {
      return attenuation_per_m({element, density}, energy) * weight / mass;
    };
    const double atoms = part("Gd", 2 * kGd) + part("O", 2 * kO) + part("S", kS);
    EXPECT_NEAR(attenuation_per_m({"Gd2O2S", density}, energy) / atoms, 1.0, 1e-4) << keV;
  }
}

TEST(Attenuation, RefusesWhatHasNone) {
  EXPECT_THROW(attenuation_per_m({"Xx", 1000.0}, ElectronVolt(1e4)), Error);
  EXPECT_THROW(attenuation_per_m({"", 1000.0}, ElectronVolt(1e4)), Error);
  EXPECT_THROW(attenuation_per_m({"Si", 0.0}, ElectronVolt(1e4)), Error);
  EXPECT_THROW(attenuation_per_m({"Si", -1.0}, ElectronVolt(1e4)), Error);
  EXPECT_THROW(attenuation_per_m({"Si", 2330.0}, ElectronVolt(10.0)), Error);
  EXPECT_THROW(attenuation_per_m({"Si", 2330.0}, ElectronVolt(1e7)), Error);
}

}  // namespace
}  // namespace nanobragg::physics
