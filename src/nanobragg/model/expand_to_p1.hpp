// A list of the asymmetric unit as a table of every reflection.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/symmetry.hpp"

namespace nanobragg {

// One reflection of a list merged by symmetry. A Friedel mate that is not a number is unknown, and
// taken as equal to the other; at least one of the two is a number.
struct MergedReflection {
  MillerIndex index;
  double amplitude = 0.0;
  double mate = std::numeric_limits<double>::quiet_NaN();  // at −h
};

struct ExpandedAmplitudes {
  StructureFactors structure_factors;
  std::size_t reflections = 0;     // that the list determines, in P1
  std::size_t absences_given = 0;  // not 0 in the list although symmetry makes them 0
  std::size_t contradictions = 0;  // amplitudes beside those of an equivalent that differs
};

// Every image of the reflections by `group` and their Friedel mates. Where a list names related
// reflections with different amplitudes, a reflection takes its own before that of an equivalent,
// and that before one of a Friedel mate. Absent reflections are 0 throughout the table, others that
// the list does not determine `default_amplitude`. The table keeps the symmetry: its Friedel mates
// are apart where the list tells them apart, by columns or by rows. A list in P1 with rows for both
// mates of some pair is taken as it stands, without mates and symmetry, so that it means what the
// same lines mean as a text. Throws Error for an empty list or a table that would not fit in
// memory.
ExpandedAmplitudes expand_to_p1(std::span<const MergedReflection> reflections,
                                const SpaceGroup& group, double default_amplitude);

}  // namespace nanobragg
