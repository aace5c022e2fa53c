// What an audit found, as text for a terminal, Markdown for people and JSON for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/audit/diff.hpp"
#include "nanobragg/audit/document.hpp"
#include "nanobragg/audit/explain.hpp"
#include "nanobragg/audit/factors.hpp"

namespace nanobragg::audit {

struct Audit {
  std::string program_a, program_b;  // tags: TRACE_C, TRACE_PY, TRACE_CPP
  std::optional<PixelIndex> pixel;   // where one of the traces names it
  Comparison comparison;
  std::optional<FactorReport> factors;
  std::optional<std::string> reason;  // what one trace shows and the other does not, a clause
  std::vector<std::string> remarks;   // what was read otherwise than written; peculiarities
  std::optional<Explanation> explanation;
};

// Compares; without an explanation. Throws Error as compare() does.
Audit make_audit(const Document& a, const Document& b, const Tolerance& tolerance);

// The same where nobody asked for a tolerance: that of double precision or, where a trace is of
// single precision, or all differences are such and the traces show too few digits to tell, that of
// single precision.
Audit make_audit(const Document& a, const Document& b);

// "no divergence …" or "first divergence: …", a sentence.
std::string verdict(const Audit& audit);

// The explanation as sentences; empty without one.
std::vector<std::string> explanation_sentences(const Audit& audit);

// The rows that differ, the verdict, the factors and the explanation.
std::string audit_text(const Audit& audit);

// summary.md: the same with every row.
std::string audit_markdown(const Audit& audit);

// metrics.json.
std::string audit_json(const Audit& audit);

}  // namespace nanobragg::audit
