// Frees parameters stage by stage; between cycles, what pixels vary by is estimated anew.
#include "nanobragg/refine/shots/refine_shot.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/refine/minimise.hpp"
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

// A spread that comes down to that part of its start is no part of the spots' widths.
constexpr double kLeastSpread = 0.02;

// Of the stages before the cell, and of the others: more say no more of what all have in common.
// All are judged at the end.
constexpr std::size_t kBoxesOfFirstStages = 200, kBoxesOfLastStages = 500;

bool is_of_cell(Id id) { return id <= Id::cell_gamma; }

// Na, Nb and Nc, where all are refined and equal, as one.
void tie_cells(FreeParameters& parameters) {
  const std::vector<Id> all{Id::cells_a, Id::cells_b, Id::cells_c};
  const auto is_one = [&](const FreeParameter& p) {
    return std::ranges::find(all, p.ids.front()) != all.end();
  };
  const auto first = std::ranges::find_if(parameters.list, is_one);
  if (std::ranges::count_if(parameters.list, is_one) != 3) return;
  const double start = first->start;
  const bool are_equal = std::ranges::all_of(parameters.list, [&](const FreeParameter& p) {
    return !is_one(p) || p.start == start;
  });
  if (!are_equal) return;
  FreeParameter tied = *first;
  tied.ids = all;
  tied.name = "Na=Nb=Nc";
  const auto at = first - parameters.list.begin();
  std::erase_if(parameters.list, is_one);
  parameters.list.insert(parameters.list.begin() + at, std::move(tied));
}

class Refinement {
 public:
  Refinement(const ShotData& data, const Experiment& start, const ShotRequest& request,
             const StageMonitor& monitor)
      : all_(data),
        first_(strongest(data, kBoxesOfFirstStages)),
        further_(strongest(data, kBoxesOfLastStages)),
        request_(request),
        monitor_(monitor),
        start_(start) {
    // Motions of panels are relative to where they stand.
    origin_ = plan::values_of(start);
    values_ = origin_;
    moved_.resize(request.motions.size());
  }

  ShotResult run() {
    ShotResult out{.experiment = start_};
    out.errors = request_.errors;
    const bool begins_anew = request_.first == ShotStage::scale;
    if (begins_anew) values_[Id::fluence] *= scale_of_start(all_, loss_of({}, {}));
    origin_of_scale_ = values_;
    data_ = &first_;
    variances_ = model_variances(out.errors, *data_, model_without_spots(*data_));
    if (!begins_anew) variances_ = model_variances(out.errors, *data_, model_at(values_));
    for (const ShotStage stage : {ShotStage::scale, ShotStage::orientation, ShotStage::spots,
                                  ShotStage::cell, ShotStage::all}) {
      if (!run_stage(stage, out)) break;
    }
    if (!last_) throw Error("no parameter that the pixels of this shot determine");
    finish(out);
    return out;
  }

