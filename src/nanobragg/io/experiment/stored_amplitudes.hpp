// Structure factors as an experiment file holds them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::io {

// A table over a box of indices, whose amplitudes (electrons) stand in the order of
// StructureFactors::from_table.
struct StoredTable {
  MillerIndex first, last;  // both included
  std::vector<double> amplitudes;
};

struct StoredAmplitudes {
  double default_amplitude = 0.0;
  std::optional<StoredTable> table;  // unset: every amplitude is the default one
};

template <class Archive>
void members(Archive& archive, StoredTable& table) {
  archive.field("first_hkl", table.first);
  archive.field("last_hkl", table.last);
  archive.field("amplitudes", table.amplitudes);
}

template <class Archive>
void members(Archive& archive, StoredAmplitudes& stored) {
  archive.field("default_amplitude", stored.default_amplitude);
  archive.field("table", stored.table);
}

StoredAmplitudes stored(const StructureFactors& factors);

// Throws Error for a box that does not hold as many amplitudes as there are, and for amplitudes
// that no crystal has.
StructureFactors restored(StoredAmplitudes stored);

}  // namespace nanobragg::io
