// Tries changes alone, then together, in parallel; what they come to does not depend on threads.
#include "nanobragg/commands/audit/explain_traces.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <set>
#include <thread>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/run_numbers.hpp"
#include "nanobragg/commands/audit/simulation.hpp"

namespace nanobragg::commands {
namespace {

using audit::Claim;
using audit::Document;
using audit::Explanation;
using audit::Reproduction;
using compat::QuirkSet;

using Picked = std::vector<const Change*>;

// Changes made together, and how far they come.
struct Attempt {
  Picked changes;
  std::optional<Reproduction> reproduction;  // unset: they cannot be simulated, or do nothing
};

bool comes_farther(const Attempt& a, const Attempt& b) {
  return std::pair(a.reproduction->reach, b.reproduction->num_divergent) >
         std::pair(b.reproduction->reach, a.reproduction->num_divergent);
}

std::size_t threads() { return std::max(1U, std::thread::hardware_concurrency()); }

Claim claim_of(const Attempt& attempt) {
  const Change& first = *attempt.changes.front();
  Claim claim{first.kind, first.name, first.does, *attempt.reproduction};
  for (std::size_t i = 1; i < attempt.changes.size(); ++i) {
    claim.kind = audit::ChangeKind::combination;
    claim.name += " + " + attempt.changes[i]->name;
    claim.does += "; and " + attempt.changes[i]->does;
  }
  return claim;
}

// Looks for what turns the base into a trace.
class Search {
 public:
  Search(const PixelSimulation& simulation, const BaseRun& base, const ExplainRequest& request)
      : simulation_(simulation),
        base_(base),
        trace_(request.b),
        tolerance_(request.tolerance),
        rounding_(audit::reproduction(base.trace, request.a, tolerance_).residual),
        changes_(generated_changes({simulation.settings(), base.quirks, base.job, base.plan,
                                    simulation.source_weights()})) {}

  // Changes alone, and ratios. What they come to is kept.
  void run_alone(Explanation& explanation);
  void run_together(Explanation& explanation);

 private:
  std::vector<Attempt> attempts(const std::vector<Picked>& picked) const;
  std::vector<Claim> claims(const std::vector<Attempt>& attempts) const;
  void add_ratios(std::vector<Claim>& found, const Picked& made) const;
  std::vector<Claim> together(Explanation& explanation) const;
  std::vector<Attempt> farthest(const std::vector<Attempt>& attempts, std::size_t reach,
                                std::size_t most) const;

