// Names, tables and lengths to slabs.
#include "nanobragg/config/resolve/resolve_background.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/background_value.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/lists/scattering_table.hpp"
#include "nanobragg/physics/amorphous.hpp"
#include "nanobragg/physics/materials/materials.hpp"

namespace nanobragg::config {
namespace {

using Kind = BackgroundValue::Kind;
using io::TableArgument;

constexpr const char* kTableWords = "-stol, -4stol or -Q";

// Of water, as nonBragg has them.
constexpr double kDensity_g_cm3 = 1.0;
constexpr double kMolarMass_g = constants::kWaterMolarMass;

struct TableFlag {
  const char* flag;
  std::optional<std::string> Settings::*file;
  TableArgument argument;
};
constexpr std::array<TableFlag, 3> kTableFlags{
    {{"-stol", &Settings::stol_file, TableArgument::stol},
     {"-4stol", &Settings::four_stol_file, TableArgument::four_stol},
     {"-Q", &Settings::q_file, TableArgument::q}}};

std::vector<BackgroundValue> values_of(const Settings& settings) {
  std::vector<BackgroundValue> values;
  if (!settings.backgrounds) return values;
  for (const std::string& text : *settings.backgrounds) values.push_back(parse_background(text));
  return values;
}

// The flag whose table is used; null: none is given. Throws UsageError for two.
const TableFlag* given_table(const Settings& settings) {
  const TableFlag* found = nullptr;
  for (const TableFlag& row : kTableFlags) {
    if (!(settings.*row.file)) continue;
    if (found) {
      throw UsageError(fmt::format("both {} and {} (one table is taken)", found->flag, row.flag),
                       "", "give further tables as -background FILE.stol:LENGTH:DENSITY:MW");
    }
    found = &row;
  }
  return found;
}

bool uses_table(const Settings& settings, const std::vector<BackgroundValue>& values) {
  return settings.molecules || std::ranges::any_of(values, [](const BackgroundValue& value) {
           return value.kind == Kind::table_of_flag;
         });
}

// By the end of its name.
TableArgument argument_of(const std::string& file) {
  const std::string end = io::uncompressed_name(file).extension().string();
  if (end == ".stol") return TableArgument::stol;
  if (end == ".4stol") return TableArgument::four_stol;
  if (end == ".Q" || end == ".q") return TableArgument::q;
  throw UsageError(fmt::format("-background with the table '{}' (its name does not say what its "
                               "first column is)",
                               file),
                   "", "tables end in .stol, .4stol or .Q; or give -stol, -4stol or -Q FILE");
}

AmorphousMaterial material_of_flag(const Settings& settings, const BackgroundTables& tables) {
  return {.name = *(settings.*(given_table(settings)->file)),
          .table = tables.of_flag,
          .density_kg_m3 = 1e3 * settings.density_g_cm3.value_or(kDensity_g_cm3),
          .molar_mass_kg = 1e-3 * settings.molar_mass_g.value_or(kMolarMass_g)};
}

AmorphousMaterial material_of_file(const BackgroundValue& value,
                                   std::shared_ptr<const ScatteringTable> table) {
  if (!value.density_g_cm3 || !value.molar_mass_g) {
    throw UsageError(
        fmt::format("-background with the table '{}' without density and molar mass "
                    "(they give the number of molecules)",
                    value.name),
        "", fmt::format("-background {}:LENGTH:DENSITY:MW, in g/cm³ and g/mol", value.name));
  }
  return {
      .name = value.name, .table = std::move(table), .density_kg_m3 = 0.0, .molar_mass_kg = 0.0};
}

AmorphousMaterial material_of_name(const Settings& settings, const BackgroundValue& value) {
  if (value.molar_mass_g) {
    throw UsageError(
        fmt::format("-background {} with a molar mass (it is that of its molecule)", value.name));
  }
  const bool has_compton = settings.compton.value_or(false);
  return physics::find_material(
      value.name, has_compton ? physics::Compton::included : physics::Compton::left_out);
}

AmorphousSlab slab_of(const Settings& settings, const BackgroundValue& value,
                      const BackgroundTables& tables,
                      const std::shared_ptr<const ScatteringTable>& table) {
  AmorphousMaterial material = value.kind == Kind::table_of_flag
                                   ? material_of_flag(settings, tables)
                               : value.kind == Kind::file ? material_of_file(value, table)
                                                          : material_of_name(settings, value);
  if (value.density_g_cm3) material.density_kg_m3 = 1e3 * *value.density_g_cm3;
  if (value.molar_mass_g) material.molar_mass_kg = 1e-3 * *value.molar_mass_g;
  return {std::move(material), value.thickness};
}

}  // namespace

bool gives_slabs(const Settings& settings) {
  return settings.backgrounds.has_value() || settings.molecules.has_value();
}

BackgroundTables read_background_tables(const Settings& settings) {
  BackgroundTables tables;
  const std::vector<BackgroundValue> values = values_of(settings);
  const TableFlag* const flag = given_table(settings);
  if (uses_table(settings, values)) {
    if (!flag) {
      throw UsageError(fmt::format("{} without a table (none of {} is given)",
                                   settings.molecules ? "-molecules" : "-background stol",
                                   kTableWords));
    }
    tables.of_flag = std::make_shared<ScatteringTable>(
        io::read_scattering_table(*(settings.*(flag->file)), flag->argument));
  }
  for (const BackgroundValue& value : values) {
    if (is_measured(value)) tables.measured.push_back(read_measured_file(value, settings));
    tables.of_backgrounds.push_back(
        value.kind == Kind::file ? std::make_shared<ScatteringTable>(io::read_scattering_table(
                                       value.name, argument_of(value.name)))
                                 : nullptr);
  }
  return tables;
}

std::vector<AmorphousSlab> resolve_slabs(const Settings& settings, const BackgroundTables& tables,
                                         Metre beam_size) {
  const std::vector<BackgroundValue> values = values_of(settings);
  const bool has_slabs = settings.molecules || !std::ranges::all_of(values, is_measured);
  if (has_slabs && !(beam_size.value() > 0.0)) {
    throw UsageError("-background in a beam of size 0 (it would scatter nothing)", "",
                     "give -beamsize");
  }
  std::vector<AmorphousSlab> slabs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_measured(values[i])) continue;
    slabs.push_back(slab_of(settings, values[i], tables, tables.of_backgrounds[i]));
  }
  if (settings.molecules) {
    // As thick as makes so many.
    AmorphousMaterial material = material_of_flag(settings, tables);
    const double a_metre =
        physics::molecules_per_metre(material, beam_size.value() * beam_size.value());
    slabs.push_back({std::move(material), Metre(*settings.molecules / a_metre)});
  }
  for (const AmorphousSlab& slab : slabs) check(slab);
  return slabs;
}

