// The file that -hkl or -model names, read before cell and wavelength are resolved because it may
// hold them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/reflections/atomic_model.hpp"
#include "nanobragg/io/reflections/reflection_table.hpp"
#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::config {

// What -hkl names, by its content: a text, or a table with its own cell; or the atoms of -model;
// or, where no flag has amplitudes, the copy that -dump names, or an earlier run left.
struct AmplitudeFile {
  std::string text;
  std::optional<io::ReflectionTable> table;
  std::optional<io::AtomicModel> model;
  std::optional<StructureFactors> dump;
  // Of an earlier run: taken as they are, so that they may end before the detector does. Null:
  // none.
  std::shared_ptr<const StructureFactors> made;
};

// Nothing where none of them is there. Throws UsageError for both, and where -column is given and
// there are not columns.
AmplitudeFile read_amplitude_file(const Settings& settings);

// What other files say already.
struct AlreadyKnown {
  bool wavelength;
  bool lattice;
};

// The settings with the cell of the file (of the column's data set, where it has its own) and the
// wavelength of the table where neither flags nor a matrix file nor another file give them, and the
// name of the column that is chosen.
Settings with_file_values(const Settings& settings, const AmplitudeFile& file,
                          const AlreadyKnown& known);

// Where the cell of the file (of the column's data set) and the one that counts are two crystals:
// what a user may have meant, and should know.
std::vector<std::string> cell_warnings(const Settings& settings, const AmplitudeFile& file,
                                       const CellParameters<double>& used);

// Where the one that counts does not have the symmetry of the file's space group.
std::optional<std::string> symmetry_warning(const Settings& settings, const AmplitudeFile& file,
                                            const CellParameters<double>& used);

// The crystal that the file states: its name, its cell (of the column's data set) and its space
// group; what it does not say is unset.
struct AmplitudeCrystal {
  std::string file;
  std::optional<CellParameters<double>> cell;
  std::optional<SpaceGroup> group;
};
AmplitudeCrystal amplitude_crystal(const Settings& settings, const AmplitudeFile& file);

// What the file holds besides, says in more than one way or does not say, where nothing else
// decides: which of several sets is taken, a wavelength that may be another or is missing.
std::vector<std::string> amplitude_warnings(const Settings& settings, const AmplitudeFile& file,
                                            const AlreadyKnown& known);

}  // namespace nanobragg::config
