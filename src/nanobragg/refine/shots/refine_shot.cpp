// Frees parameters stage by stage; between cycles, what pixels vary by is estimated anew.
#include "nanobragg/refine/shots/refine_shot.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/refine/minimise.hpp"
#include "nanobragg/refine/shots/place_stage.hpp"
#include "nanobragg/refine/shots/shot_parameters.hpp"
#include "nanobragg/refine/shots/shot_start.hpp"
#include "nanobragg/refine/trust_region.hpp"
#include "nanobragg/refine/uncertainties.hpp"

namespace nanobragg::refine {
namespace {

using Id = plan::ParameterId;

constexpr int kMostCycles = 4;
// Further loss that ends a cycle: every coordinate is then within 5 % of its standard uncertainty.
constexpr double kEnough = 1e-3;
// Variances have settled where k and σ_r change by less, absolutely or relatively.
constexpr double kSettled = 0.02;
bool has_settled(double before, double after) {
  return std::abs(before - after) < kSettled * std::max(1.0, std::abs(after));
}

// Of the stages before the cell, and of the others: more say no more of what all have in common.
// All are judged at the end.
constexpr std::size_t kBoxesOfFirstStages = 200, kBoxesOfLastStages = 500;

// Where one correlation is near ±1 the others have no effect: at first all stay below that.
constexpr double kCorrelatedAtFirst = 0.9;
void keep_correlations_low(FreeParameters& free) {
  for (FreeParameter& p : free.list) {
    if (!is_correlation(p.ids.front())) continue;
    p.lower = std::max(p.lower, std::min(-kCorrelatedAtFirst, p.start));
    p.upper = std::min(p.upper, std::max(kCorrelatedAtFirst, p.start));
  }
}

// Photons: no detector that counts has as much.
constexpr double kLargestNoise = 5e3;

// Where a refinement stands.
struct Standing {
  ShotParameters parameters;
  ErrorModel errors;
  std::vector<double> variances = {};
  // What the last cycle minimised, where it ended, and how.
  std::optional<ShotLoss> loss = {};
  std::vector<double> x = {};
  Outcome outcome = Outcome::converged;
  std::string why = {};

  bool is_at_bound(std::size_t i) const {
    constexpr double kAtBound = 1e-6;
    return x[i] - loss->lower()[i] < kAtBound || loss->upper()[i] - x[i] < kAtBound;
  }
};

class Refinement {
 public:
  Refinement(const ShotData& data, const Experiment& start, const ShotRequest& request,
             const StageMonitor& monitor)
      : all_(data),
        first_(strongest(data, kBoxesOfFirstStages)),
        further_(strongest(data, kBoxesOfLastStages)),
        request_(request),
        monitor_(monitor),
        on_scale_(start),
        now_{.parameters = {start, request}, .errors = request.errors} {}

  ShotResult run() {
    ShotResult out{.experiment = now_.parameters.experiment()};
    const bool begins_anew = request_.first <= ShotStage::scale;
    if (request_.first == ShotStage::places && all_.has_measured_places) {
      if (auto report = fit_places(all_.pixels.boxes, request_, now_.parameters)) {
        report->seconds = seconds();
        out.stages.push_back(*report);
        if (monitor_) monitor_(*report);
      }
    }
    if (begins_anew) now_.parameters.scale(scale_of_start(all_, loss_of({}, {})));
    on_scale_ = now_.parameters.experiment();
    data_ = &first_;
    now_.variances = model_variances(now_.errors, *data_, model_without_spots(*data_));
    if (!begins_anew) {
      now_.variances = model_variances(now_.errors, *data_, model_now());
    }
    for (const ShotStage stage :
         {ShotStage::scale, ShotStage::orientation, ShotStage::spots, ShotStage::lattices,
          ShotStage::turns, ShotStage::cell, ShotStage::all}) {
      if (!run_stage(stage, out)) break;
    }
    if (!now_.loss) throw Error("no parameter that the pixels of this shot determine");
    finish(out);
    return out;
  }

 private:
  // Of parameters about an experiment; no variances: of pixels that all count alike.
  ShotLoss loss_about(const Experiment& experiment, FreeParameters free,
                      std::vector<double> variances) const {
    free.start = plan::values_of(experiment);
    ShotLoss loss(*data_, experiment, std::move(free), request_.compute);
    if (!variances.empty()) loss.set_variances(std::move(variances));
    return loss;
  }
  ShotLoss loss_of(FreeParameters free, std::vector<double> variances) const {
    return loss_about(now_.parameters.experiment(), std::move(free), std::move(variances));
  }
  // False: that is the end.
  bool run_stage(ShotStage stage, ShotResult& out) {
    std::vector<Id> ids;
    bool adds = false;
    for (const Id id : request_.parameters.ids) {
      if (stage_of(id) > stage) continue;
      ids.push_back(id);
      adds = adds || stage_of(id) == stage;
    }
    // Spreads about the three axes are in place of that about all.
    const auto is_asked_for = [&](Id id) { return std::ranges::find(ids, id) != ids.end(); };
    if (is_asked_for(Id::mosaic_a) && is_asked_for(Id::mosaic_b) && is_asked_for(Id::mosaic_c)) {
      std::erase(ids, Id::mosaic_spread);
    }
    const Motions motions =
        stage == ShotStage::all && !request_.motions.empty() ? Motions::taken : Motions::left_out;
    if ((!adds && motions == Motions::left_out) || stage < request_.first) return true;
    if (stage >= ShotStage::turns) use(further_, now_.errors);
    StageReport report{.stage = stage};
    run_cycles(ids, motions, report);
    if (stage == ShotStage::cell) try_another_start(ids, report);
    report.seconds = seconds();
    out.stages.push_back(report);
    if (now_.outcome == Outcome::interrupted) return false;
    return !monitor_ || monitor_(report) == Flow::go_on;
  }