 private:
  // Coordinates at the values of now, with those that are not in `held`.
  FreeParameters parameters(const std::vector<Id>& ids, bool with_motions) const {
    ParameterRequest some = request_.parameters;
    some.ids = ids;
    std::erase_if(some.bounds, [&](const Bound& bound) {
      return std::ranges::find(ids, bound.id) == ids.end();
    });
    FreeParameters out = free_parameters(plan::with_values(start_, values_), some);
    if (request_.equal_cells) tie_cells(out);
    for (FreeParameter& p : out.list) {
      const Id id = p.ids.front();
      if (stage_of(id) != ShotStage::spots || p.transform == Transform::linear) continue;
      if (id == Id::cells_a || id == Id::cells_b || id == Id::cells_c) {
        p.upper = std::min(p.upper, std::max(origin_[id] / kLeastSpread, p.start));
      } else {
        p.lower = std::max(p.lower, std::min(kLeastSpread * origin_[id], p.start));
      }
    }
    if (!with_motions) return out;
    for (std::size_t i = 0; i < request_.motions.size(); ++i) {
      const NamedMotion& motion = request_.motions[i];
      const plan::Parameter& row = plan::info(motion.ids.front());
      out.list.push_back({.name = motion.name,
                          .ids = motion.ids,
                          .weights = motion.weights,
                          .transform = Transform::linear,
                          .start = moved_[i],
                          .scale = row.scale,
                          .lower = row.lower,
                          .upper = row.upper});
    }
    return out;
  }
  ShotLoss loss_of(FreeParameters free, std::vector<double> variances) const {
    free.start = values_;
    ShotLoss loss(*data_, start_, std::move(free), request_.compute);
    if (!variances.empty()) loss.set_variances(std::move(variances));
    return loss;
  }
  std::vector<CoordinateRestraint> restraints(const FreeParameters& free) const {
    std::vector<CoordinateRestraint> out;
    for (const Restraint& restraint : request_.restraints) {
      if (const auto i = free.index_of(restraint.id)) {
        out.push_back({*i, restraint.value, restraint.sigma});
      }
    }
    if (request_.cell_sigma <= 0.0) return out;
    for (std::size_t i = 0; i < free.list.size(); ++i) {
      const FreeParameter& p = free.list[i];
      if (p.ids.empty() || !is_of_cell(p.ids.front())) continue;
      const bool has_own = std::ranges::any_of(
          request_.restraints, [&](const Restraint& r) { return free.index_of(r.id) == i; });
      const double start = origin_[p.ids.front()];
      if (!has_own) out.push_back({i, start, request_.cell_sigma * start});
    }
    return out;
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
    const bool with_motions = stage == ShotStage::all && !request_.motions.empty();
    if ((!adds && !with_motions) || stage < request_.first) return true;
    if (stage >= ShotStage::cell) use(further_, out.errors);
    StageReport report{.stage = stage};
    const int cycles = stage <= ShotStage::orientation ? 1 : kMostCycles;
    for (int cycle = 0; cycle < cycles; ++cycle) {
      FreeParameters free = seen_parameters(ids, with_motions, report);
      if (free.list.empty()) break;
      const auto own = restraints(free);
      report.free.clear();
      for (const FreeParameter& p : free.list) report.free.push_back(p.name);
      last_.emplace(loss_of(std::move(free), variances_));
      last_->set_restraints(own);
      if (run_cycle(stage, report, out)) break;
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    out.stages.push_back(report);
    return !monitor_ || monitor_(report) == Flow::go_on;
  }

  void use(const ShotData& data, const ErrorModel& errors) {
    if (data_ == &data) return;
    data_ = &data;
    variances_ = model_variances(errors, data, model_without_spots(data));
    variances_ = model_variances(errors, data, model_at(values_));
  }
  ModelOfPixels model_at(const plan::ParameterValues<double>& values) const {
    FreeParameters none;
    none.start = values;
    ShotLoss loss(*data_, start_, std::move(none), request_.compute);
    loss.set_variances(variances_);
    return model_of_pixels(*data_, loss.state_at({}, Wanted::loss));
  }

  // One minimisation with fixed variances; then new ones.
  bool run_cycle(ShotStage stage, StageReport& report, ShotResult& out) {
    const Monitor nobody;
    Recorder recorder(nobody);
    Minimum minimum{.x = std::vector<double>(last_->size()), .why = {}, .history = {}};
    solve(*last_, minimum, request_.iterations, recorder, kEnough);
    report.iterations += static_cast<int>(recorder.history().size());
    out.outcome = minimum.outcome;
    out.why = minimum.why;
    x_ = minimum.x;
    values_ = last_->parameters().values_at(x_);
    remember_motions();
    const auto at = last_->evaluate(x_, Wanted::loss);
    if (at) report.reduced_chi_squared = at->chi_squared / static_cast<double>(last_->pixels());
    report.errors = out.errors;
    if (stage < ShotStage::orientation) return true;
    const ShotLoss::State state = last_->state_at(x_, Wanted::loss);
    const ModelOfPixels model = model_of_pixels(*data_, state);
    const ErrorModel before = out.errors;
    if (request_.estimates_errors) out.errors = errors_of(*data_, model);
    report.errors = out.errors;
    variances_ = model_variances(out.errors, *data_, model);
    return has_settled(before.of_spots, out.errors.of_spots) &&
           has_settled(before.read_noise, out.errors.read_noise);
  }

  void remember_motions() {
    const auto& list = last_->parameters().list;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto motion = std::ranges::find(request_.motions, list[i].name, &NamedMotion::name);
      if (motion == request_.motions.end()) continue;
      moved_[static_cast<std::size_t>(motion - request_.motions.begin())] =
          value_at(list[i], x_[i]);
    }
  }

