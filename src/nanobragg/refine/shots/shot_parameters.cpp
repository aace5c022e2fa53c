// Ties, limits and restraints of coordinates.
#include "nanobragg/refine/shots/shot_parameters.hpp"

#include <algorithm>
#include <cmath>

namespace nanobragg::refine {
namespace {

using Id = plan::ParameterId;

// A spread that comes down to that part of its start is no part of the spots' widths; one that
// grows so many times is no spread of a crystal or beam.
constexpr double kLeastSpread = 0.02, kMostSpread = 20.0;

// What is wholly correlated has no derivative.
constexpr double kMostCorrelated = 0.999;

// Na, Nb and Nc, where all are refined and equal, as one.
void tie_cells(FreeParameters& parameters) {
  const std::vector<Id> all{Id::cells_a, Id::cells_b, Id::cells_c};
  const auto is_one = [&](const FreeParameter& p) {
    return std::ranges::find(all, p.ids.front()) != all.end();
  };
  const auto first = std::ranges::find_if(parameters.list, is_one);
  if (std::ranges::count_if(parameters.list, is_one) != 3) return;
  const double start = first->start;
  const bool are_equal = std::ranges::all_of(
      parameters.list, [&](const FreeParameter& p) { return !is_one(p) || p.start == start; });
  if (!are_equal) return;
  FreeParameter tied = *first;
  tied.ids = all;
  tied.name = "Na=Nb=Nc";
  const auto at = first - parameters.list.begin();
  std::erase_if(parameters.list, is_one);
  parameters.list.insert(parameters.list.begin() + at, std::move(tied));
}

// Parameters by axis are those of a crystal that has its spread by axis, though they be alike.
Experiment with_spread_by_axis(Experiment experiment, const std::vector<Id>& ids) {
  const bool is_asked_for =
      std::ranges::any_of(ids, [](Id id) { return stage_of(id) == ShotStage::turns; });
  CrystalValues crystal = *experiment.crystal;
  Mosaicity& mosaicity = crystal.mosaicity;
  if (!is_asked_for || mosaicity.relative_spreads || mosaicity.shape != MosaicShape::gauss) {
    return experiment;
  }
  mosaicity.relative_spreads = {1.0, 1.0, 1.0};
  experiment.crystal = Crystal(crystal);
  return experiment;
}

}  // namespace

ShotParameters::ShotParameters(const Experiment& start, const ShotRequest& request)
    : now_(with_spread_by_axis(start, request.parameters.ids)),
      request_(&request),
      origin_(request.origin.value_or(plan::values_of(start))) {
  for (const NamedMotion& motion : request.motions) moved_.push_back(motion.moved);
}

void ShotParameters::scale(double fluence) {
  plan::ParameterValues<double> values = plan::values_of(now_);
  values[Id::fluence] *= fluence;
  now_ = plan::with_values(now_, values);
}

void ShotParameters::begin_spots_anew() {
  plan::ParameterValues<double> values = plan::values_of(now_);
  const bool by_axis = now_.crystal->mosaicity.relative_spreads.has_value();
  for (const Id id : request_->parameters.ids) {
    const ShotStage stage = stage_of(id);
    if (stage != ShotStage::spots && stage != ShotStage::turns) continue;
    // Those by axis say what it is.
    if (id == Id::mosaic_spread && by_axis) continue;
    values[id] = origin_[id];
  }
  now_ = plan::with_values(now_, values);
}

FreeParameters ShotParameters::coordinates(const std::vector<Id>& ids, Motions motions) const {
  ParameterRequest some = request_->parameters;
  some.ids = ids;
  std::erase_if(some.bounds,
                [&](const Bound& bound) { return std::ranges::find(ids, bound.id) == ids.end(); });
  FreeParameters out = free_parameters(now_, some);
  if (request_->equal_cells) tie_cells(out);
  for (FreeParameter& p : out.list) {
    const Id id = p.ids.front();
    if (is_correlation(id)) {
      p.lower = std::max(p.lower, -kMostCorrelated);
      p.upper = std::min(p.upper, kMostCorrelated);
    }
    if (!is_spread(id) || p.transform != Transform::logarithmic) continue;
    // Squares of spreads add up to that of a spot; so does the inverse square of its cells.
    p.transform = Transform::power;
    if (is_size(id)) {
      p.power = -2.0;
      p.upper = std::min(p.upper, std::max(origin_[id] / kLeastSpread, p.start));
    } else {
      p.power = 2.0;
      p.lower = std::max(p.lower, std::min(kLeastSpread * origin_[id], p.start));
      p.upper = std::min(p.upper, std::max(kMostSpread * origin_[id], p.start));
    }
    // A spot may be some times as wide as it is at the start.
    constexpr double kWider = 4.0;
    p.scale = std::copysign(kWider * kWider * std::pow(origin_[id], p.power), p.power);
  }
  if (motions == Motions::left_out) return out;
  for (std::size_t i = 0; i < request_->motions.size(); ++i) {
    const NamedMotion& motion = request_->motions[i];
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

std::vector<CoordinateRestraint> ShotParameters::restraints(const FreeParameters& free) const {
  std::vector<CoordinateRestraint> out;
  for (const Restraint& restraint : request_->restraints) {
    if (const auto i = free.index_of(restraint.id)) {
      out.push_back({*i, restraint.value, restraint.sigma});
    }
  }
  if (request_->cell_sigma <= 0.0) return out;
  for (std::size_t i = 0; i < free.list.size(); ++i) {
    const FreeParameter& p = free.list[i];
    if (p.ids.empty() || !is_of_cell(p.ids.front())) continue;
    const bool has_own = std::ranges::any_of(
        request_->restraints, [&](const Restraint& r) { return free.index_of(r.id) == i; });
    const double start = origin_[p.ids.front()];
    if (!has_own) out.push_back({i, start, request_->cell_sigma * start});
  }
  return out;
}

void ShotParameters::take(const FreeParameters& free, std::span<const double> x) {
  now_ = plan::with_values(now_, free.values_at(x));
  for (std::size_t i = 0; i < free.list.size(); ++i) {
    const auto motion = std::ranges::find(request_->motions, free.list[i].name, &NamedMotion::name);
    if (motion == request_->motions.end()) continue;
    moved_[static_cast<std::size_t>(motion - request_->motions.begin())] =
        value_at(free.list[i], x[i]);
  }
}

double ShotParameters::start_of(const FreeParameter& parameter) const {
  return parameter.weights.empty() ? origin_[parameter.ids.front()] : 0.0;
}

}  // namespace nanobragg::refine