MeasuredBackgrounds resolve_measured(const Settings& settings, const BackgroundTables& tables,
                                     const std::vector<Panel>& panels, const BeamValues& beam) {
  MeasuredBackgrounds out;
  for (const BackgroundValue& value : values_of(settings)) {
    if (!is_measured(value)) continue;
    if (out.list.size() == kMostMeasured) {
      throw UsageError(
          fmt::format("more than {} measured backgrounds (-background profile:FILE and "
                      "image:FILE)",
                      kMostMeasured),
          "", "add up those that belong together: nanobragg add");
    }
    ResolvedMeasured one = resolve_measured(value, tables.measured[out.list.size()], panels, beam);
    out.list.push_back(std::move(one.background));
    for (std::string& text : one.warnings) out.warnings.push_back(std::move(text));
  }
  return out;
}

namespace {

std::string resolution_text(double stol_per_A) {
  return fmt::format("sin θ/λ = {:.4g} Å⁻¹ ({:.3g} Å)", stol_per_A, 0.5 / stol_per_A);
}

// What is taken where the image goes beyond a table.
void warn_of_ends(const AmorphousSlab& slab, double largest_stol,
                  std::vector<std::string>& warnings) {
  const ScatteringTable& table = *slab.material.table;
  const double first = table.stol_per_A.front();
  const double last = table.stol_per_A.back();
  if (last < largest_stol) {
    warnings.push_back(fmt::format(
        "the table of {} ends inside the image, at {}: beyond it its last amplitude, {:g} "
        "electrons, is taken (the image goes to {})",
        slab.material.name, resolution_text(last), table.amplitude_e.back(),
        resolution_text(largest_stol)));
  }
  if (first > 0.0) {
    warnings.push_back(fmt::format(
        "the table of {} begins at {}: below it its first amplitude, {:g} electrons, is "
        "taken",
        slab.material.name, resolution_text(first), table.amplitude_e.front()));
  }
}

}  // namespace

std::vector<std::string> background_warnings(const Settings& settings,
                                             const Experiment& experiment) {
  std::vector<std::string> warnings;
  const TableFlag* const flag = given_table(settings);
  if (!uses_table(settings, values_of(settings))) {
    if (flag) {
      warnings.push_back(
          fmt::format("{} {} is not used: no thickness is given (-background "
                      "stol:LENGTH, or -molecules N)",
                      flag->flag, *(settings.*(flag->file))));
    } else if (settings.density_g_cm3 || settings.molar_mass_g) {
      warnings.push_back(
          fmt::format("-density and -MW are not used: they are of a table ({})", kTableWords));
    }
  }
  const std::vector<BackgroundValue> values = values_of(settings);
  const auto is_named = [](const BackgroundValue& value) { return value.kind == Kind::material; };
  if (settings.compton.value_or(false) && std::ranges::none_of(values, is_named)) {
    warnings.emplace_back(
        "-compton is not used: no -background names a material, and tables stay as they are");
  }
  if (experiment.slabs.empty()) return warnings;
  const bool has_size = settings.beamsize_mm || settings.flux.value_or(0.0) > 0.0;
  if (!has_size && !settings.experiment_file) {
    warnings.push_back(fmt::format(
        "-background scatters from a beam of {0:g} × {0:g} mm, as no -beamsize is given",
        1e3 * experiment.beam->size.value()));
  }
  const double largest = 0.5 / best_resolution_A(experiment.detector.panels, *experiment.beam);
  for (const AmorphousSlab& slab : experiment.slabs) warn_of_ends(slab, largest, warnings);
  return warnings;
}

}  // namespace nanobragg::config
