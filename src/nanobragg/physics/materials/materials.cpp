// The table of materials.
#include "nanobragg/physics/materials/materials.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/physics/materials/material_tables.hpp"

namespace nanobragg::physics {
namespace {

constexpr const char* kDebye = "form factors and bond length by Debye's formula";
constexpr const char* kHalo = "free atoms, published haloes, compressibility";

// Gases at 20 °C and 1 atm.
constexpr std::array<MaterialInfo, 12> kMaterials{{
    {"water", "H2O", 0.997, 18.0153, "distances of molecules (Skinner 2013), compressibility",
     "10 %, near 1/d = 0.16 Å⁻¹ 15 %", kWaterAtoms, water_table},
    {"ice", "H2O", 0.933, 18.0153, "structure of ice Ih (Kuhs & Lehmann 1983), grains of 30 nm",
     "5 % of a ring", kWaterAtoms, ice_table},
    {"air", "mean molecule", 1.2041e-3, 28.9647, kDebye, "3 %", kAirAtoms, air_table},
    {"nitrogen", "N2", 1.1648e-3, 28.0134, kDebye, "3 %", kNitrogenAtoms, nitrogen_table},
    {"helium", "He", 0.16634e-3, 4.0026, "form factor", "1 %", kHeliumAtoms, helium_table},
    {"glycerol", "C3H8O3", 1.261, 92.0938, kHalo, "30 %", kGlycerolAtoms, glycerol_table},
    {"peg", "C2H4O", 1.125, 44.0526, kHalo, "30 %", kPegAtoms, peg_table},
    {"oil", "CH2", 0.86, 14.0266, kHalo, "30 %", kOilAtoms, oil_table},
    {"polyimide", "C22H10N2O5", 1.42, 382.331, kHalo, "30 %", kPolyimideAtoms, polyimide_table},
    {"kapton", "C22H10N2O5", 1.42, 382.331, "polyimide by its trade name", "30 %", kPolyimideAtoms,
     polyimide_table},
    {"protein", "C5H8N1.4O1.5", 1.35, 111.73, kHalo, "30 %", kProteinAtoms, protein_table},
    {"glass", "SiO2", 2.20, 60.0843, kHalo, "30 %", kGlassAtoms, glass_table},
}};

ScatteringTable with_compton(const MaterialInfo& material) {
  ScatteringTable table = material.table();
  for (std::size_t i = 0; i < table.stol_per_A.size(); ++i) {
    double square = table.amplitude_e[i] * table.amplitude_e[i];
    for (const AtomCount& atom : material.atoms) {
      square += atom.count * atom.incoherent.at(table.stol_per_A[i]);
    }
    table.amplitude_e[i] = std::sqrt(square);
  }
  return table;
}

}  // namespace

std::span<const MaterialInfo> materials() { return kMaterials; }

AmorphousMaterial find_material(const std::string& name, Compton compton) {
  std::vector<std::string> names;
  for (const MaterialInfo& row : kMaterials) {
    if (row.name == name) {
      const bool has_compton = compton == Compton::included;
      const ScatteringTable table = has_compton ? with_compton(row) : row.table();
      return {.name = has_compton ? name + " (with Compton scattering)" : name,
              .table = std::make_shared<const ScatteringTable>(table),
              .density_kg_m3 = 1e3 * row.density_g_cm3,
              .molar_mass_kg = 1e-3 * row.molar_mass_g};
    }
    names.emplace_back(row.name);
  }
  const auto near = nearest(name, names);
  throw UsageError("unknown material '" + name + "' (no such name)", "",
                   near ? "did you mean '" + *near + "'?" : "nanobragg materials lists them");
}

}  // namespace nanobragg::physics
