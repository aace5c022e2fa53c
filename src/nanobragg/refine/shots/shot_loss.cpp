// Renders the boxes of a shot and sums their normal equations, reflection by reflection.
#include "nanobragg/refine/shots/shot_loss.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/image/gradient.hpp"

namespace nanobragg::refine {
namespace {

// A parameter that photons of a panel depend on, and what it moves.
struct Term {
  std::size_t coordinate;
  double weight;
};

// The parameters that the coordinates move on one panel: those of other panels have no effect.
struct PanelDirections {
  image::Directions directions;
  std::vector<std::vector<Term>> terms;  // of each direction
};

PanelDirections directions_on(std::size_t panel, const FreeParameters& parameters) {
  PanelDirections out;
  std::map<plan::ParameterId, std::size_t> direction_of;
  for (std::size_t i = 0; i < parameters.list.size(); ++i) {
    const FreeParameter& parameter = parameters.list[i];
    for (std::size_t j = 0; j < parameter.ids.size(); ++j) {
      const plan::ParameterId id = parameter.ids[j];
      const auto motion = plan::motion_in(id);
      if (motion && motion->panel != panel) continue;
      const auto [at, is_new] = direction_of.emplace(id, out.terms.size());
      if (is_new) {
        out.directions.parameters.push_back({id});
        out.terms.emplace_back();
      }
      out.terms[at->second].push_back({i, parameter.weights.empty() ? 1.0 : parameter.weights[j]});
    }
  }
  return out;
}

// Adds a panel's rows to those of the coordinates.
void add_rows(const image::JacobianRows& chunk, const PanelDirections& along,
              std::span<const double> slopes, std::size_t first, SpotPhotons& to) {
  const std::size_t count = chunk.photons.size();
  const std::size_t pixels = to.photons.size();
  for (std::size_t d = 0; d < along.terms.size(); ++d) {
    const auto row = chunk.rows.subspan(d * chunk.stride, count);
    for (const Term& term : along.terms[d]) {
      const double scale = slopes[term.coordinate] * term.weight;
      double* const into = &to.rows[term.coordinate * pixels + first + chunk.first];
      for (std::size_t i = 0; i < count; ++i) into[i] += scale * row[i];
    }
  }
}

}  // namespace

ShotLoss::ShotLoss(const ShotData& data, const Experiment& start, FreeParameters parameters,
                   ShotCompute compute)
    : data_(&data),
      start_(start),
      parameters_(std::move(parameters)),
      compute_(compute),
      bounds_(bounds_of(parameters_)) {
  // Boxes have planes instead.
  start_.water = Metre(0.0);
  start_.slabs.clear();
  start_.measured.clear();
  variances_.assign(data.pixels.size(), 1.0);
}

void ShotLoss::set_restraints(std::vector<CoordinateRestraint> restraints) {
  restraints_ = std::move(restraints);
  known_.reset();
}

void ShotLoss::set_variances(std::vector<double> variances) {
  variances_ = std::move(variances);
  known_.reset();
}

Experiment ShotLoss::experiment_at(std::span<const double> x) const {
  return plan::with_values(start_, parameters_.values_at(x));
}

BoxGroup ShotLoss::group_of(const BoxesOfReflection& reflection,
                            std::span<const double> photons) const {
  std::vector<BoxView> views;
  const BoxedPixels& all = data_->pixels;
  for (const std::size_t number : reflection.boxes) {
    const auto& [spot, region, first, count] = all.boxes[number];
    views.push_back({std::span(all.basis).subspan(first, count), photons.subspan(first, count),
                     std::span(all.observed).subspan(first, count),
                     std::span(variances_).subspan(first, count)});
  }
  return {std::move(views), reflection.prior, data_->robust};
}

ShotLoss::State ShotLoss::state_at(std::span<const double> x, Wanted wanted) const {
  const bool with_rows = wanted != Wanted::loss;
  State out;
  SpotPhotons& spots = out.spots;
  spots.photons.resize(pixels());
  if (with_rows) spots.rows.resize(size() * pixels());
  std::vector<double> slopes;
  for (std::size_t i = 0; i < size(); ++i) slopes.push_back(slope_at(parameters_.list[i], x[i]));
  const image::Differentiable at(experiment_at(x), *compute_.kernel, compute_.threads);
  for (const PanelRuns& panel : data_->pixels.panels) {
    const PanelDirections along =
        with_rows ? directions_on(panel.panel, parameters_) : PanelDirections{};
    image::for_each_jacobian_chunk(
        at, panel.panel, panel.runs, along.directions, [&](const image::JacobianRows& chunk) {
          std::ranges::copy(chunk.photons, &spots.photons[panel.first + chunk.first]);
          if (with_rows) add_rows(chunk, along, slopes, panel.first, spots);
        });
  }
  out.fits.resize(data_->reflections.size());
  parallel_for(out.fits.size(), compute_.threads, [&](std::size_t i) {
    out.fits[i] = group_of(data_->reflections[i], spots.photons).fit();
  });
  return out;
}

void add_restraints(std::span<const CoordinateRestraint> restraints,
                    const FreeParameters& parameters, std::span<const double> x, Evaluation& to) {
  const std::size_t size = parameters.list.size();
  for (const CoordinateRestraint& restraint : restraints) {
    const std::size_t i = restraint.coordinate;
    const FreeParameter& parameter = parameters.list[i];
    const double off = (value_at(parameter, x[i]) - restraint.value) / restraint.sigma;
    const double slope = slope_at(parameter, x[i]) / restraint.sigma;
    to.loss += off * off / 2.0;
    to.gradient[i] += off * slope;
    to.normal[i * size + i] += slope * slope;
  }
}

CoordinateBounds bounds_of(const FreeParameters& parameters) {
  CoordinateBounds out;
  for (const FreeParameter& parameter : parameters.list) {
    out.lower.push_back(coordinate_of(parameter, parameter.lower));
    out.upper.push_back(coordinate_of(parameter, parameter.upper));
    out.usual_step.push_back(usual_step_of(parameter));
  }
  return out;
}

std::optional<Evaluation> ShotLoss::evaluate(std::span<const double> x, Wanted /*wanted*/) const {
  // Most steps are taken: what a step is judged by is computed with what the next one needs.
  if (known_ && std::ranges::equal(known_->x, x)) return known_->evaluation;
  try {
    const State state = state_at(x, Wanted::curvature);
    Evaluation sums;
    sums.gradient.resize(size());
    sums.normal.resize(size() * size());
    std::vector<SpotSlopes> slopes;
    for (std::size_t i = 0; i < state.fits.size(); ++i) {
      sums.loss += state.fits[i].loss;
      sums.chi_squared += state.fits[i].chi_squared;
      slopes.clear();
      for (const std::size_t box : data_->reflections[i].boxes) {
        slopes.push_back({state.spots.rows.data() + data_->pixels.boxes[box].first, pixels()});
      }
      group_of(data_->reflections[i], state.spots.photons)
          .add_normal_equations(state.fits[i], slopes, sums);
    }
    add_restraints(restraints_, parameters_, x, sums);
    if (!std::isfinite(sums.loss)) return std::nullopt;
    known_ = {{x.begin(), x.end()}, std::move(sums)};
    return known_->evaluation;
  } catch (const UsageError&) {
    throw;
  } catch (const Error&) {
    // No crystal has this cell, for example.
    return std::nullopt;
  }
}

ModelOfPixels model_of_pixels(const ShotData& data, const ShotLoss::State& state) {
  ModelOfPixels out{std::vector<double>(data.pixels.size()),
                    std::vector<double>(data.pixels.size())};
  for (std::size_t i = 0; i < state.fits.size(); ++i) {
    const BoxFit& fit = state.fits[i];
    for (std::size_t k = 0; k < data.reflections[i].boxes.size(); ++k) {
      const SpotBox& box = data.pixels.boxes[data.reflections[i].boxes[k]];
      for (std::size_t j = box.first; j < box.first + box.count; ++j) {
        const auto& basis = data.pixels.basis[j];
        for (std::size_t c = 0; c < 3; ++c) out.background[j] += fit.planes[k][c] * basis[c];
        out.spot[j] = fit.factor * state.spots.photons[j];
      }
    }
  }
  return out;
}

}  // namespace nanobragg::refine
