// Tells the formats of -hkl apart and fills settings from them.
#include "nanobragg/config/resolve/amplitude_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <span>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/amplitude_column.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/reflections/fdump.hpp"
#include "nanobragg/io/reflections/reflection_formats.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::config {
namespace {

// As -cell has them: Å and degrees.
std::vector<double> cell_setting(const CellParameters<double>& cell, const std::string& name) {
  try {
    check(cell);
  } catch (const Error& error) {
    throw Error(error.problem(), name + ": " + error.where(), error.hint());
  }
  constexpr double deg = constants::kDegreesPerRadian;
  const auto& [a, b, c, alpha, beta, gamma] = cell;
  return {a, b, c, alpha * deg, beta * deg, gamma * deg};
}

// Defaults, as -show_config names them, are not counted as given.
void check_model_flags(const Settings& settings) {
  if (settings.model_file) return;
  const Settings defaults = default_settings();
  const auto refuse = [&](auto member, const char* flag) {
    if (!(settings.*member) || settings.*member == defaults.*member) return;
    throw UsageError(fmt::format("{} without -model (amplitudes are not computed)", flag));
  };
  refuse(&Settings::solvent_density, "-ksol");
  refuse(&Settings::solvent_B, "-bsol");
  refuse(&Settings::forward_scattering, "-F000");
  refuse(&Settings::leave_out_unknown, "-leave_out_unknown");
}

}  // namespace

AmplitudeFile read_amplitude_file(const Settings& settings) {
  AmplitudeFile file;
  check_model_flags(settings);
  if (settings.model_file) {
    if (settings.hkl_file) throw UsageError("both -model and -hkl (amplitudes come from one)");
    file.model = io::AtomicModel::parse(io::read_input(*settings.model_file), *settings.model_file,
                                        value(settings, &Settings::leave_out_unknown)
                                            ? io::UnknownElements::left_out
                                            : io::UnknownElements::refused);
  }
  if (settings.hkl_file) {
    const std::string& name = *settings.hkl_file;
    file.text = io::read_input(name);
    file.table = io::parse_reflection_table(file.text, name);
  }
  const std::string dump = value(settings, &Settings::dump_file);
  if (!settings.hkl_file && !settings.model_file && !settings.wilson &&
      std::filesystem::exists(dump)) {
    file.dump = io::read_fdump(dump, value(settings, &Settings::default_F));
  }
  if (settings.hkl_column && !file.table) {
    throw UsageError("-column without a file that has columns", settings.hkl_file.value_or(""),
                     "they stand in MTZ, CIF and other files that name them, for -hkl");
  }
  return file;
}

Settings with_file_values(const Settings& settings, const AmplitudeFile& file,
                          const AlreadyKnown& known) {
  Settings filled = settings;
  const bool has_lattice = settings.cell || settings.matrix_file || known.lattice;
  if (file.model && !has_lattice) {
    filled.cell = cell_setting(file.model->cell(), *settings.model_file);
  }
  const bool has_wavelength = settings.wavelength_A || known.wavelength;
  if (file.model && !has_wavelength && !file.model->wavelengths_A().empty()) {
    filled.wavelength_A = file.model->wavelengths_A().front();
  }
  if (!file.table) return filled;
  const AmplitudeColumn choice = choose_column(*file.table, settings.hkl_column);
  filled.hkl_column = choice.column->label;
  if (!has_lattice) {
    const auto& cell = choice.column->cell ? choice.column->cell : file.table->cell;
    if (!cell) {
      throw Error("no unit cell in the file", file.table->file,
                  "give -cell a b c alpha beta gamma, or -mat FILE");
    }
    filled.cell = cell_setting(*cell, file.table->file);
  }
  if (!has_wavelength) {
    filled.wavelength_A = choice.column->wavelength_A;
  }
  return filled;
}

