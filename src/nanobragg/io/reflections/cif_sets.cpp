// Gives every index one row, and every set its own columns.
#include "nanobragg/io/reflections/cif_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace nanobragg::io {
namespace {

bool all_same(const std::vector<CifSet>& sets, std::string CifSet::*member) {
  return std::ranges::all_of(
      sets, [&](const CifSet& set) { return set.*member == sets.front().*member; });
}

void set_wavelength(ReflectionColumn& column, const ChosenWavelength& wavelength) {
  column.wavelength_A = wavelength.angstrom;
  column.wavelength_doubt = wavelength.doubt;
}

}  // namespace

void CifSets::add_row(const CifSet& set) {
  const auto found = std::ranges::find(sets_, set);
  set_of_row_.push_back(static_cast<std::size_t>(found - sets_.begin()));
  if (found == sets_.end()) sets_.push_back(set);
}

// By what differs between them.
std::string CifSets::label_of(std::size_t set) const {
  const bool one_crystal = all_same(sets_, &CifSet::crystal_id);
  const bool one_wavelength = all_same(sets_, &CifSet::wavelength_id);
  const auto& [wavelength, crystal] = sets_[set];
  if (one_crystal) return wavelength;
  return one_wavelength ? crystal : fmt::format("{}-{}", wavelength, crystal);
}

std::string CifSets::describe(std::size_t set, const ChosenWavelength& wavelength) const {
  const auto& [wavelength_id, crystal_id] = sets_[set];
  std::vector<std::string> parts;
  if (!all_same(sets_, &CifSet::wavelength_id)) parts.push_back("wavelength_id " + wavelength_id);
  if (!all_same(sets_, &CifSet::crystal_id)) parts.push_back("crystal_id " + crystal_id);
  if (wavelength.angstrom) parts.push_back(fmt::format("({:g} Å)", *wavelength.angstrom));
  return fmt::format("{}", fmt::join(parts, " "));
}

void CifSets::check_each_set(const ReflectionTable& table) const {
  for (std::size_t set = 0; set < sets_.size(); ++set) {
    std::vector<MillerIndex> indices;
    for (std::size_t row = 0; row < table.indices.size(); ++row) {
      if (set_of_row_[row] == set) indices.push_back(table.indices[row]);
    }
    const std::string which = sets_.size() == 1 ? "" : " (" + describe(set, {}) + ")";
    check_merged(indices, table.file + which);
  }
}

void CifSets::split(ReflectionTable& table, const CifWavelengths& wavelengths) const {
  if (sets_.empty()) return;
  check_each_set(table);
  std::vector<MillerIndex> merged;
  std::map<MillerIndex, std::size_t> place;
  for (const MillerIndex& index : table.indices) {
    if (place.try_emplace(index, merged.size()).second) merged.push_back(index);
  }
  if (merged.size() == table.indices.size()) {
    // Of several wavelengths, as of a Laue exposure, none stands for the list.
    const bool one = all_same(sets_, &CifSet::wavelength_id);
    const ChosenWavelength wavelength = wavelengths.of(one ? sets_.front().wavelength_id : "");
    for (ReflectionColumn& column : table.columns) set_wavelength(column, wavelength);
    return;
  }
  std::vector<ReflectionColumn> columns;
  std::vector<std::string> list;
  for (std::size_t set = 0; set < sets_.size(); ++set) {
    const ChosenWavelength wavelength = wavelengths.of(sets_[set].wavelength_id);
    list.push_back(describe(set, wavelength));
    for (const ReflectionColumn& of_all : table.columns) {
      ReflectionColumn column = of_all;
      column.label = label_of(set) + "/" + of_all.label;
      column.values.assign(merged.size(), std::numeric_limits<double>::quiet_NaN());
      for (std::size_t row = 0; row < table.indices.size(); ++row) {
        if (set_of_row_[row] != set) continue;
        column.values[place[table.indices[row]]] = of_all.values[row];
      }
      set_wavelength(column, wavelength);
      columns.push_back(std::move(column));
    }
  }
  table.choice = fmt::format(
      "{}: {} sets of reflections in one loop, {}: the first that has amplitudes is taken "
      "(-column SET/LABEL takes another, for example {}/{})",
      table.file, sets_.size(), fmt::join(list, ", "), label_of(1),
      table.columns.empty() ? "" : table.columns.front().label);
  table.indices = std::move(merged);
  table.columns = std::move(columns);
}

}  // namespace nanobragg::io