  const PixelSimulation& simulation_;
  const BaseRun& base_;
  const Document& trace_;
  audit::Tolerance tolerance_;
  double rounding_;  // of the base beside its own trace
  std::vector<Change> changes_;
  std::vector<Attempt> alone_;
};

std::vector<Attempt> Search::attempts(const std::vector<Picked>& picked) const {
  std::vector<Attempt> out(picked.size());
  parallel_for(picked.size(), threads(), [&](std::size_t i) {
    out[i].changes = picked[i];
    const auto document = simulation_.changed(base_, picked[i]);
    if (!document) return;
    out[i].reproduction = audit::reproduction(*document, trace_, tolerance_);
  });
  return out;
}

// Without those that say the same as simpler ones.
std::vector<Claim> Search::claims(const std::vector<Attempt>& attempts) const {
  std::vector<Attempt> exact;
  std::set<std::string_view> names;
  for (const Attempt& attempt : attempts) {
    if (!attempt.reproduction || !attempt.reproduction->is_exact(rounding_, tolerance_)) continue;
    exact.push_back(attempt);
    names.insert(attempt.changes.back()->name);
  }
  std::vector<Claim> found;
  for (const Attempt& attempt : exact) {
    if (!names.contains(attempt.changes.back()->implied_by)) found.push_back(claim_of(attempt));
  }
  return audit::best_of(std::move(found));
}

// A ratio says as much as a simulation of one factor: this pixel cannot tell them apart.
void Search::add_ratios(std::vector<Claim>& found, const Picked& made) const {
  const auto simulated =
      made.empty() ? std::optional(base_.trace) : simulation_.changed(base_, made);
  if (!simulated) return;
  for (Claim& ratio : ratio_claims(*simulated, trace_, tolerance_, base_)) {
    for (const Change* change : made) {
      ratio.kind = audit::ChangeKind::combination;
      ratio.name = change->name + " + " + ratio.name;
      ratio.does = change->does + "; and " + ratio.does;
    }
    found.push_back(std::move(ratio));
  }
}

// Those that come farther than this, the farthest first.
std::vector<Attempt> Search::farthest(const std::vector<Attempt>& attempts, std::size_t reach,
                                      std::size_t most) const {
  std::vector<Attempt> list;
  std::ranges::copy_if(attempts, std::back_inserter(list), [&](const Attempt& attempt) {
    return attempt.reproduction && attempt.reproduction->reach > reach;
  });
  std::ranges::stable_sort(list, comes_farther);
  if (list.size() > most) list.resize(most);
  return list;
}

// Each of two or three repairs a stage of its own: the next is looked for behind the last.
std::vector<Claim> Search::together(Explanation& explanation) const {
  constexpr std::array<std::size_t, 2> kMost{3, 2};
  std::size_t reach = audit::reproduction(base_.trace, trace_, tolerance_).reach;
  std::vector<Attempt> last = farthest(alone_, reach, kMost[0]);
  for (const std::size_t next : {kMost[1], std::size_t{0}}) {
    std::vector<Picked> picked;
    std::vector<Claim> found;
    for (const Attempt& attempt : last) {
      add_ratios(found, attempt.changes);
      for (const Attempt& other : alone_) {
        const Change* const change = other.changes.front();
        const bool is_made = std::ranges::find(attempt.changes, change) != attempt.changes.end();
        if (!other.reproduction || is_made) continue;
        picked.push_back(attempt.changes);
        picked.back().push_back(change);
      }
    }
    const std::vector<Attempt> tried = attempts(picked);
    explanation.tried_together += picked.size();
    std::vector<Claim> simulated = claims(tried);
    std::ranges::move(simulated, std::back_inserter(found));
    if (!found.empty() || next == 0 || last.empty()) return found;
    reach = last.front().reproduction->reach;
    last = farthest(tried, reach, next);
  }
  return {};
}

void Search::run_alone(Explanation& explanation) {
  std::vector<Picked> picked;
  for (const Change& change : changes_) picked.push_back({&change});
  alone_ = attempts(picked);
  explanation.tried_alone += alone_.size();
  explanation.found = claims(alone_);
  add_ratios(explanation.found, {});
}

void Search::run_together(Explanation& explanation) {
  explanation.found = together(explanation);
  if (!explanation.found.empty()) return;
  constexpr std::size_t kNearest = 3;
  const std::size_t reach = audit::reproduction(base_.trace, trace_, tolerance_).reach;
  for (const Attempt& attempt : farthest(alone_, reach, kNearest)) {
    explanation.nearest.push_back(claim_of(attempt));
  }
  explanation.advice = audit::advice_on(base_.trace, trace_, tolerance_);
}

// What turns B into A from the first of these modes, all of which give A, from which a change does
// it alone; else from the first of all.
Explanation explain_from(const PixelSimulation& simulation,
                         const std::vector<const BaseRun*>& bases, const ExplainRequest& request) {
  Explanation result;
  result.of_base = request.a.name;
  result.explained = request.b.name;
  std::list<Search> searches;
  for (const BaseRun* base : bases) {
    result.base = base->name;
    result.before_divergent =
        audit::reproduction(base->trace, request.b, request.tolerance).num_divergent;
    if (result.before_divergent == 0) return result;
    searches.emplace_back(simulation, *base, request);
    searches.back().run_alone(result);
    if (!result.found.empty()) return result;
  }
  result.base = bases.front()->name;
  searches.front().run_together(result);
  return result;
}

struct Mode {
  const char* name;
  QuirkSet quirks;
};

}  // namespace

Explanation explain_traces(const ExplainRequest& request, const config::Settings& settings,
                           PixelIndex pixel) {
  const PixelSimulation simulation(settings, pixel);
  std::vector<BaseRun> bases;
  for (const Mode& mode :
       {Mode{"physical", QuirkSet::physical()}, Mode{"reference", QuirkSet::reference()},
        Mode{"oracle", QuirkSet::oracle()}}) {
    bases.push_back(simulation.base(mode.name, mode.quirks));
  }
  for (const auto& [from, to] :
       {std::pair{&request.a, &request.b}, std::pair{&request.b, &request.a}}) {
    std::vector<const BaseRun*> fitting;
    for (const BaseRun& base : bases) {
      const Reproduction own = audit::reproduction(base.trace, *from, request.tolerance);
      if (own.is_complete()) fitting.push_back(&base);
    }
    if (!fitting.empty()) return explain_from(simulation, fitting, {*from, *to, request.tolerance});
  }
  Explanation result;
  result.unfit =
      audit::unfit_sentence(bases.front().trace, request.a, request.b, request.tolerance);
  return result;
}

}  // namespace nanobragg::commands
