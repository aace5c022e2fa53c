// The merged sets of reflections that share one loop of a CIF.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/io/reflections/cif_wavelength.hpp"
#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

// What a row of _refln says of the set to which it belongs; empty where it says nothing.
struct CifSet {
  std::string wavelength_id;
  std::string crystal_id;
  friend bool operator==(const CifSet&, const CifSet&) = default;
};

// The sets in their order, and that of each row.
class CifSets {
 public:
  void add_row(const CifSet& set);

  // Where an index stands in more than one set, the columns of the table become those of each
  // set, "SET/LABEL", so that each index has one row; the first set comes first. Otherwise all
  // rows are one set. Wavelengths are set in both cases. Throws Error for data that are not merged.
  void split(ReflectionTable& table, const CifWavelengths& wavelengths) const;

 private:
  std::string label_of(std::size_t set) const;
  std::string describe(std::size_t set, const ChosenWavelength& wavelength) const;
  void check_each_set(const ReflectionTable& table) const;

  std::vector<CifSet> sets_;
  std::vector<std::size_t> set_of_row_;
};

}  // namespace nanobragg::io
