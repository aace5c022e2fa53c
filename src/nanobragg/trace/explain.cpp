// Ranks changed simulations.
#include "nanobragg/trace/explain.hpp"

#include <algorithm>
#include <tuple>

#include "nanobragg/base/error.hpp"
#include "nanobragg/trace/factors.hpp"

namespace nanobragg::trace {
namespace {

struct Closeness {
  std::size_t num_divergent = 0;
  double distance = 0.0;
  std::optional<std::string> first_divergence;

  auto rank() const { return std::tie(num_divergent, distance); }
};

Closeness closeness(const Document& a, const Document& b, double tolerance_rel) {
  const SettledPair pair = settle_carried_factors(a, b);
  const Comparison comparison = compare(pair.a, pair.b, tolerance_rel);
  Closeness result;
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

// The base that gives `from`, and how near each change of it comes to `to`.
Explanation explain_direction(const Document& from, const Document& to, double tolerance_rel,
                              const std::vector<Base>& bases,
                              const std::vector<Candidate>& candidates) {
  Explanation result;
  std::optional<Closeness> nearest;
  for (const Base& base : bases) {
    const Closeness here = closeness(from, base.trace, tolerance_rel);
    if (nearest && nearest->rank() <= here.rank()) continue;
    nearest = here;
    result.base = base.name;
    result.base_divergent = here.num_divergent;
    result.before_divergent = closeness(base.trace, to, tolerance_rel).num_divergent;
  }
  result.of_base = from.name;
  result.explained = to.name;
  for (const Candidate& candidate : candidates) {
    if (candidate.base != result.base) continue;
    const Closeness here = closeness(candidate.trace, to, tolerance_rel);
    if (here.num_divergent >= result.before_divergent) continue;
    result.ranking.push_back({candidate.base, candidate.kind, candidate.name, candidate.does,
                              here.num_divergent, here.distance, here.first_divergence});
  }
  std::ranges::stable_sort(result.ranking, [](const Ranked& x, const Ranked& y) {
    return std::tie(x.num_divergent, x.distance) < std::tie(y.num_divergent, y.distance);
  });
  return result;
}

// What stays unexplained: of the trace that the base is to give, and of the other.
std::size_t unexplained(const Explanation& explanation) {
  const std::size_t rest = explanation.ranking.empty() ? explanation.before_divergent
                                                       : explanation.ranking.front().num_divergent;
  return explanation.base_divergent + rest;
}

}  // namespace

std::vector<Ranked> Explanation::found() const {
  std::vector<Ranked> result;
  std::ranges::copy_if(ranking, std::back_inserter(result),
                       [](const Ranked& row) { return row.num_divergent == 0; });
  return result;
}

Explanation explain(const ExplainRequest& request, const std::vector<Base>& bases,
                    const std::vector<Candidate>& candidates) {
  if (bases.empty()) throw Error("no simulation to explain the traces by");
  const Explanation forward =
      explain_direction(request.a, request.b, request.tolerance_rel, bases, candidates);
  const Explanation backward =
      explain_direction(request.b, request.a, request.tolerance_rel, bases, candidates);
  return unexplained(backward) < unexplained(forward) ? backward : forward;
}

}  // namespace nanobragg::trace
