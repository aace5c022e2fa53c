// Crystal symmetry in reciprocal space: which reflections are equal, and which are absent.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg {

// x' = R x + t on fractional coordinates: F(hR) = F(h)·exp(−2πi h·t).
struct SymmetryOperation {
  std::array<std::array<int, 3>, 3> rotation{};
  std::array<int, 3> translation{};  // in 24ths of a cell edge
};

// hR.
MillerIndex image_of(const MillerIndex& h, const SymmetryOperation& operation);

// Whether an operation maps the reflection on itself with another phase, so that F must be 0:
// hR = h and h·t not whole (International Tables for Crystallography B, 1.4.2.2).
bool is_absent(const MillerIndex& h, std::span<const SymmetryOperation> operations);

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
};

// Every image of the reflections by `operations` (a whole group, centring included) and their
// Friedel mates. Where a list names related reflections with different amplitudes, a reflection
// takes its own before that of an equivalent, and that before one of a Friedel mate. Absent
// reflections are 0 throughout the table, others that the list does not determine
// `default_amplitude`. A list in P1 that names both mates of some pair is taken as it stands,
// without mates, so that it means what the same lines mean as a text. Throws Error for an empty
// list or a table that would not fit in memory.
ExpandedAmplitudes expand_to_p1(std::span<const MergedReflection> reflections,
                                std::span<const SymmetryOperation> operations,
                                double default_amplitude);

}  // namespace nanobragg
