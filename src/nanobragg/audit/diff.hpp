// Compares two traces key by key, in the order of the computation, and finds the first divergence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/audit/chain.hpp"
#include "nanobragg/audit/document.hpp"

namespace nanobragg::audit {

// The largest relative differences of a match.
struct Tolerance {
  double relative = 1e-6;
  // Of the lattice transform and of all that is computed from it: the factor of N cells turns by
  // 2πN for each index, which makes a difference of indices some hundred times as large.
  double lattice = 1e-6;
};

// Every key alike.
Tolerance same_for_all(double relative);

// What single precision can do: one unit in the last place of one detector vector moved the
// scattering vector by 1.6e-6, and through it F_latt of 36 × 47 × 29 cells by 1.9e-3.
constexpr Tolerance kSinglePrecision{4e-6, 4e-3};

enum class Agreement : std::uint8_t {
  match,      // relative difference at most the tolerance of its key
  minor,      // below 1e-4
  divergent,  // below 1e-2
  critical,   // the rest; counts, switches, nearest integers and words that differ at all
  missing,    // one trace does not hold the key
};

std::string_view name_of(Agreement agreement);

// Whether a divergence comes from the keys that its key is computed from.
enum class Cause : std::uint8_t { none, origin, inherited };

struct Difference {
  std::string key;
  Occurrence at;
  std::optional<Stage> stage;  // unset for a key that chain() does not know
  std::optional<Entry> a;
  std::optional<Entry> b;
  // Of vectors: the length of the difference, and that relative to the larger of the two lengths
  // (or the key's natural scale). Of labelled numbers: the largest of any.
  double absolute = 0.0;
  double relative = 0.0;
  Agreement agreement = Agreement::match;
  Cause cause = Cause::none;
  // Where the traces hold different numbers of spindle steps, a missing one is a divergence.
  bool diverges = false;
};

struct Comparison {
  std::string name_a;
  std::string name_b;
  Tolerance tolerance;
  std::vector<Difference> rows;                 // in the order of the computation
  std::optional<std::size_t> first_divergence;  // a row

  std::size_t count(Agreement agreement) const;
  std::size_t num_divergent() const;
  std::size_t num_compared() const;  // rows that both traces hold
  bool matches() const { return !first_divergence; }
};

// Throws Error where the traces have no key in common, or are of two pixels.
Comparison compare(const Document& a, const Document& b, const Tolerance& tolerance);

// Components of |b − a|, for display; empty for text and for unlike lengths.
std::vector<double> component_differences(const Difference& difference);

}  // namespace nanobragg::audit
