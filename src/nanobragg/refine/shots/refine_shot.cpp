// Frees parameters stage by stage; between cycles, what pixels vary by is estimated anew.
#include "nanobragg/refine/shots/refine_shot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
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

// Photons: no detector that counts has as much.
constexpr double kLargestNoise = 5e3;

class Refinement {
 public:
  Refinement(const ShotData& data, const Experiment& start, const ShotRequest& request,
             const StageMonitor& monitor)
      : all_(data),
        first_(strongest(data, kBoxesOfFirstStages)),
        further_(strongest(data, kBoxesOfLastStages)),
        request_(request),
        monitor_(monitor),
        parameters_(start, request),
        on_scale_(start) {}

  ShotResult run() {
    ShotResult out{.experiment = parameters_.experiment()};
    out.errors = request_.errors;
    const bool begins_anew = request_.first <= ShotStage::scale;
    if (request_.first == ShotStage::places && all_.has_measured_places) {
      if (auto report = fit_places(all_.pixels.boxes, request_, parameters_)) {
        report->seconds = seconds();
        out.stages.push_back(*report);
        if (monitor_) monitor_(*report);
      }
    }
    if (begins_anew) parameters_.scale(scale_of_start(all_, loss_of({}, {})));
    on_scale_ = parameters_.experiment();
    data_ = &first_;
    variances_ = model_variances(out.errors, *data_, model_without_spots(*data_));
    if (!begins_anew) {
      variances_ = model_variances(out.errors, *data_, model_now());
    }
    for (const ShotStage stage : {ShotStage::scale, ShotStage::orientation, ShotStage::spots,
                                  ShotStage::turns, ShotStage::cell, ShotStage::all}) {
      if (!run_stage(stage, out)) break;
    }
    if (!last_) throw Error("no parameter that the pixels of this shot determine");
    finish(out);
    return out;
  }

 private:
  ShotLoss loss_of(FreeParameters free, std::vector<double> variances) const {
    free.start = plan::values_of(parameters_.experiment());
    ShotLoss loss(*data_, parameters_.experiment(), std::move(free), request_.compute);
    if (!variances.empty()) loss.set_variances(std::move(variances));
    return loss;
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
    if (stage >= ShotStage::turns) use(further_, out.errors);
    StageReport report{.stage = stage};
    const int cycles = stage <= ShotStage::orientation ? 1 : kMostCycles;
    for (int cycle = 0; cycle < cycles; ++cycle) {
      FreeParameters free = seen_parameters(ids, motions, report);
      if (free.list.empty()) break;
      const auto own = parameters_.restraints(free);
      report.free.clear();
      for (const FreeParameter& p : free.list) report.free.push_back(p.name);
      last_.emplace(loss_of(std::move(free), variances_));
      last_->set_restraints(own);
      if (run_cycle(stage, report, out)) break;
    }
    report.seconds = seconds();
    out.stages.push_back(report);
    if (out.outcome == Outcome::interrupted) return false;
    return !monitor_ || monitor_(report) == Flow::go_on;
  }

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  void use(const ShotData& data, const ErrorModel& errors) {
    if (data_ == &data) return;
    data_ = &data;
    variances_ = model_variances(errors, data, model_without_spots(data));
    variances_ = model_variances(errors, data, model_now());
  }
  ModelOfPixels model_now() const {
    return model_of_pixels(*data_, loss_of({}, variances_).state_at({}, Wanted::loss));
  }

  // One minimisation with fixed variances; then new ones.
  bool run_cycle(ShotStage stage, StageReport& report, ShotResult& out) {
    const Monitor watch = [&](const Step&) {
      return request_.interrupted && request_.interrupted() ? Flow::stop : Flow::go_on;
    };
    Recorder recorder(watch);
    Minimum minimum{.x = std::vector<double>(last_->size()), .why = {}, .history = {}};
    solve(*last_, minimum, request_.iterations, recorder, kEnough);
    report.iterations += static_cast<int>(recorder.history().size());
    out.outcome = minimum.outcome;
    out.why = minimum.why;
    x_ = minimum.x;
    parameters_.take(last_->parameters(), x_);
    const auto at = last_->evaluate(x_, Wanted::loss);
    if (at) report.reduced_chi_squared = at->chi_squared / static_cast<double>(last_->pixels());
    report.errors = out.errors;
    if (stage < ShotStage::orientation || out.outcome == Outcome::interrupted) return true;
    const ShotLoss::State state = last_->state_at(x_, Wanted::loss);
    const ModelOfPixels model = model_of_pixels(*data_, state);
    const ErrorModel before = out.errors;
    if (request_.estimates_errors) out.errors = errors_of(*data_, model);
    report.errors = out.errors;
    variances_ = model_variances(out.errors, *data_, model);
    return has_settled(before.of_spots, out.errors.of_spots) &&
           has_settled(before.read_noise, out.errors.read_noise);
  }

