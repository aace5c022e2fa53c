// Simulates bases and candidates and hands them to the ranking.
#include "nanobragg/batch/explain_traces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/batch/mistakes.hpp"
#include "nanobragg/batch/trace_pixels.hpp"
#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/resolve.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::batch {
namespace {

using compat::QuirkSet;
using trace::Candidate;
using trace::ChangeKind;
using trace::Document;

// The kernel that can take any set of quirks.
constexpr const char* kKernel = "reference";

struct BaseRun {
  std::string name;
  QuirkSet quirks;
  config::Resolved run;
  plan::SamplingPlan plan;
  Document trace;
};

Document traced(const config::Resolved& run, const plan::SamplingPlan& plan, PixelIndex pixel,
                const std::string& name) {
  const auto steps = kernel::StepSelection::first_of_each;
  Document document = trace::parse_trace(to_text(trace_pixels(run, plan, {{pixel}}, steps)), name);
  // A simulation that mistakes one pixel for another is compared all the same.
  document.pixel.reset();
  return document;
}

// What a program shows as if it had not made its mistake.
Document with_shown_right(Document document, const Document& right,
                          const std::vector<std::string>& keys) {
  for (trace::Entry& entry : document.entries) {
    if (std::ranges::find(keys, entry.key) == keys.end()) continue;
    if (const trace::Entry* shown = right.find(entry.key, entry.at)) {
      entry.numbers = shown->numbers;
    }
  }
  return document;
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
  Simulations(config::Settings settings, PixelIndex pixel)
      : settings_(std::move(settings)), pixel_(pixel) {
    settings_.compat.reset();
    settings_.precision.reset();
    settings_.kernel = kKernel;
    // Without a seed of its own, each run would draw another one.
    if (!settings_.seed) settings_.seed = 1;
  }

  BaseRun base(const std::string& name, QuirkSet quirks) const {
    config::Resolved run = config::resolve(settings_, quirks);
    plan::SamplingPlan plan = plan::make_plan(run.experiment, quirks);
    Document document = traced(run, plan, pixel_, name + " mode");
    return {name, quirks, std::move(run), std::move(plan), std::move(document)};
  }

  std::vector<Candidate> changes_of(const BaseRun& base) const {
    std::vector<Candidate> list;
    for (const compat::QuirkInfo& row : compat::quirk_table()) {
      if (row.fate == compat::Fate::repaired) add(list, switched(base, row));
    }
    for (const Mistake& mistake : plausible_mistakes(settings_)) add(list, made(base, mistake));
    return list;
  }

 private:
  static void add(std::vector<Candidate>& list, std::optional<Candidate> candidate) {
    if (candidate) list.push_back(*std::move(candidate));
  }

  std::optional<Candidate> switched(const BaseRun& base, const compat::QuirkInfo& row) const {
    const bool has = base.quirks.has(row.quirk);
    const QuirkSet quirks = has ? base.quirks.without(row.quirk) : base.quirks.with(row.quirk);
    const std::string does = has ? fmt::format("switched off, our simulation {}; nanoBragg.c {}",
                                               row.physical_does, row.reference_does)
                                 : fmt::format("switched on, our simulation {}; without it, it {}",
                                               row.reference_does, row.physical_does);
    return simulated([&]() -> Candidate {
      const config::Resolved run = config::resolve(settings_, quirks);
      const plan::SamplingPlan plan = plan::make_plan(run.experiment, quirks);
      const std::string name(row.name);
      return {base.name, ChangeKind::quirk, name, does, traced(run, plan, pixel_, name)};
    });
  }

  std::optional<Candidate> made(const BaseRun& base, const Mistake& mistake) const {
    return simulated([&]() -> Candidate {
      std::optional<config::Resolved> changed;
      if (mistake.settings) {
        config::Settings settings = mistake.settings(settings_);
        // The automatic choice would follow the mistake, to billions of sub-pixels in the extreme.
        settings.oversample = base.plan.sampling.oversample;
        changed = config::resolve(settings, base.quirks);
      }
      const config::Resolved& run = changed ? *changed : base.run;
      plan::SamplingPlan plan = changed ? plan::make_plan(run.experiment, base.quirks) : base.plan;
      check_size(plan, base.plan);
      if (mistake.plan) plan = mistake.plan(std::move(plan), run);
      const PixelIndex pixel = mistake.pixel ? mistake.pixel(pixel_) : pixel_;
      return {base.name, ChangeKind::mistake, mistake.name, mistake.does,
              with_shown_right(traced(run, plan, pixel, mistake.name), base.trace,
                               mistake.shown_right)};
    });
  }

  // A change that cannot be simulated (a detector within the sample, a pixel outside) is not what
  // happened: the traces at hand were computed.
  template <class Simulate>
  static std::optional<Candidate> simulated(Simulate simulate) {
    try {
      return simulate();
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  config::Settings settings_;
  PixelIndex pixel_;
};

}  // namespace

trace::Explanation explain_traces(const trace::ExplainRequest& request,
                                  const config::Settings& settings, PixelIndex pixel) {
  const Simulations simulations(settings, pixel);
  std::vector<trace::Base> bases;
  std::vector<Candidate> candidates;
  const std::array<std::pair<const char*, QuirkSet>, 2> modes{
      std::pair{"physical", QuirkSet::physical()}, std::pair{"reference", QuirkSet::reference()}};
  for (const auto& [name, quirks] : modes) {
    const BaseRun base = simulations.base(name, quirks);
    bases.push_back({base.name, base.trace});
    std::ranges::move(simulations.changes_of(base), std::back_inserter(candidates));
  }
  return trace::explain(request, bases, candidates);
}

}  // namespace nanobragg::batch
