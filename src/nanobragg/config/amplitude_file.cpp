// Tells the formats of -hkl apart and fills settings from them.
#include "nanobragg/config/amplitude_file.hpp"

#include <fmt/format.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/amplitude_column.hpp"
#include "nanobragg/io/gzip.hpp"
#include "nanobragg/io/mtz.hpp"
#include "nanobragg/io/reflection_cif.hpp"

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

// Defaults, as -show_config names them, say nothing.
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
}

}  // namespace

AmplitudeFile read_amplitude_file(const Settings& settings) {
  AmplitudeFile file;
  check_model_flags(settings);
  if (settings.model_file) {
    if (settings.hkl_file) throw UsageError("both -model and -hkl (amplitudes come from one)");
    file.model = io::AtomicModel::parse(io::read_maybe_compressed(*settings.model_file),
                                        *settings.model_file);
  }
  if (settings.hkl_file) {
    const std::string& name = *settings.hkl_file;
    file.text = io::read_maybe_compressed(name);
    if (io::is_mtz(file.text)) {
      file.table = io::parse_mtz(file.text, name);
    } else if (io::is_cif(file.text)) {
      file.table = io::parse_reflection_cif(file.text, name);
    }
  }
  if (settings.hkl_column && !file.table) {
    throw UsageError("-column without a file that has columns", settings.hkl_file.value_or(""),
                     "they stand in MTZ and mmCIF files, for -hkl");
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
  if (!file.table) return filled;
  const AmplitudeColumn choice = choose_column(*file.table, settings.hkl_column);
  filled.hkl_column = choice.column->label;
  if (!has_lattice) {
    if (!file.table->cell) {
      throw Error("no unit cell in the file", file.table->file,
                  "give -cell a b c alpha beta gamma, or -mat FILE");
    }
    filled.cell = cell_setting(*file.table->cell, file.table->file);
  }
  if (!settings.wavelength_A && !known.wavelength) {
    filled.wavelength_A = choice.column->wavelength_A;
  }
  return filled;
}

}  // namespace nanobragg::config
