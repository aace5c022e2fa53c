// Checks a problem, minimises, and says what is known afterwards.
#include <fmt/format.h>

#include <cmath>
#include <utility>

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
  Image<float> image = objective.model_at(x, 0);
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
    // Not all methods end exactly there.
    const double near = std::isfinite(uncertainty[i]) ? 0.01 * uncertainty[i] : 0.0;
    const bool at_bound =
        x[i] - objective.lower()[i] <= near || objective.upper()[i] - x[i] <= near;
    out.push_back({list[i], value_at(list[i], x[i]),
                   std::abs(slope_at(list[i], x[i])) * uncertainty[i], at_bound});
  }
  return out;
}

// Standard uncertainties of the logarithms: from the matrix where it has them, else as if each
// amplitude were the only one that is refined.
std::vector<double> amplitude_uncertainties(const Objective& objective, std::span<const double> x,
                                            std::span<const double> in_matrix) {
  const auto& free = objective.amplitudes();
  const std::size_t parameters = objective.parameters().list.size();
  std::vector<double> out;
  if (in_matrix.size() == objective.size()) {
    for (std::size_t i = 0; i < free.size(); ++i) {
      out.push_back(free[i].scale * in_matrix[parameters + i]);
    }
    return out;
  }
  const std::vector<double> information = objective.amplitude_information(x);
  for (const FreeAmplitude& f : free) out.push_back(1.0 / std::sqrt(information[f.position]));
  return out;
}

std::vector<RefinedAmplitude> refined_amplitudes(const Objective& objective,
                                                 std::span<const double> x,
                                                 std::span<const double> in_matrix) {
  std::vector<RefinedAmplitude> out;
  const auto& free = objective.amplitudes();
  if (free.empty()) return out;
  const std::vector<double> of_logarithm = amplitude_uncertainties(objective, x, in_matrix);
  const std::span<const double> moved = x.subspan(objective.parameters().list.size());
  for (std::size_t i = 0; i < free.size(); ++i) {
    const double value = free[i].value_at(moved[i]);
    out.push_back({free[i].index, free[i].start, value, value * of_logarithm[i]});
  }
  return out;
}

void check_determined(const Evaluation& start, std::span<const std::string> names) {
  if (names.empty()) return;
  const std::string problem = undetermined(start.normal, names);
  if (problem.empty()) return;
  throw Error(problem, "", "leave that out, add a restraint, or choose pixels that see it");
}

void check_method(const Objective& objective, Method method) {
  if (method != Method::levenberg_marquardt || objective.matrix_size() == objective.size()) return;
  throw UsageError(fmt::format("{} amplitudes with the method lm (too many for a matrix)",
                               objective.amplitudes().size()),
                   "", "take --method lbfgs, or name fewer");
}

}  // namespace

Result refine(const Problem& problem, const Monitor& monitor) {
  Objective objective(problem, free_parameters(problem.start, problem.parameters));
  check_method(objective, problem.options.method);
  const std::vector<double> zero(objective.size());
  const Evaluation start = evaluate_or_throw(objective, zero);
  const std::vector<std::string> names = objective.names_in_matrix();
  check_determined(start, names);

  Fit before = fit_of(start, objective, zero);
  const Minimum minimum = minimise(objective, problem.options, monitor);
  const Evaluation end = evaluate_or_throw(objective, minimum.x);
  Result out{.experiment = objective.experiment_at(minimum.x),
             .outcome = minimum.outcome,
             .why = minimum.why,
             .system = objective.parameters().system,
             .parameters = {},
             .correlations = {},
             .amplitudes = {},
             .backgrounds = objective.backgrounds_at(minimum.x),
             .history = minimum.history,
             .pixels = objective.pixels(),
             .before = std::move(before),
             .after = fit_of(end, objective, minimum.x)};
  Uncertainties known;
  if (!names.empty()) {
    known = uncertainties(end.normal);
    out.parameters = refined_parameters(objective, minimum.x, known.standard);
    out.correlations = {names, std::move(known.correlations), undetermined(end.normal, names)};
  }
  out.amplitudes = refined_amplitudes(objective, minimum.x, known.standard);
  return out;
}

}  // namespace nanobragg::refine
