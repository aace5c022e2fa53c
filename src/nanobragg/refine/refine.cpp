// Checks a problem, minimises, and says what is known afterwards.
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/kernel/gradient.hpp"
#include "nanobragg/refine/minimise.hpp"
#include "nanobragg/refine/problem.hpp"
#include "nanobragg/refine/uncertainties.hpp"

namespace nanobragg::refine {
namespace {

Minimum minimise(Objective& objective, const Options& options, const Monitor& monitor) {
  switch (options.method) {
    case Method::lbfgs:
      return minimise_lbfgs(objective, options, monitor);
    case Method::adam:
      return minimise_adam(objective, options, monitor);
    case Method::levenberg_marquardt:
      break;
  }
  return minimise_lm(objective, options, monitor);
}

Fit fit_of(const Evaluation& at, const Objective& objective, std::span<const double> x) {
  const auto pixels = static_cast<double>(objective.pixels());
  const auto free = static_cast<double>(objective.size());
  Image<float> image = objective.model_at(x, 0).image;
  Image<float> residuals = objective.residuals(image, 0);
  return {at.loss, at.chi_squared / std::max(1.0, pixels - free), std::move(image),
          std::move(residuals)};
}

Evaluation evaluate_or_throw(const Objective& objective, std::span<const double> x) {
  auto at = objective.evaluate(x, Wanted::information);
  if (!at) throw Error("the starting experiment has no finite loss", "", "start elsewhere");
  return std::move(*at);
}

std::vector<RefinedParameter> refined_parameters(const Objective& objective,
                                                 std::span<const double> x,
                                                 std::span<const double> uncertainty) {
  std::vector<RefinedParameter> out;
  const auto& list = objective.parameters().list;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool at_bound = x[i] <= objective.lower()[i] || x[i] >= objective.upper()[i];
    out.push_back({list[i], value_at(list[i], x[i]),
                   std::abs(slope_at(list[i], x[i])) * uncertainty[i], at_bound});
  }
  return out;
}

std::vector<RefinedAmplitude> refined_amplitudes(const Problem& problem, const Objective& objective,
                                                 std::span<const double> x) {
  std::vector<RefinedAmplitude> out;
  if (objective.amplitudes().empty()) return out;
  const MillerBox& box = problem.start.structure_factors->box();
  const std::vector<double> information = objective.amplitude_information(x);
  const std::span<const double> moved = x.subspan(objective.parameters().list.size());
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const auto& [position, start, scale] = objective.amplitudes()[i];
    const std::size_t row = position / box.size_l();
    const MillerIndex index{box.min.h + static_cast<std::int32_t>(row / box.size_k()),
                            box.min.k + static_cast<std::int32_t>(row % box.size_k()),
                            box.min.l + static_cast<std::int32_t>(position % box.size_l())};
    const double value = start * std::exp(scale * moved[i]);
    out.push_back({index, start, value, value / std::sqrt(information[position])});
  }
  return out;
}

}  // namespace

Result refine(const Problem& problem, const Monitor& monitor) {
  if (problem.amplitudes == Amplitudes::refined &&
      problem.options.method == Method::levenberg_marquardt) {
    throw UsageError("amplitudes with the method lm (too many for a matrix)", "",
                     "take --method lbfgs");
  }
  Objective objective(problem, free_parameters(problem.start, problem.parameters));
  const std::vector<double> zero(objective.size());
  const Evaluation start = evaluate_or_throw(objective, zero);
  const auto& list = objective.parameters().list;
  if (!list.empty()) check_determined(start.normal, list);

  const Minimum minimum = minimise(objective, problem.options, monitor);
  Result out{.experiment = objective.experiment_at(minimum.x),
             .outcome = minimum.outcome,
             .why = minimum.why,
             .system = objective.parameters().system,
             .parameters = {},
             .correlations = {},
             .amplitudes = refined_amplitudes(problem, objective, minimum.x),
             .backgrounds = {},
             .history = minimum.history,
             .pixels = objective.pixels(),
             .before = fit_of(start, objective, zero),
             .after = {}};
  const Evaluation end = evaluate_or_throw(objective, minimum.x);
  out.after = fit_of(end, objective, minimum.x);
  if (!list.empty()) {
    check_determined(end.normal, list);
    Uncertainties known = uncertainties(end.normal);
    out.parameters = refined_parameters(objective, minimum.x, known.standard);
    out.correlations = std::move(known.correlations);
  }
  for (std::size_t i = 0; i < problem.observations.size(); ++i) {
    out.backgrounds.push_back(objective.model_at(minimum.x, i).background);
  }
  return out;
}

}  // namespace nanobragg::refine
