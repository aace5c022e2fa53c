// Structure factors by the sum over atoms, the long way, as an oracle.
#pragma once

#include <memory>
#include <string>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::test {

class DirectSum {
 public:
  // A PDB or mmCIF file's text; the photons' energy decides f′ and f″.
  DirectSum(const std::string& text, double energy_eV);
  ~DirectSum();

  double amplitude(const MillerIndex& index) const;

 private:
  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace nanobragg::test
