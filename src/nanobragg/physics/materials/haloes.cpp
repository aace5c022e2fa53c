// Liquids, polymers and glass with one or two haloes.
//   I(s) = Σ f² · [1 − (1 − c) exp(−(Q/w)²) + Σ hᵢ exp(−4 ln 2 (Q − Qᵢ)²/Wᵢ²)]
// of the atoms of a formula unit. Positions Qᵢ and full widths Wᵢ of haloes are those that are
// published for the material. Forward, c·Σf²(0) = Z² n k T κ by the density fluctuations of n units
// in a volume with the compressibility κ (frozen in at the glass transition of a glass), Z
// electrons each. Heights h and the width w of the hole at small angles are estimates: intensities
// are right to about 30 % up to Q = 3 Å⁻¹. Beyond, distances of bonds, which are left out, make
// waves of 20 %.
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "nanobragg/physics/materials/compositions.hpp"
#include "nanobragg/physics/materials/material_tables.hpp"

namespace nanobragg::physics {
namespace {

struct Halo {
  double q_per_A, full_width_per_A, height;
};

struct HaloModel {
  std::span<const AtomCount> atoms;
  std::span<const Halo> haloes;
  double forward_e2;  // electrons² of a unit
  double hole_per_A;  // w
};

double square_sum(std::span<const AtomCount> atoms, double stol) {
  double sum = 0.0;
  for (const AtomCount& atom : atoms) sum += atom.count * std::pow(atom.form.at(stol), 2);
  return sum;
}

ScatteringTable table_of(const HaloModel& model) {
  const double forward = model.forward_e2 / square_sum(model.atoms, 0.0);
  return smooth_table([&](double stol) {
    const double q = q_of(stol);
    double factor = 1.0 - (1.0 - forward) * std::exp(-std::pow(q / model.hole_per_A, 2));
    for (const auto& [at, width, height] : model.haloes) {
      factor += height * std::exp(-4.0 * std::numbers::ln2 * std::pow((q - at) / width, 2));
    }
    return square_sum(model.atoms, stol) * factor;
  });
}

}  // namespace

// C₃H₈O₃; main peak at 1.49 Å⁻¹ (Towey, Soper & Dougan (2011), Phys. Chem. Chem. Phys. 13, 9397),
// κ = 2.2e-10 1/Pa.
ScatteringTable glycerol_table() {
  static constexpr std::array<Halo, 1> kHaloes{{{1.49, 0.55, 1.0}}};
  return table_of({kGlycerolAtoms, kHaloes, 18.4, 1.3});
}

// C₂H₄O, of poly(ethylene glycol) as a melt; halo at 1.50 Å⁻¹ (4.2 Å), κ = 4.4e-10 1/Pa.
ScatteringTable peg_table() {
  static constexpr std::array<Halo, 1> kHaloes{{{1.50, 0.5, 1.1}}};
  return table_of({kPegAtoms, kHaloes, 15.8, 1.3});
}

// CH₂, of paraffin oil; halo at 1.37 Å⁻¹ (4.6 Å) as of liquid alkanes (Habenschuss & Narten (1990),
// J. Chem. Phys. 92, 5692), κ = 7e-10 1/Pa.
ScatteringTable oil_table() {
  static constexpr std::array<Halo, 1> kHaloes{{{1.37, 0.40, 2.0}}};
  return table_of({kOilAtoms, kHaloes, 6.7, 1.2});
}

// C₂₂H₁₀N₂O₅, of PMDA–ODA; halo at 1.25 Å⁻¹ (5.0 Å) and repeat of the chain at 0.41 Å⁻¹ (15.4 Å)
// (Takahashi, Yoon & Parrish (1984), Macromolecules 17, 2583).
ScatteringTable polyimide_table() {
  static constexpr std::array<Halo, 2> kHaloes{{{0.41, 0.08, 0.25}, {1.25, 0.55, 1.0}}};
  return table_of({kPolyimideAtoms, kHaloes, 104.0, 1.2});
}

// The mean residue C₅H₈N₁.₄O₁.₅; diffuse rings at 1.40 Å⁻¹ (4.5 Å) and 0.63 Å⁻¹ (10 Å), as
// solutions and disordered regions have them (Hirai et al. (2002), J. Synchrotron Rad. 9, 202).
ScatteringTable protein_table() {
  static constexpr std::array<Halo, 2> kHaloes{{{0.63, 0.35, 0.3}, {1.40, 0.55, 0.9}}};
  return table_of({kProteinAtoms, kHaloes, 40.0, 1.2});
}

// SiO₂, vitreous; first sharp peak at 1.52 Å⁻¹ and the next at 5.2 Å⁻¹ (Mozzi & Warren (1969), J.
// Appl. Cryst. 2, 164); density fluctuations frozen in at 1450 K with κ = 8.5e-11 1/Pa.
ScatteringTable glass_table() {
  static constexpr std::array<Halo, 2> kHaloes{{{1.52, 0.5, 0.9}, {5.2, 1.2, 0.25}}};
  return table_of({kGlassAtoms, kHaloes, 33.0, 1.5});
}

}  // namespace nanobragg::physics
