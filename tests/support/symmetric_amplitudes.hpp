// Lists of reflections of a space group, made up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nanobragg/model/expand_to_p1.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::test {

SpaceGroup space_group(const std::string& name);

// Seeded random amplitudes of 10 to 210 electrons, to two decimals, of one of each set of
// equivalents with |h|, |k|, |l| ≤ size; with mates apart both of them. Absent ones and every
// seventh are left out.
std::vector<MergedReflection> merged_list(const SpaceGroup& group, int size, FriedelMates mates,
                                          std::uint64_t seed);

// That list in P1, defaults elsewhere.
StructureFactors symmetric_amplitudes(const std::string& group, int size, FriedelMates mates,
                                      double default_amplitude);

// The same table without symmetry.
StructureFactors without_symmetry(const StructureFactors& factors);

}  // namespace nanobragg::test
