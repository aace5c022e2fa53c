// Reads reflection loops with gemmi's CIF parser.
#include "nanobragg/io/reflections/reflection_cif.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <gemmi/cifdoc.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/cif_document.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/cell_in_degrees.hpp"
#include "nanobragg/io/reflections/cif_items.hpp"
#include "nanobragg/io/reflections/cif_sets.hpp"
#include "nanobragg/io/reflections/cif_wavelength.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::io {
namespace {

namespace cif = gemmi::cif;

constexpr CifItem kIndexH{"_refln", "index_h"};

struct TagInfo {
  const char* tag;  // of _refln
  ColumnKind kind;
  const char* contents;
};

constexpr TagInfo kTags[] = {
    {"F_meas", ColumnKind::amplitude, "measured amplitudes"},
    {"F_meas_au", ColumnKind::amplitude, "measured amplitudes"},
    {"F_calc", ColumnKind::amplitude, "calculated amplitudes"},
    {"F_calc_au", ColumnKind::amplitude, "calculated amplitudes"},
    {"pdbx_F_calc_with_solvent", ColumnKind::amplitude, "calculated amplitudes"},
    {"pdbx_FWT", ColumnKind::amplitude, "map coefficients"},
    {"pdbx_DELFWT", ColumnKind::amplitude, "map coefficients"},
    {"pdbx_F_plus", ColumnKind::mate_amplitude, "measured amplitudes of F(+)"},
    {"pdbx_F_minus", ColumnKind::mate_amplitude, "measured amplitudes of F(-)"},
    {"intensity_meas", ColumnKind::intensity, "measured intensities"},
    {"intensity_calc", ColumnKind::intensity, "calculated intensities"},
    {"F_squared_meas", ColumnKind::intensity, "measured squared amplitudes"},
    {"F_squared_calc", ColumnKind::intensity, "calculated squared amplitudes"},
    {"pdbx_I_plus", ColumnKind::mate_intensity, "measured intensities of I(+)"},
    {"pdbx_I_minus", ColumnKind::mate_intensity, "measured intensities of I(-)"},
};

// The cell of the block, or else of the file.
std::optional<CellParameters<double>> find_cell(cif::Document& document, cif::Block& block,
                                                const std::string& file) {
  const auto find = [&](const char* name) -> std::optional<double> {
    const auto text = find_value(document, block, {"_cell", name});
    return text ? std::optional(cif_number(*text, std::string("_cell ") + name, file))
                : std::nullopt;
  };
  const auto a = find("length_a");
  const auto b = find("length_b");
  const auto c = find("length_c");
  if (!a || !b || !c) return std::nullopt;
  return cell_in_degrees(*a, *b, *c, find("angle_alpha").value_or(90.0),
                         find("angle_beta").value_or(90.0), find("angle_gamma").value_or(90.0));
}

// The numbers of a file's group are held against the name or the operations that count.
void compare_numbers(ReflectionTable& table, cif::Document& document, cif::Block& block) {
  const auto own = number_of_group(table.space_group);
  for (const CifItem& item :
       {CifItem{"_symmetry", "Int_Tables_number"}, CifItem{"_space_group", "IT_number"}}) {
    const auto number = find_value(document, block, item);
    if (!own || !number || number_of_group(*number) == own) continue;
    table.warnings.push_back(fmt::format("{}: the space group is {}, number {}, and {}.{} is {}",
                                         table.file, table.space_group, *own, item.category,
                                         item.name, *number));
  }
}

// The operations in the file count, the name only where it has none.
void read_symmetry(ReflectionTable& table, cif::Document& document, cif::Block& block) {
  for (const CifItem& item :
       {CifItem{"_space_group_symop", "operation_xyz"}, CifItem{"_symmetry_equiv", "pos_as_xyz"}}) {
    const auto triplets = find_values(document, block, item);
    if (triplets.empty()) continue;
    table.operations = operations_of_triplets(triplets, table.file);
    table.space_group = name_of_group(table.operations);
    return;
  }
  for (const CifItem& item :
       {CifItem{"_symmetry", "space_group_name_H-M"}, CifItem{"_space_group", "name_H-M_alt"},
        CifItem{"_symmetry", "Int_Tables_number"}, CifItem{"_space_group", "IT_number"}}) {
    const auto name = find_value(document, block, item);
    if (!name) continue;
    const auto operations = find_space_group(*name, table.cell);
    if (!operations) throw Error("unknown space group '" + *name + "'", table.file);
    table.operations = *operations;
    table.space_group = *name;
    return;
  }
  throw Error(
      "no space group (neither _symmetry.space_group_name_H-M nor "
      "_space_group_symop_operation_xyz)",
      table.file);
}

class LoopReader {
 public:
  LoopReader(const cif::Loop& loop, const std::string& name) : loop_(loop), name_(name) {}

  CifSets read_into(ReflectionTable& table) {
    const std::size_t h = column("index_h");
    const std::size_t k = column("index_k");
    const std::size_t l = column("index_l");
    refuse_satellites();
    add_columns(table);
    CifSets sets;
    for (row_ = 0; row_ < loop_.length(); ++row_) {
      if (is_left_out()) continue;
      add_index(table, value(h), value(k), value(l));
      sets.add_row({word(wavelength_id_), word(crystal_id_)});
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        table.columns[i].values.push_back(value(sources_[i]));
      }
    }
    return sets;
  }

