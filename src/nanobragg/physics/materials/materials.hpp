// Materials by name: what their molecules scatter, coherently.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nanobragg/model/amorphous.hpp"

namespace nanobragg::physics {

struct MaterialInfo {
  std::string_view name;
  std::string_view molecule;  // that the table is of
  double density_g_cm3;
  double molar_mass_g;
  std::string_view origin;    // of the table
  std::string_view accuracy;  // of its intensities
  ScatteringTable (*table)();
};

// Every one that is known.
std::span<const MaterialInfo> materials();

// Makes its table. Throws UsageError, with the nearest name, for a name that is not known.
AmorphousMaterial find_material(const std::string& name);

}  // namespace nanobragg::physics
