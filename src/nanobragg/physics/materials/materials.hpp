// Materials by name, and what their molecules scatter.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "nanobragg/model/amorphous.hpp"
#include "nanobragg/physics/materials/compositions.hpp"

namespace nanobragg::physics {

struct MaterialInfo {
  std::string_view name;
  std::string_view molecule;  // that the table is of
  double density_g_cm3;
  double molar_mass_g;
  std::string_view origin;    // of the table
  std::string_view accuracy;  // of its intensities
  std::span<const AtomCount> atoms;
  ScatteringTable (*table)();  // of coherent scattering
};

// Every one that is known.
std::span<const MaterialInfo> materials();

// Whether a table holds Compton scattering: Σ S of its atoms beside F². Its photons are counted as
// if their wavelength had not changed: (E'/E)², their loss by recoil, is 1 − 4(sin θ/λ)²·λ·0.0243
// Å, 0.98 at 0.5 Å⁻¹ and 1 Å.
enum class Compton : std::uint8_t { left_out, included };

// Makes its table. Throws UsageError, with the nearest name, for a name that is not known.
AmorphousMaterial find_material(const std::string& name, Compton compton = Compton::left_out);

}  // namespace nanobragg::physics
