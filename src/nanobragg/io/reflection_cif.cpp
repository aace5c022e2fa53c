// Reads reflection loops with gemmi's CIF parser.
#include "nanobragg/io/reflection_cif.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <gemmi/cif.hpp>
#include <gemmi/numb.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/cell_in_degrees.hpp"
#include "nanobragg/io/space_group.hpp"
#include "nanobragg/io/text.hpp"

namespace nanobragg::io {
namespace {

namespace cif = gemmi::cif;

constexpr std::string_view kPrefix = "_refln.";

struct TagInfo {
  const char* tag;
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

// The value of the first of the tags that the block, or else the file, holds.
std::optional<std::string> find_text(const cif::Document& document, const cif::Block& block,
                                     std::initializer_list<const char*> tags) {
  const auto in_block = [&](const cif::Block& b) -> std::optional<std::string> {
    for (const char* tag : tags) {
      const std::string* value = b.find_value(tag);
      if (value != nullptr && !cif::is_null(*value)) return cif::as_string(*value);
    }
    return std::nullopt;
  };
  if (auto own = in_block(block)) return own;
  for (const cif::Block& other : document.blocks) {
    if (auto value = in_block(other)) return value;
  }
  return std::nullopt;
}

double number(const std::string& word, const std::string& where, const std::string& tag) {
  if (cif::is_null(word)) return std::numeric_limits<double>::quiet_NaN();
  const double value = cif::as_number(word);
  if (!std::isfinite(value)) {
    throw Error(fmt::format("{} of {} is no number", quoted_word(word), tag), where);
  }
  return value;
}

std::optional<double> find_number(const cif::Document& document, const cif::Block& block,
                                  const std::string& name, const char* tag) {
  const auto text = find_text(document, block, {tag});
  return text ? std::optional(number(*text, name, tag)) : std::nullopt;
}

std::optional<CellParameters<double>> find_cell(const cif::Document& document,
                                                const cif::Block& block, const std::string& name) {
  const auto find = [&](const char* tag) { return find_number(document, block, name, tag); };
  const auto a = find("_cell.length_a");
  const auto b = find("_cell.length_b");
  const auto c = find("_cell.length_c");
  if (!a || !b || !c) return std::nullopt;
  return cell_in_degrees(*a, *b, *c, find("_cell.angle_alpha").value_or(90.0),
                         find("_cell.angle_beta").value_or(90.0),
                         find("_cell.angle_gamma").value_or(90.0));
}

class LoopReader {
 public:
  LoopReader(const cif::Loop& loop, const std::string& name) : loop_(loop), name_(name) {}

  void read_into(ReflectionTable& table) {
    const std::size_t h = column("index_h");
    const std::size_t k = column("index_k");
    const std::size_t l = column("index_l");
    add_columns(table);
    const auto status = find("status");
    for (row_ = 0; row_ < loop_.length(); ++row_) {
      if (status && is_left_out(cif::as_string(loop_.val(row_, *status)))) continue;
      add_index(table, value(h), value(k), value(l));
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        table.columns[i].values.push_back(value(sources_[i]));
      }
    }
  }

 private:
  static bool is_left_out(const std::string& status) { return status == "x" || status == "-"; }

  std::optional<std::size_t> find(const std::string& label) const {
    const int found = loop_.find_tag(std::string(kPrefix) + label);
    return found < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(found));
  }

  std::size_t column(const std::string& label) const {
    if (const auto found = find(label)) return *found;
    throw Error("the loop of reflections has no _refln." + label, name_);
  }

  void add_columns(ReflectionTable& table) {
    for (const TagInfo& info : kTags) {
      const auto found = find(info.tag);
      if (!found) continue;
      sources_.push_back(*found);
      table.columns.push_back({info.tag, info.kind, info.contents, {}, {}});
    }
  }

  double value(std::size_t column) const {
    return number(loop_.val(row_, column), place_of_reflection(name_, row_), loop_.tags[column]);
  }

  const cif::Loop& loop_;
  const std::string& name_;
  std::vector<std::size_t> sources_;  // where the table's columns stand in the loop
  std::size_t row_ = 0;
};

ReflectionTable table_of(cif::Document& document, const std::string& name) {
  const auto loop_of = [](cif::Block& block, const char* tag) {
    return block.find_loop(tag).get_loop();
  };
  const auto with_loop = [&](const char* tag) {
    return std::ranges::find_if(document.blocks,
                                [&](cif::Block& b) { return loop_of(b, tag) != nullptr; });
  };
  const auto block = with_loop("_refln.index_h");
  if (block == document.blocks.end()) {
    if (with_loop("_diffrn_refln.index_h") != document.blocks.end()) {
      throw Error("only unmerged reflections (_diffrn_refln)", name,
                  "merge them first, for example with dials.merge or aimless");
    }
    throw Error("no reflections (no loop of _refln.index_h)", name,
                "a file of structure factors is meant; coordinates go to -model");
  }
  ReflectionTable table;
  table.file = name;
  table.format = "mmCIF";
  table.cell = find_cell(document, *block, name);
  const auto group = find_text(document, *block,
                               {"_symmetry.space_group_name_H-M", "_space_group.name_H-M_alt",
                                "_symmetry.Int_Tables_number", "_space_group.IT_number"});
  if (!group) throw Error("no space group (no _symmetry.space_group_name_H-M)", name);
  const auto operations = find_space_group(*group, table.cell);
  if (!operations) throw Error("unknown space group '" + *group + "'", name);
  table.space_group = *group;
  table.operations = *operations;
  LoopReader(*loop_of(*block, "_refln.index_h"), name).read_into(table);
  const auto wavelength =
      find_number(document, *block, name, "_diffrn_radiation_wavelength.wavelength");
  for (ReflectionColumn& column : table.columns) {
    if (wavelength && *wavelength > 0.0) column.wavelength_A = wavelength;
  }
  check_merged(table);
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
    cif::Document document = cif::read_memory(bytes.data(), bytes.size(), name.c_str());
    return table_of(document, name);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    // The message begins with file, line and column.
    throw Error(std::string("cannot be read as mmCIF (") + error.what() + ")", name);
  }
}

}  // namespace nanobragg::io
