// The atoms of a PDB or mmCIF file as they scatter: copies made, models chosen, atoms checked.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/io/reflections/atomic_model.hpp"

namespace gemmi {
struct Structure;
}

namespace nanobragg::io {

struct ModelStructure {
  std::shared_ptr<gemmi::Structure> structure;  // its first model holds all atoms that scatter
  std::size_t models = 1;                       // whose atoms these are
  std::vector<std::string> warnings;
  std::vector<double> wavelengths_A;  // at which the data were measured
};

// Copies by non-crystallographic symmetry that the file demands and does not hold (MTRIXn without
// its 1, _struct_ncs_oper of code "generate") are made. The models of an ensemble are one model
// where no atom has an occupancy above 1 in all of them together; else the first is taken, with a
// warning. Throws Error for what cannot be read, has no atoms or no cell, and for atoms that cannot
// scatter.
ModelStructure read_model_structure(std::string_view bytes, const std::string& name,
                                    UnknownElements unknown);

}  // namespace nanobragg::io