  void run_cycles(const std::vector<Id>& ids, Motions motions, StageReport& report) {
    const int cycles = report.stage <= ShotStage::orientation ? 1 : kMostCycles;
    for (int cycle = 0; cycle < cycles; ++cycle) {
      FreeParameters free = seen_parameters(ids, motions, report);
      if (free.list.empty()) break;
      if (report.stage == ShotStage::turns && cycle == 0) keep_correlations_low(free);
      const auto own = now_.parameters.restraints(free);
      report.free.clear();
      for (const FreeParameter& p : free.list) report.free.push_back(p.name);
      now_.loss.emplace(loss_of(std::move(free), now_.variances));
      now_.loss->set_restraints(own);
      if (run_cycle(report)) break;
    }
  }
  // A correlation at ±1 or a crystal of so many cells that more change nothing may have stood in
  // for a cell that was still off, and does not come back by itself.
  std::vector<std::string> stuck(const std::vector<Id>& ids) const {
    const FreeParameters& free = now_.loss->parameters();
    std::vector<std::string> out;
    for (const Id id : ids) {
      if (!is_size(id) && !is_correlation(id)) continue;
      const auto i = free.index_of(id);
      const bool is_stuck = i ? is_correlation(id) && now_.is_at_bound(*i)
                              : plan::why_without_effect(id, now_.parameters.experiment()).empty();
      if (is_stuck) out.push_back(plan::name_of(id));
    }
    return out;
  }
  void try_another_start(const std::vector<Id>& ids, StageReport& report) {
    if (!now_.loss || now_.outcome == Outcome::interrupted || stuck(ids).empty()) return;
    const Standing first = now_;
    const StageReport reported = report;
    now_.parameters.begin_spots_anew();
    now_.parameters.scale(scale_of_start(*data_, loss_of({}, {})));
    run_cycles(ids, Motions::left_out, report);
    const auto loss_at = [&](const Standing& standing) {
      const auto at = loss_about(standing.parameters.experiment(), {}, first.variances)
                          .evaluate({}, Wanted::loss);
      return at ? at->loss : std::numeric_limits<double>::infinity();
    };
    if (now_.outcome != Outcome::interrupted && loss_at(now_) < loss_at(first)) return;
    now_ = first;
    report = reported;
  }

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  void use(const ShotData& data, const ErrorModel& errors) {
    if (data_ == &data) return;
    data_ = &data;
    now_.variances = model_variances(errors, data, model_without_spots(data));
    now_.variances = model_variances(errors, data, model_now());
  }
  ModelOfPixels model_now() const {
    return model_of_pixels(*data_, loss_of({}, now_.variances).state_at({}, Wanted::loss));
  }

  // One minimisation with fixed variances; then new ones.
  bool run_cycle(StageReport& report) {
    const Monitor watch = [&](const Step&) {
      return request_.interrupted && request_.interrupted() ? Flow::stop : Flow::go_on;
    };
    Recorder recorder(watch);
    Minimum minimum{.x = std::vector<double>(now_.loss->size()), .why = {}, .history = {}};
    solve(*now_.loss, minimum, request_.iterations, recorder, kEnough);
    report.iterations += static_cast<int>(recorder.history().size());
    now_.outcome = minimum.outcome;
    now_.why = minimum.why;
    now_.x = minimum.x;
    now_.parameters.take(now_.loss->parameters(), now_.x);
    const auto at = now_.loss->evaluate(now_.x, Wanted::loss);
    if (at) report.reduced_chi_squared = at->chi_squared / static_cast<double>(now_.loss->pixels());
    report.errors = now_.errors;
    if (report.stage < ShotStage::orientation || now_.outcome == Outcome::interrupted) return true;
    const ShotLoss::State state = now_.loss->state_at(now_.x, Wanted::loss);
    const ModelOfPixels model = model_of_pixels(*data_, state);
    const ErrorModel before = now_.errors;
    if (request_.estimates_errors) now_.errors = errors_of(*data_, model);
    report.errors = now_.errors;
    now_.variances = model_variances(now_.errors, *data_, model);
    return has_settled(before.of_spots, now_.errors.of_spots) &&
           has_settled(before.read_noise, now_.errors.read_noise);
  }

