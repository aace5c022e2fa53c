// The wavelength at which the reflections of a CIF were measured.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gemmi::cif {
struct Document;
struct Block;
}  // namespace gemmi::cif

namespace nanobragg::io {

// One may be chosen of several; then `doubt` says why it may be wrong.
struct ChosenWavelength {
  std::optional<double> angstrom;
  std::string doubt;
};

// The wavelengths that a file lists, each with the id by which reflections name it.
class CifWavelengths {
 public:
  // Those of `block`, or else of the file: _diffrn_radiation_wavelength, or where there is none
  // what _diffrn_source.pdbx_wavelength(_list) names. Throws Error for a word that is not a number.
  CifWavelengths(gemmi::cif::Document& document, gemmi::cif::Block& block, const std::string& file);

  // That of reflections with this _refln.wavelength_id; empty: they have none.
  ChosenWavelength of(const std::string& id) const;

  std::vector<double> all() const;
  // Sentences about words of which no wavelength can be taken, as of ranges.
  const std::vector<std::string>& doubts() const { return doubts_; }

 private:
  struct Row {
    std::string id;
    double angstrom;
  };
  void read_loop(gemmi::cif::Block& block);
  void read_source(gemmi::cif::Document& document, gemmi::cif::Block& block);
  void add(const std::string& id, const std::string& word, const std::string& tag);

  std::string file_;
  std::vector<Row> rows_;
  std::vector<std::string> doubts_;
};

}  // namespace nanobragg::io
