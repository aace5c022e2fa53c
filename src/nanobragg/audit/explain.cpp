// Judges simulations by the rows of their comparison with a trace.
#include "nanobragg/audit/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "nanobragg/audit/factors.hpp"

namespace nanobragg::audit {
namespace {

bool counts(const Difference& row) {
  const auto position = position_in_chain(row.key);
  if (!position) return false;
  return chain()[*position].scope != Scope::once_before && row.key != "phi.phi_deg";
}

double largest(const Entry& entry) {
  double most = 0.0;
  for (const double x : entry.numbers) most = std::max(most, std::abs(x));
  return most;
}

// The largest number of each key.
std::map<std::string_view, double> scales_of(const std::vector<Difference>& rows) {
  std::map<std::string_view, double> scales;
  for (const Difference& row : rows) {
    if (row.b) scales[row.key] = std::max(scales[row.key], largest(*row.b));
  }
  return scales;
}

// What of a difference the digits that are printed do not explain. Of what follows from a lattice
// factor it is relative to the largest number of the key: near a zero of the factor, rounding is
// much of it.
double beyond_digits(const Difference& row, double scale) {
  if (!row.a || !row.b || row.absolute == 0.0) return 0.0;
  double uncertainty = 0.0;
  for (const Entry* entry : {&*row.a, &*row.b}) {
    for (const double x : entry->uncertainty) uncertainty += x * x;
  }
  const double rest = std::max(0.0, row.absolute - 2.0 * std::sqrt(uncertainty));
  const bool is_lattice = follows_lattice_factor(chain()[*position_in_chain(row.key)]);
  return is_lattice && scale > 0.0 ? rest / scale : rest / row.absolute * row.relative;
}

Comparison settled_comparison(const Document& simulated, const Document& trace,
                              const Tolerance& tolerance) {
  // Most traces carry no factor, and thousands are compared.
  const bool is_settled = !left_out_factor(simulated) && !left_out_factor(trace);
  if (is_settled) return compare(simulated, trace, tolerance);
  const SettledPair pair = settle_carried_factors(simulated, trace);
  return compare(pair.a, pair.b, tolerance);
}

std::string shown(const std::optional<Entry>& entry) {
  if (!entry) return "nothing";
  if (entry->numbers.empty()) return entry->words;
  return fmt::format("{:.9g}", fmt::join(entry->numbers, " "));
}

std::set<std::string> keys_of(const Document& document) {
  std::set<std::string> keys;
  for (const Entry& entry : document.entries) keys.insert(entry.key);
  return keys;
}

}  // namespace

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::quirk:
      return "quirk";
    case ChangeKind::mistake:
      return "mistake";
    case ChangeKind::ratio:
      return "ratio";
    case ChangeKind::combination:
      return "combination";
  }
  return {};
}

// A value that is off by 1e-7 agrees within the tolerance of an audit, and tells causes apart.
bool Reproduction::is_exact(double rounding, const Tolerance& tolerance) const {
  constexpr double kRounding = 1e-8;
  constexpr double kRoundingOfLattice = 1e-7;
  constexpr double kManyTimes = 100.0;
  const bool allows_more = tolerance.relative > Tolerance{}.relative;
  if (!is_complete() || allows_more) return is_complete();
  return residual_before_lattice <= std::max(kRounding, kManyTimes * rounding) &&
         residual <= std::max(kRoundingOfLattice, kManyTimes * rounding);
}

Reproduction reproduction(const Document& simulated, const Document& trace,
                          const Tolerance& tolerance) {
  Reproduction result;
  std::set<std::string> beside;
  const Comparison comparison = settled_comparison(simulated, trace, tolerance);
  const auto scales = scales_of(comparison.rows);
  for (const Difference& row : comparison.rows) {
    if (row.agreement == Agreement::missing && !row.diverges) continue;
    if (!row.diverges) {
      if (!result.first_divergence) ++result.reach;
      // The image holds single precision, whatever the arithmetic.
      const bool is_printed = counts(row) && row.key != "floatimage_accumulated";
      if (!is_printed) continue;
      const double rest = beyond_digits(row, scales.at(row.key));
      result.residual = std::max(result.residual, rest);
      if (follows_lattice_factor(chain()[*position_in_chain(row.key)])) continue;
      result.residual_before_lattice = std::max(result.residual_before_lattice, rest);
      continue;
    }
    if (!counts(row)) {
      beside.insert(row.key);
      continue;
    }
    ++result.num_divergent;
    if (!result.first_divergence) result.first_divergence = describe(row.key, row.at);
  }
  result.beside.assign(beside.begin(), beside.end());
  return result;
}