  // Coordinates that pixels see here; the others are listed in the report.
  FreeParameters seen_parameters(const std::vector<Id>& ids, Motions motions,
                                 StageReport& report) const {
    report.held.clear();
    const Experiment now = now_.parameters.experiment();
    std::vector<Id> with_effect;
    for (const Id id : ids) {
      const std::string why_not = plan::why_without_effect(id, now);
      if (why_not.empty()) {
        with_effect.push_back(id);
      } else {
        report.held.push_back(fmt::format("{} ({})", plan::name_of(id), why_not));
      }
    }
    FreeParameters free = now_.parameters.coordinates(with_effect, motions);
    ShotLoss loss = loss_of(free, now_.variances);
    loss.set_restraints(now_.parameters.restraints(free));
    const auto at = loss.evaluate(std::vector<double>(free.list.size()), Wanted::information);
    if (!at) return free;
    // Held, the scale would be that of the start, and sizes and spreads would stand in for it.
    const std::vector<bool> known =
        determined(at->normal, loss.usual_step(), kMostUsualSteps, free.index_of(Id::fluence));
    std::vector<FreeParameter> seen;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i]) {
        seen.push_back(free.list[i]);
      } else {
        report.held.push_back(free.list[i].name);
      }
    }
    free.list = std::move(seen);
    return free;
  }

  // Judged with the variances of the end, which the last cycle may not have had.
  ShotLoss at_end() const {
    ShotLoss out(*data_, now_.loss->start(), now_.loss->parameters(), request_.compute);
    out.set_restraints(now_.parameters.restraints(now_.loss->parameters()));
    out.set_variances(now_.variances);
    return out;
  }
  void finish(ShotResult& out) {
    out.experiment = now_.parameters.experiment();
    if (const auto fitted = at_end().evaluate(now_.x, Wanted::information)) {
      add_parameters(fitted->normal, out);
    }
    use(all_, now_.errors);
    const ShotLoss::State state = at_end().state_at(now_.x, Wanted::loss);
    out.model_after = model_of_pixels(*data_, state);
    out.after = fit_of(*data_, state, out.model_after, now_.variances, now_.loss->size());
    for (const BoxFit& fit : state.fits) {
      out.factors.push_back({fit.factor, fit.alone, fit.information});
    }
    judge_start(out);
    out.errors = now_.errors;
    out.outcome = now_.outcome;
    out.why = now_.why;
    const std::vector<std::string> doubtful = stuck(request_.parameters.ids);
    if (now_.outcome == Outcome::converged && !doubtful.empty()) {
      out.why += fmt::format("; another minimum may be better (held or at a bound: {})",
                             fmt::join(doubtful, ", "));
    }
    if (now_.errors.read_noise > kLargestNoise && now_.outcome == Outcome::converged) {
      out.outcome = Outcome::diverged;
      out.why = "pixels beside the spots vary by more than any read-out: is the gain right?";
    }
  }
  void add_parameters(std::span<const double> normal, ShotResult& out) const {
    const std::vector<FreeParameter>& list = now_.loss->parameters().list;
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool at_bound = now_.is_at_bound(i);
      RefinedParameter refined{list[i], value_at(list[i], now_.x[i]), {}, at_bound, at_bound};
      refined.parameter.start = now_.parameters.start_of(list[i]);
      out.parameters.push_back(std::move(refined));
      if (!at_bound) free.push_back(i);
    }
    std::vector<double> part;
    for (const std::size_t i : free) {
      for (const std::size_t j : free) part.push_back(normal[i * list.size() + j]);
    }
    if (part.empty()) return;
    Uncertainties found = uncertainties(part);
    for (std::size_t k = 0; k < free.size(); ++k) {
      const std::size_t i = free[k];
      out.parameters[i].uncertainty = std::abs(slope_at(list[i], now_.x[i])) * found.standard[k];
      out.correlations.names.push_back(list[i].name);
    }
    out.correlations.rows = std::move(found.correlations);
  }
  void judge_start(ShotResult& out) const {
    const ShotLoss::State state =
        loss_about(on_scale_, {}, now_.variances).state_at({}, Wanted::loss);
    out.model_before = model_of_pixels(*data_, state);
    out.before = fit_of(*data_, state, out.model_before, now_.variances, 0);
  }

  const ShotData& all_;
  const ShotData first_, further_;
  const ShotData* data_ = &all_;
  const ShotRequest& request_;
  const StageMonitor& monitor_;
  Experiment on_scale_;  // the start, on the scale of the image
  Standing now_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

ShotResult refine_shot(const ShotData& data, const Experiment& start, const ShotRequest& request,
                       const StageMonitor& monitor) {
  return Refinement(data, start, request, monitor).run();
}

void go_on_from(const ShotResult& before, const Experiment& start, ShotRequest& request) {
  request.first = ShotStage::spots;
  request.errors = before.errors;
  request.origin = plan::values_of(start);
  for (NamedMotion& motion : request.motions) {
    const auto moved = std::ranges::find(before.parameters, motion.name,
                                         [](const auto& p) { return p.parameter.name; });
    if (moved != before.parameters.end()) motion.moved = moved->value;
  }
}

}  // namespace nanobragg::refine