 private:
  std::optional<std::size_t> find(const char* label) const {
    return find_column(loop_, {"_refln", label});
  }

  std::size_t column(const char* label) const {
    if (const auto found = find(label)) return *found;
    throw Error(fmt::format("the loop of reflections has no _refln.{}", label), name_);
  }

  // Unreliable or systematically absent.
  bool is_left_out() const {
    return std::ranges::any_of(statuses_, [&](const auto& column) {
      const std::string status = word(column);
      return status == "x" || status == "-";
    });
  }

  void refuse_satellites() const {
    if (!find("index_m_1")) return;
    throw Error("satellite reflections (index_m_1: the structure is modulated)", name_,
                "a list of main reflections alone can be read");
  }

  void add_columns(ReflectionTable& table) {
    for (const TagInfo& info : kTags) {
      const auto found = find(info.tag);
      if (!found) continue;
      sources_.push_back(*found);
      table.columns.push_back(
          {.label = info.tag, .kind = info.kind, .contents = info.contents, .values = {}});
    }
  }

  double value(std::size_t column) const {
    return cif_number(loop_.val(row_, column), loop_.tags[column],
                      place_of_reflection(name_, row_));
  }

  // Empty where there is no such column, or no value.
  std::string word(const std::optional<std::size_t>& column) const {
    if (!column || cif::is_null(loop_.val(row_, *column))) return "";
    return cif::as_string(loop_.val(row_, *column));
  }

  const cif::Loop& loop_;
  const std::string& name_;
  std::vector<std::size_t> sources_;  // where the table's columns stand in the loop
  std::optional<std::size_t> wavelength_id_ = find("wavelength_id");
  std::optional<std::size_t> crystal_id_ = find("crystal_id");
  std::array<std::optional<std::size_t>, 3> statuses_{find("status"), find("observed_status"),
                                                      find("include_status")};
  std::size_t row_ = 0;
};

// SHELXL and the journals keep a whole list of reflections as a text in the CIF of a structure.
std::optional<std::string> embedded_list(cif::Document& document) {
  if (document.blocks.empty()) return std::nullopt;
  for (const char* name : {"fcf_file", "refine_fcf_details"}) {
    for (const char* category : {"_shelx", "_iucr"}) {
      if (auto text = find_value(document, document.blocks.front(), {category, name})) return text;
    }
  }
  return std::nullopt;
}

Error no_reflections(cif::Document& document, const std::string& name) {
  for (cif::Block& block : document.blocks) {
    if (find_loop(block, {"_diffrn_refln", "index_h"}) != nullptr) {
      return Error("only unmerged reflections (_diffrn_refln)", name, kMergeFirst);
    }
  }
  return Error("no reflections (no loop of _refln.index_h or _refln_index_h)", name,
               "a file of structure factors is meant; coordinates go to -model");
}

void warn_of_further_blocks(ReflectionTable& table, cif::Document& document,
                            const cif::Block& taken) {
  std::vector<std::string> others;
  for (cif::Block& block : document.blocks) {
    if (&block == &taken || find_loop(block, kIndexH) == nullptr) continue;
    others.push_back(block.name);
  }
  if (others.empty()) return;
  table.warnings.push_back(
      fmt::format("{}: reflections of the data block {} are taken, not those of {} (the "
                  "block that comes first is taken)",
                  table.file, taken.name, fmt::join(others, ", ")));
}

// The first block with reflections; null where there is none.
cif::Block* find_block(cif::Document& document) {
  const auto block = std::ranges::find_if(
      document.blocks, [](cif::Block& b) { return find_loop(b, kIndexH) != nullptr; });
  return block == document.blocks.end() ? nullptr : &*block;
}

ReflectionTable table_of(std::string_view bytes, const std::string& name) {
  cif::Document document = parse_cif(bytes, name);
  cif::Block* block = find_block(document);
  const auto text = block == nullptr ? embedded_list(document) : std::nullopt;
  if (text && is_cif(*text)) {
    // A list in a list in a list would be no list of any program.
    document = parse_cif(*text, name);
    block = find_block(document);
  }
  if (block == nullptr) throw no_reflections(document, name);
  ReflectionTable table;
  table.file = name;
  const cif::Loop& loop = *find_loop(*block, kIndexH);
  table.format = loop.find_tag("_refln.index_h") >= 0 ? "mmCIF" : "CIF";
  table.cell = find_cell(document, *block, name);
  read_symmetry(table, document, *block);
  compare_numbers(table, document, *block);
  const CifSets sets = LoopReader(loop, name).read_into(table);
  const CifWavelengths wavelengths(document, *block, name);
  for (const std::string& doubt : wavelengths.doubts()) table.warnings.push_back(doubt);
  sets.split(table, wavelengths);
  warn_of_further_blocks(table, document, *block);
  return table;
}

}  // namespace

bool is_cif(std::string_view bytes) {
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    const std::string_view text = skip_space(line->text);
    if (text.empty() || text.front() == '#') continue;
    return gemmi::istarts_with(std::string(text.substr(0, 5)), "data_");
  }
  return false;
}

ReflectionTable parse_reflection_cif(std::string_view bytes, const std::string& name) {
  try {
    return table_of(bytes, name);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    // The message begins with file, line and column.
    throw Error(std::string("cannot be read as CIF (") + error.what() + ")", name);
  }
}

}  // namespace nanobragg::io
