// What it takes to say that a change of our simulation is the cause of a divergence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/audit/diff.hpp"
#include "nanobragg/audit/document.hpp"

namespace nanobragg::audit {

enum class ChangeKind : std::uint8_t {
  quirk,
  mistake,
  ratio,        // of a lone factor, in numbers of the run
  combination,  // of several of these
};

std::string_view name_of(ChangeKind kind);

// How far a simulation reproduces a trace. What is printed of the geometry on the way to a pixel,
// and spindle angles, other programs print by other conventions: it does not count, and stands
// beside.
struct Reproduction {
  std::size_t num_divergent = 0;
  std::vector<std::string> beside;  // keys that differ and do not count
  // Rows before the first that diverges and counts; all where none does.
  std::size_t reach = 0;
  // Largest relative difference, beyond their digits, of the rows that agree: of all, and of those
  // that do not follow from a lattice factor, which makes much of the smallest turn.
  double residual = 0.0, residual_before_lattice = 0.0;
  std::optional<std::string> first_divergence;

  bool is_complete() const { return num_divergent == 0; }
  // Complete to the digits that are printed: what is left is the rounding of another order of
  // operations. `rounding` is what the mode that the change is made of leaves of its own trace.
  bool is_exact(double rounding, const Tolerance& tolerance) const;
};

Reproduction reproduction(const Document& simulated, const Document& trace,
                          const Tolerance& tolerance);

// One change, or several, that reproduce a trace or come near.
struct Claim {
  ChangeKind kind;
  std::string name;
  std::string does;  // what a program does that makes it, a clause
  Reproduction reproduction;
};

struct Explanation {
  std::string base;                  // mode of our simulation that gives one of the traces
  std::string of_base;               // name of that trace
  std::string explained;             // name of the other trace
  std::string unfit;                 // why nothing is explained, a sentence; empty: it is
  std::size_t before_divergent = 0;  // keys in which the base departs from the other trace
  std::vector<Claim> found;          // all that reproduce it: this pixel cannot tell them apart
  std::vector<Claim> nearest;        // where there is none, those that come farthest
  std::size_t tried_alone = 0, tried_together = 0;
  std::vector<std::string> advice;  // where nothing is found: what is known, and what to print
};

// Of claims that reproduce a trace, those that do so best: with the least beside, and without a
// difference that the others do not have.
std::vector<Claim> best_of(std::vector<Claim> claims);

// Why a base fits neither trace: the first input that neither has.
std::string unfit_sentence(const Document& base, const Document& a, const Document& b,
                           const Tolerance& tolerance);

// Which inputs of the first factor that diverges agree, and what to print to tell more.
std::vector<std::string> advice_on(const Document& simulated, const Document& trace,
                                   const Tolerance& tolerance);

}  // namespace nanobragg::audit
