// Simulates bases, single changes and pairs of changes, and hands them to the ranking.
#include "nanobragg/commands/trace/explain_traces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/trace/mistakes.hpp"
#include "nanobragg/commands/trace/trace_pixels.hpp"
#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {
namespace {

using audit::Candidate;
using audit::ChangeKind;
using audit::Document;
using audit::Explanation;
using compat::QuirkSet;

// The kernel that can take any set of quirks.
constexpr const char* kKernel = "reference";

// Single changes that are tried together with every other one.
constexpr std::size_t kPairedChanges = 3;

struct BaseRun {
  std::string name;
  QuirkSet quirks;
  config::Job run;
  plan::SamplingPlan plan;
  Document trace;
};

// A quirk switched, or a mistake made.
struct Change {
  ChangeKind kind;
  std::string name;
  std::string does;
  std::optional<compat::Quirk> quirk;
  Mistake mistake;
};

std::vector<Change> changes_of(const BaseRun& base, const config::Settings& settings) {
  std::vector<Change> changes;
  for (const compat::QuirkInfo& row : compat::quirk_table()) {
    if (row.fate != compat::Fate::repaired) continue;
    const std::string does = base.quirks.has(row.quirk)
                                 ? fmt::format("switched off, our simulation {}; nanoBragg.c {}",
                                               row.physical_does, row.reference_does)
                                 : fmt::format("switched on, our simulation {}; without it, it {}",
                                               row.reference_does, row.physical_does);
    changes.push_back({ChangeKind::quirk, std::string(row.name), does, row.quirk, {}});
  }
  for (Mistake& mistake : plausible_mistakes(settings)) {
    changes.push_back({ChangeKind::mistake, mistake.name, mistake.does, {}, std::move(mistake)});
  }
  return changes;
}

Document traced(const config::Job& run, const plan::SamplingPlan& plan, PixelIndex pixel,
                const std::string& name) {
  const auto steps = kernel::StepSelection::first_of_each;
  Document document = audit::parse_trace(to_text(trace_pixels(run, plan, {{pixel}}, steps)), name);
  // A simulation that mistakes one pixel for another is compared all the same.
  document.pixel.reset();
  return document;
}

// What a program shows as if it had not made its mistake.
void show_right(Document& document, const Document& right, const std::vector<std::string>& keys) {
  const auto is_shown = [&](const audit::Entry& entry) {
    return std::ranges::find(keys, entry.key) != keys.end();
  };
  std::map<std::pair<std::string_view, audit::Occurrence>, const std::vector<double>*> shown;
  for (const audit::Entry& entry : right.entries) {
    if (is_shown(entry)) shown[{entry.key, entry.at}] = &entry.numbers;
  }
  for (audit::Entry& entry : document.entries) {
    if (!is_shown(entry)) continue;
    const auto numbers = shown.find({entry.key, entry.at});
    if (numbers != shown.end()) entry.numbers = *numbers->second;
  }
}

double evaluations(const plan::SamplingPlan& plan) {
  return plan.steps * plan.detector.layers.count;
}

// A mistake that multiplies the steps would show it in the trace, and might not end.
void check_size(const plan::SamplingPlan& plan, const plan::SamplingPlan& base) {
  constexpr double kMostTimes = 10.0;
  if (evaluations(plan) > kMostTimes * evaluations(base)) throw Error("too many steps");
}

class Simulations {
 public:
  Simulations(const audit::ExplainRequest& request, config::Settings settings, PixelIndex pixel)
      : request_(request), settings_(std::move(settings)), pixel_(pixel) {
    settings_.compat.reset();
    settings_.precision.reset();
    settings_.kernel = kKernel;
    // Without a seed of its own, each run would draw another one.
    if (!settings_.seed) settings_.seed = 1;
  }

  BaseRun base(const std::string& name, QuirkSet quirks) const {
    config::Job run = config::resolve(settings_, quirks);
    plan::SamplingPlan plan = plan::make_plan(run.experiment, quirks);
    Document document = traced(run, plan, pixel_, name + " mode");
    return {name, quirks, std::move(run), std::move(plan), std::move(document)};
  }

  std::vector<Change> changes(const BaseRun& base) const { return changes_of(base, settings_); }