namespace {

// What a file says of its wavelength, and why that may be wrong.
struct FileWavelength {
  std::string file;
  std::optional<double> angstrom;
  std::string doubt;
};

FileWavelength wavelength_of(const Settings& settings, const AmplitudeFile& file) {
  if (file.table) {
    const io::ReflectionColumn& column = *choose_column(*file.table, settings.hkl_column).column;
    return {file.table->file, column.wavelength_A, column.wavelength_doubt};
  }
  FileWavelength out{*settings.model_file, std::nullopt, ""};
  const auto listed = file.model->wavelengths_A();
  if (!listed.empty()) out.angstrom = listed.front();
  if (listed.size() > 1) out.doubt = fmt::format("it lists {:g} Å", fmt::join(listed, " Å, "));
  return out;
}

using Metric = std::array<std::array<double, 3>, 3>;

Metric metric_of(const CellParameters<double>& cell) {
  const auto& [a, b, c, alpha, beta, gamma] = cell;
  const double ab = a * b * std::cos(gamma);
  const double ac = a * c * std::cos(beta);
  const double bc = b * c * std::cos(alpha);
  return {{{a * a, ab, ac}, {ab, b * b, bc}, {ac, bc, c * c}}};
}

// RᵀGR.
Metric turned(const Metric& metric, const SymmetryOperation& operation) {
  Metric out{};
  const auto& r = operation.rotation;
  for (std::size_t element = 0; element < 81; ++element) {
    const std::size_t i = element / 27, j = element / 9 % 3, k = element / 3 % 3, l = element % 3;
    out[i][j] += r[k][i] * metric[k][l] * r[l][j];
  }
  return out;
}

// Whether a cell has the symmetry, within what refinements change: RᵀGR = G for every rotation R
// (International Tables for Crystallography A, 5.1.3).
bool fits(const CellParameters<double>& cell, std::span<const SymmetryOperation> operations) {
  constexpr double kDeparture = 0.02;
  const Metric metric = metric_of(cell);
  return std::ranges::all_of(operations, [&](const SymmetryOperation& operation) {
    const Metric other = turned(metric, operation);
    for (std::size_t i = 0; i < 9; ++i) {
      const std::size_t row = i / 3, column = i % 3;
      const double scale = std::sqrt(metric[row][row] * metric[column][column]);
      if (std::abs(other[row][column] - metric[row][column]) > kDeparture * scale) return false;
    }
    return true;
  });
}

// Where another cell than the file's is used.
std::vector<std::string> other_cell(const Settings& settings, const AmplitudeFile& file,
                                    const CellParameters<double>& used) {
  const AmplitudeCrystal crystal = amplitude_crystal(settings, file);
  if (!crystal.cell) return {};
  // Within what refinements change.
  constexpr double kEdge = 0.01;
  constexpr double kAngle_deg = 1.0;
  const std::vector<double> of_file = cell_setting(*crystal.cell, crystal.file);
  const std::vector<double> counts = cell_setting(used, crystal.file);
  for (std::size_t i = 0; i < of_file.size(); ++i) {
    const double most = i < 3 ? kEdge * of_file[i] : kAngle_deg;
    if (std::abs(counts[i] - of_file[i]) <= most) continue;
    const char* const source = settings.cell          ? "-cell"
                               : settings.matrix_file ? "that of -mat"
                                                      : "that of the crystal";
    return {fmt::format("{}: its cell is {:.6g}, and {}, which is used, is {:.6g}", crystal.file,
                        fmt::join(of_file, " "), source, fmt::join(counts, " "))};
  }
  return {};
}

}  // namespace

AmplitudeCrystal amplitude_crystal(const Settings& settings, const AmplitudeFile& file) {
  if (!file.table && !file.model) return {};
  const std::string& group = file.table ? file.table->space_group : file.model->space_group();
  const auto operations = file.table ? std::optional(file.table->operations)
                                     : io::find_space_group(group, file.model->cell());
  AmplitudeCrystal out{file.table ? file.table->file : *settings.model_file, {}, {}};
  if (operations) out.group = SpaceGroup{group, *operations};
  if (file.model) {
    out.cell = file.model->cell();
  } else {
    const auto& of_column = choose_column(*file.table, settings.hkl_column).column->cell;
    out.cell = of_column ? of_column : file.table->cell;
  }
  return out;
}

std::optional<std::string> symmetry_warning(const Settings& settings, const AmplitudeFile& file,
                                            const CellParameters<double>& used) {
  const AmplitudeCrystal crystal = amplitude_crystal(settings, file);
  if (!crystal.group || fits(used, crystal.group->operations)) return std::nullopt;
  return fmt::format("{}: the cell {:.6g} does not have the symmetry of {}", crystal.file,
                     fmt::join(cell_setting(used, crystal.file), " "), crystal.group->name);
}

std::vector<std::string> cell_warnings(const Settings& settings, const AmplitudeFile& file,
                                       const CellParameters<double>& used) {
  std::vector<std::string> out = other_cell(settings, file, used);
  if (const auto warning = symmetry_warning(settings, file, used)) out.push_back(*warning);
  return out;
}

std::vector<std::string> amplitude_warnings(const Settings& settings, const AmplitudeFile& file,
                                            const AlreadyKnown& known) {
  if (!file.table && !file.model) {
    if (!settings.hkl_file) return {};
    return io::doubts_about_text(file.text, *settings.hkl_file,
                                 settings.cell.value_or(std::vector<double>{}));
  }
  std::vector<std::string> warnings = file.table ? file.table->warnings : file.model->warnings();
  if (file.table && !settings.hkl_column && !file.table->choice.empty()) {
    warnings.push_back(file.table->choice);
  }
  if (settings.wavelength_A || known.wavelength || settings.geometry_file) return warnings;
  const auto [name, wavelength, doubt] = wavelength_of(settings, file);
  if (!wavelength) {
    warnings.push_back(fmt::format("{} has no wavelength: taking {:g} Å (-lambda gives it)", name,
                                   *default_settings().wavelength_A));
  } else if (!doubt.empty()) {
    warnings.push_back(
        fmt::format("{}: the wavelength may not be {:g} Å, the first ({}); -lambda gives it", name,
                    *wavelength, doubt));
  }
  return warnings;
}

}  // namespace nanobragg::config
