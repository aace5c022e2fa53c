// Ranks changed simulations.
#include "nanobragg/audit/explain.hpp"

#include <algorithm>
#include <tuple>

#include "nanobragg/audit/factors.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

auto rank(const Departure& departure) {
  return std::tie(departure.num_divergent, departure.distance);
}

// The base that gives one trace, and how near each change of it comes to the other.
Explanation explain_direction(const Document& from, const Document& to, const Tolerance& tolerance,
                              const std::vector<Base>& bases,
                              const std::vector<Candidate>& candidates,
                              Departure Candidate::*departure_from_to) {
  Explanation result;
  std::optional<Departure> nearest;
  for (const Base& base : bases) {
    const Departure here = departure(from, base.trace, tolerance);
    if (nearest && rank(*nearest) <= rank(here)) continue;
    nearest = here;
    result.base = base.name;
    result.base_divergent = here.num_divergent;
    result.before_divergent = departure(base.trace, to, tolerance).num_divergent;
  }
  result.of_base = from.name;
  result.explained = to.name;
  for (const Candidate& candidate : candidates) {
    if (candidate.base != result.base) continue;
    const Departure& here = candidate.*departure_from_to;
    if (here.num_divergent >= result.before_divergent) continue;
    result.ranking.push_back(
        {candidate.base, candidate.kind, candidate.name, candidate.does, here});
  }
  std::ranges::stable_sort(result.ranking, [](const Ranked& x, const Ranked& y) {
    return rank(x.departure) < rank(y.departure);
  });
  return result;
}

// What stays unexplained: of the trace that the base is to give, and of the other.
std::size_t unexplained(const Explanation& explanation) {
  const std::size_t rest = explanation.ranking.empty()
                               ? explanation.before_divergent
                               : explanation.ranking.front().departure.num_divergent;
  return explanation.base_divergent + rest;
}

}  // namespace

Departure departure(const Document& a, const Document& b, const Tolerance& tolerance) {
  const SettledPair pair = settle_carried_factors(a, b);
  const Comparison comparison = compare(pair.a, pair.b, tolerance);
  Departure result;
  result.num_divergent = comparison.num_divergent();
  for (const Difference& row : comparison.rows) {
    if (row.diverges) result.distance += std::min(1.0, row.relative);
  }
  if (comparison.first_divergence) {
    const Difference& first = comparison.rows[*comparison.first_divergence];
    result.first_divergence = describe(first.key, first.at);
  }
  return result;
}

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::quirk:
      return "quirk";
    case ChangeKind::mistake:
      return "mistake";
    case ChangeKind::pair:
      return "pair";
  }
  return {};
}

std::vector<Ranked> Explanation::found() const {
  std::vector<Ranked> result;
  std::ranges::copy_if(ranking, std::back_inserter(result),
                       [](const Ranked& row) { return row.departure.num_divergent == 0; });
  return result;
}

Explanation explain(const ExplainRequest& request, const std::vector<Base>& bases,
                    const std::vector<Candidate>& candidates) {
  if (bases.empty()) throw Error("no simulation to explain the traces by");
  const Tolerance& tolerance = request.tolerance;
  const Explanation forward =
      explain_direction(request.a, request.b, tolerance, bases, candidates, &Candidate::from_b);
  const Explanation backward =
      explain_direction(request.b, request.a, tolerance, bases, candidates, &Candidate::from_a);
  return unexplained(backward) < unexplained(forward) ? backward : forward;
}

}  // namespace nanobragg::audit