std::vector<Claim> best_of(std::vector<Claim> claims) {
  std::erase_if(claims, [](const Claim& claim) { return !claim.reproduction.is_complete(); });
  if (claims.empty()) return claims;
  std::size_t least_beside = claims.front().reproduction.beside.size();
  for (const Claim& claim : claims) {
    least_beside = std::min(least_beside, claim.reproduction.beside.size());
  }
  std::erase_if(
      claims, [&](const Claim& claim) { return claim.reproduction.beside.size() > least_beside; });
  double least = claims.front().reproduction.residual;
  for (const Claim& claim : claims) least = std::min(least, claim.reproduction.residual);
  // Rounding differs from one way to compute to another; a cause leaves no more than that.
  constexpr double kRounding = 1e-10;
  constexpr double kManyTimes = 100.0;
  const double most = std::max(kRounding, kManyTimes * least);
  std::erase_if(claims, [&](const Claim& claim) { return claim.reproduction.residual > most; });
  return claims;
}

namespace {

// What both traces have and the simulation has not, or where both depart from it first.
std::pair<const Difference*, const Difference*> first_in_neither(const Comparison& of_a,
                                                                 const Comparison& of_b) {
  const auto departs = [](const Difference& row) { return row.diverges && counts(row) && row.b; };
  bool is_first_of_a = true;
  for (const Difference& row : of_a.rows) {
    if (!departs(row)) continue;
    bool is_first_of_b = true;
    for (const Difference& other : of_b.rows) {
      if (!departs(other)) continue;
      const bool is_same = other.key == row.key && other.at == row.at;
      const bool is_first = is_first_of_a && is_first_of_b;
      if (is_same && (is_first || other.b->numbers == row.b->numbers)) return {&row, &other};
      is_first_of_b = false;
    }
    is_first_of_a = false;
  }
  return {nullptr, nullptr};
}

}  // namespace

std::string unfit_sentence(const Document& base, const Document& a, const Document& b,
                           const Tolerance& tolerance) {
  const Comparison of_a = settled_comparison(base, a, tolerance);
  const Comparison of_b = settled_comparison(base, b, tolerance);
  const auto first = [](const Comparison& comparison) -> const Difference* {
    const auto row = std::ranges::find_if(
        comparison.rows, [](const Difference& one) { return one.diverges && counts(one); });
    return row == comparison.rows.end() ? nullptr : &*row;
  };
  const Difference* const in_a = first(of_a);
  const Difference* const in_b = first(of_b);
  const auto text = [](const Difference* row) {
    if (row == nullptr) return std::string("nothing that both hold");
    return fmt::format("{} ({} by the flags, {} in the trace)", describe(row->key, row->at),
                       shown(row->a), shown(row->b));
  };
  if (const auto [row, other] = first_in_neither(of_a, of_b); row != nullptr) {
    return fmt::format(
        "the flags fit neither trace: the first number that neither has is {} ({} by the flags, {} "
        "in {}, {} in {}); nothing is explained",
        describe(row->key, row->at), shown(row->a), shown(row->b), a.name, shown(other->b), b.name);
  }
  return fmt::format(
      "the flags fit neither trace: {} departs from our simulation first in {}, {} in {}; nothing "
      "is explained: audit each against a trace of this program",
      a.name, text(in_a), b.name, text(in_b));
}

std::vector<std::string> advice_on(const Document& simulated, const Document& trace,
                                   const Tolerance& tolerance) {
  const Comparison comparison = settled_comparison(simulated, trace, tolerance);
  const auto first = std::ranges::find_if(
      comparison.rows, [](const Difference& row) { return row.diverges && counts(row); });
  if (first == comparison.rows.end()) return {};
  const auto position = position_in_chain(first->key);
  const std::set<std::string> printed = keys_of(trace);
  std::vector<std::string_view> agree, differ, missing;
  for (const std::string_view parent : parents_of(chain()[*position])) {
    const bool diverges = std::ranges::any_of(
        comparison.rows, [&](const Difference& row) { return row.key == parent && row.diverges; });
    if (!printed.contains(std::string(parent))) {
      const auto of_parent = position_in_chain(parent);
      const bool is_ours = simulated.first(parent) != nullptr;
      if (of_parent && is_ours) missing.push_back(parent);
    } else {
      (diverges ? differ : agree).push_back(parent);
    }
  }
  std::vector<std::string> sentences;
  std::string text =
      fmt::format("the first factor that stays unexplained is {}", describe(first->key, first->at));
  if (!agree.empty()) {
    text += fmt::format("; of what it is computed from, {} agree{}", fmt::join(agree, ", "),
                        agree.size() == 1 ? "s" : "");
  }
  if (!differ.empty()) text += fmt::format("; {} differ already", fmt::join(differ, ", "));
  sentences.push_back(text);
  if (!missing.empty()) {
    sentences.push_back(fmt::format("{} does not print {}: printing it would tell more", trace.name,
                                    fmt::join(missing, ", ")));
  } else {
    sentences.push_back(fmt::format(
        "print what {} is computed from, step by step, or trace another pixel: what differs there "
        "tells causes apart",
        describe(first->key, first->at)));
  }
  return sentences;
}

}  // namespace nanobragg::audit
