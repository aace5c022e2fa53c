// The sentences and tables of an audit.
#include "nanobragg/audit/audit_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "nanobragg/audit/observations.hpp"

namespace nanobragg::audit {
namespace {

constexpr std::array kStages{Stage::geometry,  Stage::pixel,     Stage::lattice,
                             Stage::structure, Stage::intensity, Stage::scaling};
constexpr std::size_t kMostShown = 12;

std::string shown(const std::optional<Entry>& entry, int digits) {
  if (!entry) return "-";
  if (entry->numbers.empty()) return entry->words;
  std::string text;
  for (const double x : entry->numbers) {
    text += fmt::format("{}{:.{}g}", text.empty() ? "" : " ", x, digits);
  }
  return text;
}

std::string stage_of(const Difference& row) {
  return std::string(row.stage ? name_of(*row.stage) : "other");
}

std::string measured(const Difference& row, double value) {
  return row.agreement == Agreement::missing ? "-" : fmt::format("{:.3g}", value);
}

std::string class_of(const Difference& row) {
  std::string text(name_of(row.agreement));
  if (row.cause == Cause::origin) text += " *";
  return text;
}

const Difference* find_row(const Comparison& comparison, std::string_view key) {
  const auto found = std::ranges::find(comparison.rows, key, &Difference::key);
  return found == comparison.rows.end() ? nullptr : &*found;
}

// "I_before_scaling of B is -14.5 % of A's": how far a number of B is from that of A.
std::optional<std::string> percent_sentence(const Comparison& comparison, std::string_view key) {
  const Difference* row = find_row(comparison, key);
  if (row == nullptr || !row->diverges || !row->a || !row->b) return std::nullopt;
  const double a = row->a->numbers.front();
  const double b = row->b->numbers.front();
  const double percent = 100.0 * (b / a - 1.0);
  if (!std::isfinite(percent)) return std::nullopt;
  return fmt::format("{}: B is {:+.4g} % from A, A is {:+.4g} % from B", key, percent,
                     100.0 * (a / b - 1.0));
}

// Rows as columns of text, padded to a common width.
using Cells = std::array<std::string, 7>;

std::string table_text(const std::vector<Cells>& rows) {
  std::array<std::size_t, 7> widths{};
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const Cells& cells : rows) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i)
      line += fmt::format("{:<{}}  ", cells[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

Cells cells_of(const Difference& row, int digits) {
  return {stage_of(row),        describe(row.key, row.at),   shown(row.a, digits),
          shown(row.b, digits), measured(row, row.absolute), measured(row, row.relative),
          class_of(row)};
}

// Of a key that diverges again and again, the first row alone; the rest is counted.
std::string divergence_table(const Comparison& comparison) {
  std::vector<Cells> rows{{"stage", "key", "A", "B", "absolute", "relative", "class"}};
  std::set<std::string> keys;
  std::size_t repeated = 0;
  for (const Difference& row : comparison.rows) {
    if (!row.diverges) continue;
    if (keys.insert(row.key).second) {
      rows.push_back(cells_of(row, 9));
    } else {
      ++repeated;
    }
  }
  if (rows.size() == 1) return {};
  std::string text = table_text(rows);
  if (repeated > 0) {
    text += fmt::format("{} more rows of these keys, in further steps\n", repeated);
  }
  return text + "\n";
}

std::string stage_counts(const Comparison& comparison) {
  std::string text;
  const auto add = [&](std::string_view name, auto belongs) {
    std::size_t compared = 0;
    std::size_t matching = 0;
    std::size_t missing = 0;
    for (const Difference& row : comparison.rows) {
      if (!belongs(row)) continue;
      if (row.agreement == Agreement::missing) ++missing;
      if (row.agreement != Agreement::missing) ++compared;
      if (row.agreement == Agreement::match) ++matching;
    }
    if (compared + missing == 0) return;
    text += fmt::format("  {:<10} {:>4} of {:>4} match", name, matching, compared);
    if (missing > 0) text += fmt::format(", {} in one trace only", missing);
    text += "\n";
  };
  for (const Stage stage : kStages) {
    add(name_of(stage), [&](const Difference& row) { return row.stage == stage; });
  }
  add("other", [](const Difference& row) { return !row.stage; });
  return text;
}

std::string factor_text(const FactorReport& report) {
  std::string text =
      fmt::format("{:<24}{:>20}{:>20}{:>16}{:>9}\n", "factor", "A", "B", "B/A", "share");
  for (const Factor& factor : report.factors) {
    const std::string share =
        factor.share ? fmt::format("{:.1f} %", std::round(1000.0 * *factor.share) / 10.0 + 0.0)
                     : std::string("-");
    text += fmt::format("{:<24}{:>20.12g}{:>20.12g}{:>16.10g}{:>9}\n",
                        factor.name == "steps" ? "1/steps" : factor.name, factor.a, factor.b,
                        factor.ratio, share);
  }
  text += fmt::format("{:<64}{:>16.10g}\n{:<64}{:>16.10g}\n", "product of the factors",
                      report.product_ratio, "I_pixel_final", report.final_ratio);
  if (report.explained_by && report.final_ratio != 1.0) {
    text += fmt::format("the ratio of I_pixel_final comes from {}\n", *report.explained_by);
  }
  return text;
}

// Each key once, however many spindle steps or evaluations it diverges in.
std::vector<std::string> origin_names(const Comparison& comparison) {
  std::vector<std::string> names;
  std::set<std::string> keys;
  for (const Difference& row : comparison.rows) {
    const bool is_new = row.cause == Cause::origin && keys.insert(row.key).second;
    if (is_new) names.push_back(describe(row.key, row.at));
  }
  return names;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// How the two texts were read; what holds for both is said once.
std::vector<std::string> reading_notes(const Document& a, const Document& b) {
  std::vector<std::string> sentences;
  for (const std::string& note : a.notes) {
    const bool both = std::ranges::find(b.notes, note) != b.notes.end();
    sentences.push_back(fmt::format("{}: {}", both ? "A and B" : a.name, note));
  }
  for (const std::string& note : b.notes) {
    const bool both = std::ranges::find(a.notes, note) != a.notes.end();
    if (!both) sentences.push_back(fmt::format("{}: {}", b.name, note));
  }
  return sentences;
}

std::string header(const Audit& audit) {
  std::string text = fmt::format("A  {} ({})\nB  {} ({})\n", audit.comparison.name_a,
                                 audit.program_a, audit.comparison.name_b, audit.program_b);
  if (audit.pixel)
    text += fmt::format("pixel slow {} fast {}\n", audit.pixel->slow, audit.pixel->fast);
  return text;
}

std::string bullets(const std::vector<std::string>& sentences, std::string_view mark) {
  std::string text;
  for (const std::string& sentence : sentences) text += fmt::format("{}{}\n", mark, sentence);
  return text;
}

// What stands between tables: percentages, observations, notes.
std::vector<std::string> remarks(const Audit& audit) {
  std::vector<std::string> sentences;
  for (const char* key : {"I_before_scaling", "I_pixel_final"}) {
    if (auto sentence = percent_sentence(audit.comparison, key)) {
      sentences.push_back(*std::move(sentence));
    }
  }
  append(sentences, audit.remarks);
  const auto origins = origin_names(audit.comparison);
  if (origins.size() > 1) {
    sentences.push_back(fmt::format("divergences that nothing before them explains (*): {}",
                                    fmt::join(origins, ", ")));
  }
  return sentences;
}

std::string tolerance_text(const Tolerance& tolerance) {
  std::string text = fmt::format("{:g} relative", tolerance.relative);
  if (tolerance.lattice != tolerance.relative) {
    text +=
        fmt::format(" ({:g} for lattice factors and what follows from them)", tolerance.lattice);
  }
  return text;
}

std::string claim_sentence(const Claim& claim, const std::string& explained) {
  std::string text = fmt::format("{} {} reproduces {}: {}", name_of(claim.kind), claim.name,
                                 explained, claim.does);
  const auto& beside = claim.reproduction.beside;
  if (!beside.empty()) {
    text += fmt::format(" (printed otherwise: {})", fmt::join(beside, ", "));
  }
  return text;
}

}  // namespace

Audit make_audit(const Document& a, const Document& b, const Tolerance& tolerance) {
  const SettledPair pair = settle_carried_factors(a, b);
  Audit audit{fmt::format("TRACE_{}", a.program),
              fmt::format("TRACE_{}", b.program),
              a.pixel ? a.pixel : b.pixel,
              compare(pair.a, pair.b, tolerance),
              compare_factors(pair.a, pair.b),
              peculiarity(a, b),
              {},
              {}};
  append(audit.remarks, observations(a));
  append(audit.remarks, observations(b));
  append(audit.remarks, pair.notes);
  for (const Document* document : {&pair.a, &pair.b}) {
    if (const auto sentence = contradiction(*document)) audit.remarks.push_back(*sentence);
  }
  append(audit.remarks, reading_notes(a, b));
  return audit;
}

Audit make_audit(const Document& a, const Document& b) {
  Audit exact = make_audit(a, b, {});
  if (exact.comparison.matches()) return exact;
  const Arithmetic of_a = arithmetic_of(a);
  const Arithmetic of_b = arithmetic_of(b);
  const bool is_single =
      of_a == Arithmetic::single_precision || of_b == Arithmetic::single_precision;
  if (!is_single && (of_a != Arithmetic::unknown && of_b != Arithmetic::unknown)) return exact;
  Audit rounded = make_audit(a, b, kSinglePrecision);
  if (!is_single && !rounded.comparison.matches()) return exact;
  rounded.remarks.push_back(
      fmt::format("{}: compared as --dtype float32 does (--dtype float64 compares all digits)",
                  is_single ? "single precision" : "all differences are of single precision"));
  return rounded;
}

std::string verdict(const Audit& audit) {
  const Comparison& comparison = audit.comparison;
  if (comparison.matches()) {
    return fmt::format(
        "no divergence: {} values agree within {}{}", comparison.num_compared(),
        tolerance_text(comparison.tolerance),
        comparison.count(Agreement::missing) > 0
            ? fmt::format(" ({} are in one trace only)", comparison.count(Agreement::missing))
            : "");
  }
  const Difference& first = comparison.rows[*comparison.first_divergence];
  const auto line = [](const std::optional<Entry>& entry) {
    return entry ? fmt::format("line {}", entry->line) : std::string("missing");
  };
  return fmt::format(
      "first divergence: {} in stage {}, {} ({:.3g} relative; A {}, B {}); {} of {} "
      "values diverge",
      describe(first.key, first.at), stage_of(first), name_of(first.agreement), first.relative,
      line(first.a), line(first.b), comparison.num_divergent(), comparison.num_compared());
}

std::vector<std::string> explanation_sentences(const Audit& audit) {
  std::vector<std::string> sentences;
  if (!audit.explanation) return sentences;
  const Explanation& e = *audit.explanation;
  if (!e.unfit.empty()) return {e.unfit};
  if (e.found.size() > 1) {
    sentences.push_back(fmt::format(
        "{} causes reproduce {}; this pixel cannot tell them apart:", e.found.size(), e.explained));
  }
  for (std::size_t i = 0; i < std::min(kMostShown, e.found.size()); ++i) {
    sentences.push_back(claim_sentence(e.found[i], e.explained));
  }
  if (e.found.size() > kMostShown) {
    std::vector<std::string> names;
    for (std::size_t i = kMostShown; i < e.found.size(); ++i) names.push_back(e.found[i].name);
    sentences.push_back(fmt::format("so do {}", fmt::join(names, ", ")));
  }
  const auto percent = percent_sentence(audit.comparison, "I_before_scaling");
  if (!e.found.empty() && percent) {
    sentences.push_back(audit.reason ? fmt::format("{}, because {}", *percent, *audit.reason)
                                     : *percent);
  }
  sentences.push_back(fmt::format(
      "{} is that of our simulation in {} mode; {}", e.of_base, e.base,
      e.before_divergent == 0
          ? fmt::format("so is {}: nothing is to be explained", e.explained)
          : fmt::format("{} departs from it in {} values", e.explained, e.before_divergent)));
  if (!e.found.empty() || e.before_divergent == 0) return sentences;
  sentences.push_back(fmt::format("none of {} changes alone, and of {} together, reproduces {}",
                                  e.tried_alone, e.tried_together, e.explained));
  append(sentences, e.advice);
  for (const Claim& claim : e.nearest) {
    sentences.push_back(
        fmt::format("agrees farther, but not to the end: {} {} ({} values still "
                    "diverge, the first is {})",
                    name_of(claim.kind), claim.name, claim.reproduction.num_divergent,
                    claim.reproduction.first_divergence.value_or("-")));
  }
  return sentences;
}

std::string audit_text(const Audit& audit) {
  const Comparison& comparison = audit.comparison;
  std::string text = fmt::format("{}\n{}\n{}\n", header(audit), verdict(audit),
                                 bullets(explanation_sentences(audit), ""));
  text += divergence_table(comparison) + stage_counts(comparison);
  if (!comparison.matches() && audit.factors) {
    text += fmt::format("\n{}", factor_text(*audit.factors));
  }
  const std::string notes = bullets(remarks(audit), "- ");
  if (!notes.empty()) text += fmt::format("\n{}", notes);
  return text;
}

std::string audit_markdown(const Audit& audit) {
  const Comparison& comparison = audit.comparison;
  std::string text = fmt::format("# Audit of two traces\n\n```\n{}```\n\n**{}**\n\n", header(audit),
                                 verdict(audit));
  if (audit.explanation) {
    text += "## Explanation\n\n" + bullets(explanation_sentences(audit), "- ") + "\n";
  }
  const auto sentences = remarks(audit);
  if (!sentences.empty()) text += "## Remarks\n\n" + bullets(sentences, "- ") + "\n";
  if (audit.factors) {
    text += "## Factors of I_pixel_final\n\n```\n" + factor_text(*audit.factors) + "```\n\n";
  }
  text += fmt::format(
      "## Every value\n\nTolerance: {}. A vector's difference is the "
      "length of B - A; * marks a divergence that nothing before it explains.\n\n"
      "```\n{}```\n\n",
      tolerance_text(comparison.tolerance), stage_counts(comparison));
  text +=
      "| stage | key | A | B | absolute | relative | class | by component |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const Difference& row : comparison.rows) {
    const Cells cells = cells_of(row, 15);
    std::vector<double> components;
    if (row.diverges) components = component_differences(row);
    text += fmt::format("| {} | {:.3g} |\n", fmt::join(cells, " | "),
                        fmt::join(components.size() > 1 ? components : std::vector<double>{}, " "));
  }
  return text;
}

}  // namespace nanobragg::audit
