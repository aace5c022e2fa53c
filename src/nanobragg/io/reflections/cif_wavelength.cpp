// Collects wavelengths and chooses by their ids.
#include "nanobragg/io/reflections/cif_wavelength.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <gemmi/cifdoc.hpp>

#include "nanobragg/io/reflections/cif_items.hpp"
#include "nanobragg/io/reflections/wavelength_words.hpp"

namespace nanobragg::io {
namespace {

namespace cif = gemmi::cif;

constexpr const char* kCategory = "_diffrn_radiation_wavelength";
// mmCIF; the dictionary of core CIF in DDLm. In core CIF the category itself is the item.
constexpr CifItem kValues[] = {{kCategory, "wavelength"}, {kCategory, "value"}};

}  // namespace

CifWavelengths::CifWavelengths(cif::Document& document, cif::Block& block, const std::string& file)
    : file_(file) {
  read_loop(block);
  for (cif::Block& other : document.blocks) {
    if (rows_.empty()) read_loop(other);
  }
  if (rows_.empty()) read_source(document, block);
}

void CifWavelengths::read_loop(cif::Block& block) {
  const auto read_column = [&](const std::string& tag) {
    cif::Column column = block.find_values(tag);
    if (column.length() == 0) return;
    cif::Column ids = block.find_values(std::string(kCategory) + ".id");
    if (ids.length() == 0) ids = block.find_values(std::string(kCategory) + "_id");
    for (int i = 0; i < column.length(); ++i) {
      add(i < ids.length() ? cif::as_string(ids.at(i)) : "", column.at(i), tag);
    }
  };
  for (const CifItem& item : kValues) {
    for (const char* separator : {".", "_"}) {
      if (rows_.empty()) read_column(std::string(item.category) + separator + item.name);
    }
  }
  if (rows_.empty()) read_column(kCategory);
}

// "0.9793" or "0.9793, 0.9184", without ids.
void CifWavelengths::read_source(cif::Document& document, cif::Block& block) {
  for (const CifItem& item : {CifItem{"_diffrn_source", "pdbx_wavelength"},
                              CifItem{"_diffrn_source", "pdbx_wavelength_list"}}) {
    if (!rows_.empty()) return;
    for (const std::string& words : find_values(document, block, item)) {
      const WavelengthWords read = read_wavelength_words(words);
      for (const double angstrom : read.angstrom) rows_.push_back({"", angstrom});
      if (!read.doubt.empty()) doubts_.push_back(file_ + ": " + read.doubt);
    }
  }
}

void CifWavelengths::add(const std::string& id, const std::string& word, const std::string& tag) {
  const double angstrom = cif_number(word, tag, file_);
  if (angstrom > 0.0) rows_.push_back({id, angstrom});
}

std::vector<double> CifWavelengths::all() const {
  std::vector<double> list;
  for (const Row& row : rows_) list.push_back(row.angstrom);
  return list;
}

ChosenWavelength CifWavelengths::of(const std::string& id) const {
  if (rows_.empty()) return {};
  const auto named = std::ranges::find(rows_, id, &Row::id);
  if (!id.empty() && named != rows_.end()) return {named->angstrom, ""};
  const double first = rows_.front().angstrom;
  const bool agree = std::ranges::all_of(rows_, [&](const Row& r) { return r.angstrom == first; });
  if (agree && id.empty()) return {first, ""};
  // A list of one without an id is of all reflections.
  if (rows_.size() == 1 && rows_.front().id.empty()) return {first, ""};
  std::vector<std::string> list;
  for (const Row& row : rows_) {
    const std::string name = row.id.empty() ? "" : fmt::format(" (id {})", row.id);
    list.push_back(fmt::format("{:g} Å{}", row.angstrom, name));
  }
  return {first, fmt::format("it lists {}, and its reflections have {}", fmt::join(list, ", "),
                             id.empty() ? "no single wavelength_id" : "wavelength_id " + id)};
}

}  // namespace nanobragg::io