  // Coordinates that pixels see here; the others are listed in the report.
  FreeParameters seen_parameters(const std::vector<Id>& ids, Motions motions,
                                 StageReport& report) const {
    report.held.clear();
    const Experiment now = parameters_.experiment();
    std::vector<Id> with_effect;
    for (const Id id : ids) {
      const std::string why_not = plan::why_without_effect(id, now);
      if (why_not.empty()) {
        with_effect.push_back(id);
      } else {
        report.held.push_back(fmt::format("{} ({})", plan::name_of(id), why_not));
      }
    }
    FreeParameters free = parameters_.coordinates(with_effect, motions);
    ShotLoss loss = loss_of(free, variances_);
    loss.set_restraints(parameters_.restraints(free));
    const auto at = loss.evaluate(std::vector<double>(free.list.size()), Wanted::information);
    if (!at) return free;
    const std::vector<bool> known = determined(at->normal, loss.usual_step());
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
    ShotLoss out(*data_, last_->start(), last_->parameters(), request_.compute);
    out.set_restraints(parameters_.restraints(last_->parameters()));
    out.set_variances(variances_);
    return out;
  }
  void finish(ShotResult& out) {
    out.experiment = parameters_.experiment();
    if (const auto fitted = at_end().evaluate(x_, Wanted::information)) {
      add_parameters(fitted->normal, out);
    }
    use(all_, out.errors);
    const ShotLoss::State state = at_end().state_at(x_, Wanted::loss);
    out.model_after = model_of_pixels(*data_, state);
    out.after = fit_of(*data_, state, out.model_after, variances_, last_->size());
    for (const BoxFit& fit : state.fits) {
      out.factors.push_back({fit.factor, fit.alone, fit.information});
    }
    judge_start(out);
    if (out.errors.read_noise > kLargestNoise && out.outcome == Outcome::converged) {
      out.outcome = Outcome::diverged;
      out.why = "pixels beside the spots vary by more than any read-out: is the gain right?";
    }
  }
  void add_parameters(std::span<const double> normal, ShotResult& out) const {
    const std::vector<FreeParameter>& list = last_->parameters().list;
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < list.size(); ++i) {
      constexpr double kAtBound = 1e-6;
      const bool at_bound =
          x_[i] - last_->lower()[i] < kAtBound || last_->upper()[i] - x_[i] < kAtBound;
      RefinedParameter refined{list[i], value_at(list[i], x_[i]), {}, at_bound, at_bound};
      refined.parameter.start = parameters_.start_of(list[i]);
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
      out.parameters[i].uncertainty = std::abs(slope_at(list[i], x_[i])) * found.standard[k];
      out.correlations.names.push_back(list[i].name);
    }
    out.correlations.rows = std::move(found.correlations);
  }
  void judge_start(ShotResult& out) const {
    FreeParameters none;
    none.start = plan::values_of(on_scale_);
    ShotLoss loss(*data_, on_scale_, std::move(none), request_.compute);
    loss.set_variances(variances_);
    const ShotLoss::State state = loss.state_at({}, Wanted::loss);
    out.model_before = model_of_pixels(*data_, state);
    out.before = fit_of(*data_, state, out.model_before, variances_, 0);
  }

  const ShotData& all_;
  const ShotData first_, further_;
  const ShotData* data_ = &all_;
  const ShotRequest& request_;
  const StageMonitor& monitor_;
  ShotParameters parameters_;
  Experiment on_scale_;  // the start, on the scale of the image
  std::vector<double> variances_;
  std::optional<ShotLoss> last_;
  std::vector<double> x_;
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
