// Which change turns one trace into another: ranks traces of changed simulations by their
// distance to a given one.
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

enum class ChangeKind : std::uint8_t { quirk, mistake, pair };

std::string_view name_of(ChangeKind kind);

// A simulation that starts explanations.
struct Base {
  std::string name;
  Document trace;
};

// How far one trace departs from another.
struct Departure {
  std::size_t num_divergent = 0;
  double distance = 0.0;  // sum of the relative differences, each counted up to 1
  std::optional<std::string> first_divergence;
};

Departure departure(const Document& a, const Document& b, const Tolerance& tolerance);

// The same simulation with one thing changed, or a pair of things.
struct Candidate {
  std::string base;  // name of the Base that was changed
  ChangeKind kind;
  std::string name;
  std::string does;          // what the changed simulation does, a clause
  Departure from_a, from_b;  // of its trace from the two that are compared
};

struct Ranked {
  std::string base;
  ChangeKind kind;
  std::string name;
  std::string does;
  Departure departure;  // from the trace that is to be explained
};

struct Explanation {
  std::string base;                  // the simulation that one of the traces comes from
  std::string of_base;               // name of that trace
  std::string explained;             // name of the other trace
  std::size_t base_divergent = 0;    // keys in which the base departs from its trace
  std::size_t before_divergent = 0;  // keys in which the base departs from the other trace
  std::vector<Ranked> ranking;       // nearest first; only those that come nearer than the base

  // The changes that reproduce the explained trace within the tolerance.
  std::vector<Ranked> found() const;
};

struct ExplainRequest {
  const Document& a;
  const Document& b;
  Tolerance tolerance;
};

// Tries both directions: a base that gives A and a change that gives B, and the reverse. Throws
// Error where there is no base.
Explanation explain(const ExplainRequest& request, const std::vector<Base>& bases,
                    const std::vector<Candidate>& candidates);

}  // namespace nanobragg::audit