  // Coordinates that pixels see here; the others are listed in the report.
  FreeParameters seen_parameters(const std::vector<Id>& ids, bool with_motions,
                                 StageReport& report) const {
    report.held.clear();
    const Experiment now = plan::with_values(start_, values_);
    std::vector<Id> with_effect;
    for (const Id id : ids) {
      const bool has_effect = plan::why_without_effect(id, now).empty();
      if (has_effect) {
        with_effect.push_back(id);
      } else {
        report.held.push_back(plan::name_of(id));
      }
    }
    FreeParameters free = parameters(with_effect, with_motions);
    ShotLoss loss = loss_of(free, variances_);
    loss.set_restraints(restraints(free));
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
    ShotLoss out(*data_, start_, last_->parameters(), request_.compute);
    out.set_restraints(restraints(last_->parameters()));
    out.set_variances(variances_);
    return out;
  }
  void finish(ShotResult& out) {
    out.experiment = plan::with_values(start_, values_);
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
  }
  void add_parameters(std::span<const double> normal, ShotResult& out) const {
    const std::vector<FreeParameter>& list = last_->parameters().list;
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < list.size(); ++i) {
      constexpr double kAtBound = 1e-6;
      const bool at_bound =
          x_[i] - last_->lower()[i] < kAtBound || last_->upper()[i] - x_[i] < kAtBound;
      RefinedParameter refined{list[i], value_at(list[i], x_[i]), {}, at_bound, at_bound};
      refined.parameter.start = list[i].weights.empty() ? origin_[list[i].ids.front()] : 0.0;
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
    none.start = origin_of_scale_;
    ShotLoss loss(*data_, start_, std::move(none), request_.compute);
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
  const Experiment& start_;
  plan::ParameterValues<double> origin_, values_;
  plan::ParameterValues<double> origin_of_scale_;  // the start, on the scale of the image
  std::vector<double> moved_;  // of each motion so far
  std::vector<double> variances_;
  std::optional<ShotLoss> last_;
  std::vector<double> x_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

std::string_view name_of(ShotStage stage) {
  switch (stage) {
    case ShotStage::scale:
      return "scale";
    case ShotStage::orientation:
      return "orientation";
    case ShotStage::spots:
      return "shape of spots";
    case ShotStage::cell:
      return "cell";
    case ShotStage::all:
      break;
  }
  return "all";
}

ShotStage stage_of(Id id) {
  switch (id) {
    case Id::fluence:
      return ShotStage::scale;
    case Id::misset_x:
    case Id::misset_y:
    case Id::misset_z:
    case Id::phi:
      return ShotStage::orientation;
    case Id::b_factor:
    case Id::mosaic_spread:
    case Id::cell_spread:
    case Id::cells_a:
    case Id::cells_b:
    case Id::cells_c:
    case Id::fudge:
    case Id::bandwidth:
    case Id::horizontal_divergence:
    case Id::vertical_divergence:
      return ShotStage::spots;
    default:
      return is_of_cell(id) ? ShotStage::cell : ShotStage::all;
  }
}

std::vector<bool> determined(std::span<const double> normal, std::span<const double> usual_step) {
  constexpr double kMostSteps = 2.0;
  const std::size_t n = usual_step.size();
  std::vector<bool> out(n, true);
  while (true) {
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < n; ++i) {
      if (out[i]) free.push_back(i);
    }
    if (free.empty()) return out;
    std::vector<double> part;
    for (const std::size_t i : free) {
      for (const std::size_t j : free) part.push_back(normal[i * n + j]);
    }
    const std::vector<double> standard = uncertainties(part).standard;
    std::size_t worst = 0;
    double most = 0.0;
    for (std::size_t k = 0; k < free.size(); ++k) {
      const double steps = standard[k] / usual_step[free[k]];
      if (steps > most) worst = free[k], most = steps;
    }
    if (most <= kMostSteps) return out;
    out[worst] = false;
  }
}

ShotResult refine_shot(const ShotData& data, const Experiment& start, const ShotRequest& request,
                       const StageMonitor& monitor) {
  return Refinement(data, start, request, monitor).run();
}

}  // namespace nanobragg::refine