  // With all of `changes` made, one after the other. Nothing where that cannot be simulated (a
  // detector within the sample, a pixel outside): it is not what happened, the traces at hand were
  // computed.
  std::optional<Candidate> changed(const BaseRun& base,
                                   std::span<const Change* const> changes) const {
    try {
      return candidate(base, changes);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

 private:
  Candidate candidate(const BaseRun& base, std::span<const Change* const> changes) const {
    config::Settings settings = settings_;
    QuirkSet quirks = base.quirks;
    PixelIndex pixel = pixel_;
    for (const Change* change : changes) {
      if (change->quirk) {
        const bool has = quirks.has(*change->quirk);
        quirks = has ? quirks.without(*change->quirk) : quirks.with(*change->quirk);
      }
      if (change->mistake.settings) {
        settings = change->mistake.settings(std::move(settings));
        // The automatic choice would follow the mistake, to billions of sub-pixels in the extreme.
        settings.oversample = base.plan.sampling.oversample;
      }
      if (change->mistake.pixel) pixel = change->mistake.pixel(pixel);
    }
    const bool is_base = quirks == base.quirks && settings == settings_;
    const config::Job run = is_base ? base.run : config::resolve(settings, quirks);
    plan::SamplingPlan plan = is_base ? base.plan : plan::make_plan(run.experiment, quirks);
    check_size(plan, base.plan);
    for (const Change* change : changes) {
      if (change->mistake.plan) plan = change->mistake.plan(std::move(plan), run);
    }
    Candidate result = described(base, changes);
    Document trace = traced(run, plan, pixel, result.name);
    for (const Change* change : changes) {
      show_right(trace, base.trace, change->mistake.shown_right);
    }
    // A trace of many sub-pixels is long, and there are many changes: none is kept.
    result.from_a = audit::departure(trace, request_.a, request_.tolerance);
    result.from_b = audit::departure(trace, request_.b, request_.tolerance);
    return result;
  }

  static Candidate described(const BaseRun& base, std::span<const Change* const> changes) {
    const Change& first = *changes.front();
    Candidate result{base.name, first.kind, first.name, first.does, {}, {}};
    for (const Change* more : changes.subspan(1)) {
      result.kind = ChangeKind::pair;
      result.name += " + " + more->name;
      result.does += "; and " + more->does;
    }
    return result;
  }

  const audit::ExplainRequest& request_;
  config::Settings settings_;
  PixelIndex pixel_;
};

void add(std::vector<Candidate>& list, std::optional<Candidate> candidate) {
  if (candidate) list.push_back(*std::move(candidate));
}

// The changes that come nearest, each together with every other one.
std::vector<Candidate> pairs(const Simulations& simulations, const BaseRun& base,
                             const Explanation& singles) {
  const std::vector<Change> changes = simulations.changes(base);
  std::vector<const Change*> nearest;
  for (const audit::Ranked& row : singles.ranking) {
    if (nearest.size() == kPairedChanges) break;
    nearest.push_back(&*std::ranges::find(changes, row.name, &Change::name));
  }
  std::vector<Candidate> list;
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    // Not with itself, nor the other way round.
    const auto done = std::span(nearest).first(i + 1);
    for (const Change& other : changes) {
      if (std::ranges::find(done, &other) != done.end()) continue;
      add(list, simulations.changed(base, std::array{nearest[i], &other}));
    }
  }
  return list;
}

}  // namespace

Explanation explain_traces(const audit::ExplainRequest& request, const config::Settings& settings,
                           PixelIndex pixel) {
  const Simulations simulations(request, settings, pixel);
  std::vector<BaseRun> runs;
  std::vector<audit::Base> bases;
  std::vector<Candidate> candidates;
  const std::array<std::pair<const char*, QuirkSet>, 2> modes{
      std::pair{"physical", QuirkSet::physical()}, std::pair{"reference", QuirkSet::reference()}};
  for (const auto& [name, quirks] : modes) {
    const BaseRun& base = runs.emplace_back(simulations.base(name, quirks));
    bases.push_back({base.name, base.trace});
    for (const Change& change : simulations.changes(base)) {
      add(candidates, simulations.changed(base, std::array{&change}));
    }
  }
  Explanation singles = audit::explain(request, bases, candidates);
  if (!singles.found().empty() || singles.before_divergent == 0) return singles;
  const BaseRun& base = *std::ranges::find(runs, singles.base, &BaseRun::name);
  std::ranges::move(pairs(simulations, base, singles), std::back_inserter(candidates));
  return audit::explain(request, bases, candidates);
}

}  // namespace nanobragg::commands
