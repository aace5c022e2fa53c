// Materials: limits that follow from their composition and their density, published features, and
// beside tables of others.
#include "nanobragg/physics/materials/materials.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <gemmi/it92.hpp>
#include <map>
#include <numbers>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/lists/scattering_table.hpp"
#include "nanobragg/physics/amorphous.hpp"
#include "nanobragg/physics/materials/form_factor.hpp"

namespace nanobragg::physics {
namespace {

namespace fs = std::filesystem;

// The atoms of a molecule, by its formula: "C5H8N1.4O1.5".
std::map<gemmi::El, double> atoms_of(const MaterialInfo& material) {
  if (material.name == "air") {
    return {{gemmi::El::N, 2 * 0.78084}, {gemmi::El::O, 2 * 0.20948}, {gemmi::El::Ar, 0.00968}};
  }
  std::map<gemmi::El, double> atoms;
  const std::string formula(material.molecule);
  for (std::size_t i = 0; i < formula.size();) {
    std::size_t end = i + 1;
    while (end < formula.size() && std::islower(static_cast<unsigned char>(formula[end]))) ++end;
    const gemmi::El element = gemmi::Element(formula.substr(i, end - i)).elem;
    std::size_t digits = end;
    while (digits < formula.size() && !std::isupper(static_cast<unsigned char>(formula[digits]))) {
      ++digits;
    }
    atoms[element] += digits == end ? 1.0 : std::stod(formula.substr(end, digits - end));
    i = digits;
  }
  return atoms;
}

TEST(FormFactors, AreThoseOfTheInternationalTables) {
  const std::pair<const FormFactor*, gemmi::El> rows[] = {
      {&kHydrogen, gemmi::El::H}, {&kHelium, gemmi::El::He}, {&kCarbon, gemmi::El::C},
      {&kNitrogen, gemmi::El::N}, {&kOxygen, gemmi::El::O},  {&kSilicon, gemmi::El::Si},
      {&kArgon, gemmi::El::Ar}};
  for (const auto& [factor, element] : rows) {
    for (const double stol : {0.0, 0.1, 0.4, 1.0, 2.0}) {
      EXPECT_NEAR(factor->at(stol), gemmi::IT92<double>::get(element).calculate_sf(stol * stol),
                  2e-5)
          << gemmi::element_name(element) << " at " << stol;
    }
  }
}

TEST(Materials, HaveTheMassOfTheirMolecules) {
  for (const MaterialInfo& material : materials()) {
    double mass = 0.0;
    for (const auto& [element, count] : atoms_of(material)) {
      mass += count * gemmi::molecular_weight(element);
    }
    // The carbon dioxide of air is counted as argon.
    EXPECT_NEAR(mass / material.molar_mass_g, 1.0, 2e-4) << material.name;
  }
}

// At large angles atoms scatter independently, whatever they are part of.
TEST(Materials, ScatterAsTheirAtomsAtLargeAngles) {
  for (const MaterialInfo& material : materials()) {
    const ScatteringTable table = material.table();
    for (const double stol : {1.5, 1.9}) {
      double atoms = 0.0;
      for (const auto& [element, count] : atoms_of(material)) {
        const double f = gemmi::IT92<double>::get(element).calculate_sf(stol * stol);
        atoms += count * f * f;
      }
      EXPECT_NEAR(intensity_at(table, stol).value / atoms, 1.0, 0.06) << material.name << stol;
    }
  }
}

TEST(Materials, OfGasesScatterForwardAsAllElectronsOfAMolecule) {
  EXPECT_NEAR(
      amplitude_at(
          find_material("helium").table ? *find_material("helium").table : ScatteringTable{}, 0.0)
          .value,
      2.0, 1e-3);
  EXPECT_NEAR(amplitude_at(*find_material("nitrogen").table, 0.0).value, 14.0, 0.02);
}

// Density fluctuations alone scatter forward: Z² ρ k T κ of ρ molecules in a volume (κ of Kell
// (1970), 25 °C).
TEST(Materials, WaterScattersForwardByItsCompressibility) {
  const double molecules = 997.0 / 18.0153e-3 * 6.02214e23;
  const double expected = 100.0 * molecules * 1.380649e-23 * 298.15 * 4.525e-10;
  EXPECT_NEAR(intensity_at(*find_material("water").table, 0.0).value / expected, 1.0, 0.05);
}

// The argument of the largest intensity within bounds.
double peak_of(const std::string& material, double from, double to) {
  const AmorphousMaterial found = find_material(material);
  double best = from;
  for (double stol = from; stol <= to; stol += 1e-4) {
    const double here = intensity_at(*found.table, stol).value;
    if (here > intensity_at(*found.table, best).value) best = stol;
  }
  return best;
}

TEST(Materials, HaveTheirPublishedPeaks) {
  const double per_q = 1.0 / (4.0 * std::numbers::pi);
  // Of water at Q = 2.0 Å⁻¹; form factors, which fall, move haloes inwards by some per cent.
  EXPECT_NEAR(peak_of("water", 0.1, 0.3), 2.05 * per_q, 0.06 * per_q);
  EXPECT_NEAR(peak_of("glycerol", 0.05, 0.3), 1.49 * per_q, 0.1 * per_q);
  EXPECT_NEAR(peak_of("oil", 0.05, 0.3), 1.37 * per_q, 0.08 * per_q);
  EXPECT_NEAR(peak_of("glass", 0.05, 0.3), 1.52 * per_q, 0.1 * per_q);
  // 1/d = 2 sin θ/λ: the ring at 4.5 Å.
  EXPECT_NEAR(0.5 / peak_of("protein", 0.08, 0.3), 4.5, 0.3);
}

// Spacings of ice at 100 K, by its cell: 100, 002, 101, 102, 110, 103, 112.
TEST(Materials, IceHasItsRings) {
  constexpr double kA = 4.4975, kC = 7.3224;
  const AmorphousMaterial ice = find_material("ice");
  for (const auto& [h, k, l] :
       {std::array{1, 0, 0}, std::array{0, 0, 2}, std::array{1, 0, 1}, std::array{1, 0, 2},
        std::array{1, 1, 0}, std::array{1, 0, 3}, std::array{1, 1, 2}}) {
    const double stol =
        0.5 * std::sqrt(4.0 / 3.0 * (h * h + h * k + k * k) / (kA * kA) + l * l / (kC * kC));
    EXPECT_NEAR(peak_of("ice", stol - 0.002, stol + 0.002), stol, 2e-4);
    EXPECT_GT(intensity_at(*ice.table, stol).value, 20.0 * intensity_at(*ice.table, 0.11).value);
  }
  // P6₃/mmc has no 001.
  EXPECT_LT(intensity_at(*ice.table, 0.5 / kC).value, 5.0);
}

// The area of a powder ring is that of its reflections, whatever their width: of 100, six with an
// amplitude from the oxygens and hydrogens of a cell, as DIALS, gemmi and others compute it.
TEST(Materials, IcesRingsHoldTheIntensityOfTheirReflections) {
  const AmorphousMaterial ice = find_material("ice");
  const double stol = 1.0 / (4.4975 * std::numbers::sqrt3);
  double area = 0.0;  // of 100 over Q, above the ground between rings
  constexpr double kStep = 1e-4;
  const double ground = intensity_at(*ice.table, stol - 0.004).value;
  for (double s = stol - 0.0035; s < stol + 0.0035; s += kStep) {
    area += (intensity_at(*ice.table, s).value - ground) * kStep * 4.0 * std::numbers::pi;
  }
  const double q = 4.0 * std::numbers::pi * stol;
  const double volume = 4.4975 * 4.4975 * 7.3224 * std::numbers::sqrt3 / 2.0;
  const double square =
      area * 4.0 * volume * 4.0 * std::numbers::pi * q * q / std::pow(2.0 * std::numbers::pi, 3);
  const double f_of_100 = std::sqrt(square / 6.0);
  // Of oxygen alone: 4 cos(2π/3)·f·exp(−Bs²)·… = −2·f; hydrogens change it by some per cent.
  const double oxygen = 2.0 * kOxygen.at(stol) * std::exp(-1.0 * stol * stol);
  EXPECT_NEAR(f_of_100 / oxygen, 1.0, 0.25);
}

// An electron that is alone scatters either coherently or incoherently: S = 1 − f², and f of the
// hydrogen atom has a closed form, with the Bohr radius.
TEST(Incoherent, OfHydrogenFollowsFromItsWaveFunction) {
  constexpr double kBohr_A = 0.529177;
  for (double stol = 0.0; stol <= 2.0; stol += 0.05) {
    const double f = std::pow(1.0 + std::pow(2.0 * std::numbers::pi * kBohr_A * stol, 2), -2);
    EXPECT_NEAR(kHydrogenIncoherent.at(stol), 1.0 - f * f, 0.01) << stol;
  }
}

TEST(Incoherent, GoesFromNothingToAllElectrons) {
  for (const MaterialInfo& material : materials()) {
    for (const AtomCount& atom : material.atoms) {
      const double electrons = atom.form.at(0.0);
      EXPECT_EQ(atom.incoherent.at(0.0), 0.0);
      EXPECT_GT(atom.incoherent.at(2.0), 0.8 * electrons);
      EXPECT_LT(atom.incoherent.at(2.0), 1.01 * electrons);
    }
  }
}

TEST(Materials, HaveTheAtomsOfTheirMolecules) {
  for (const MaterialInfo& material : materials()) {
    double counted = 0.0, expected = 0.0;
    for (const AtomCount& atom : material.atoms) counted += atom.count * atom.form.at(0.0);
    for (const auto& [element, count] : atoms_of(material)) {
      expected += count * gemmi::IT92<double>::get(element).calculate_sf(0.0);
    }
    EXPECT_NEAR(counted / expected, 1.0, 1e-4) << material.name;
  }
}

// The tables of others stay where they are. They hold what scatters incoherently too.
TEST(Materials, AreNearTheTablesOfOthers) {
  const fs::path folder = fs::path(NANOBRAGG_SHARED) / "realism";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent";
  for (const std::string name : {"water", "air"}) {
    const ScatteringTable theirs =
        io::read_scattering_table(folder / (name + ".stol"), io::TableArgument::stol);
    const AmorphousMaterial ours = find_material(name, Compton::included);
    for (double stol = 0.0; stol <= 0.45; stol += 0.01) {
      const double ratio = intensity_at(*ours.table, stol).value / intensity_at(theirs, stol).value;
      EXPECT_NEAR(ratio, 1.0, 0.15) << name << " at " << stol;
    }
  }
}

TEST(Materials, AnUnknownNameIsSaid) { EXPECT_THROW(find_material("vodka"), UsageError); }

}  // namespace
}  // namespace nanobragg::physics
