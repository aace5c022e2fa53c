// Structure factors as an experiment file holds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/symmetry.hpp"

namespace nanobragg::io {

// Which positions of a table are one reflection.
struct StoredSymmetry {
  std::string space_group;
  FriedelMates mates = FriedelMates::apart;
  std::vector<std::string> operations;  // "-x,y+1/2,-z"
  // The number of the unique reflection at each position, and those that the source did not list.
  std::vector<std::uint32_t> reflections, unlisted;
};

// A table over a box of indices, whose amplitudes (electrons) stand in the order of
// StructureFactors::from_table.
struct StoredTable {
  MillerIndex first, last;  // both included
  std::vector<double> amplitudes;
  std::optional<StoredSymmetry> symmetry;  // unset: each position stands for itself
};

struct StoredAmplitudes {
  double default_amplitude = 0.0;
  std::optional<StoredTable> table;  // unset: every amplitude is the default one
};

template <class Archive>
void members(Archive& archive, StoredSymmetry& symmetry) {
  archive.field("space_group", symmetry.space_group);
  archive.field("friedel_mates", symmetry.mates);
  archive.field("operations", symmetry.operations);
  archive.field("reflections", symmetry.reflections);
  archive.field("unlisted", symmetry.unlisted);
}

template <class Archive>
void members(Archive& archive, StoredTable& table) {
  archive.field("first_hkl", table.first);
  archive.field("last_hkl", table.last);
  archive.field("amplitudes", table.amplitudes);
  archive.field("symmetry", table.symmetry);
}

template <class Archive>
void members(Archive& archive, StoredAmplitudes& stored) {
  archive.field("default_amplitude", stored.default_amplitude);
  archive.field("table", stored.table);
}

StoredAmplitudes stored(const StructureFactors& factors);

// Throws Error for a box that does not hold as many amplitudes as there are, for amplitudes that no
// crystal has, and for a symmetry of another table or without a group.
StructureFactors restored(StoredAmplitudes stored);

}  // namespace nanobragg::io
