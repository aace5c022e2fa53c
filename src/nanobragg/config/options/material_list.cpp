// Lays the list of materials out.
#include "nanobragg/config/options/material_list.hpp"

#include <fmt/format.h>

#include "nanobragg/physics/materials/materials.hpp"

namespace nanobragg::config {
namespace {

std::string laid_out(fmt::string_view row, const std::string& below_heading) {
  std::string text = fmt::format(fmt::runtime(row), "name", "molecule", "g/cm³", "g/mol",
                                 "accuracy", "made from") +
                     below_heading;
  for (const physics::MaterialInfo& material : physics::materials()) {
    text +=
        fmt::format(fmt::runtime(row), material.name, material.molecule,
                    fmt::format("{:g}", material.density_g_cm3),
                    fmt::format("{:g}", material.molar_mass_g), material.accuracy, material.origin);
  }
  return text;
}

}  // namespace

std::string material_list() { return laid_out("{:<11}{:<15}{:>11}{:>10}  {:<38}{}\n", ""); }

std::string markdown_material_table() {
  return laid_out("| `{}` | {} | {} | {} | {} | {} |\n", "| --- | --- | --- | --- | --- | --- |\n");
}

}  // namespace nanobragg::config
