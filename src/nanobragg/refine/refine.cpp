// Checks a problem, minimises, and says what is known afterwards.
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"
#include "nanobragg/refine/doubts.hpp"
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

// Coordinates of the matrix that stand at a bound, which pixels would move beyond it or not at all.
// Those without any effect there are not determined, which is another thing.
std::vector<bool> at_bounds(const Objective& objective, std::span<const double> x,
                            std::span<const double> normal) {
  const std::size_t n = objective.matrix_size();
  std::vector<bool> out(n);
  for (std::size_t i = 0; i < objective.parameters().list.size(); ++i) {
    // Not all methods end exactly there.
    const double information = normal[i * n + i];
    const double near = information > 0.0 ? 0.01 / std::sqrt(information) : 0.0;
    out[i] = x[i] - objective.lower()[i] <= near || objective.upper()[i] - x[i] <= near;
  }
  return out;
}

// The coordinates that a covariance is of.
std::vector<std::size_t> free_coordinates(const std::vector<bool>& at_bound,
                                          std::span<const double> normal) {
  std::vector<std::size_t> out;
  const std::size_t n = at_bound.size();
  for (std::size_t i = 0; i < n; ++i) {
    const bool held = at_bound[i] && normal[i * n + i] > 0.0;
    if (!held) out.push_back(i);
  }
  return out;
}

std::vector<double> part_of(std::span<const double> matrix, std::size_t n,
                            std::span<const std::size_t> rows) {
  std::vector<double> out;
  for (const std::size_t i : rows) {
    for (const std::size_t j : rows) out.push_back(matrix[i * n + j]);
  }
  return out;
}

// What is known of the coordinates in the matrix; unset for those that are held.
struct Known {
  std::vector<bool> at_bound;
  std::vector<std::optional<double>> standard;
  Correlations correlations;
};

Known known_of(const Objective& objective, std::span<const double> x, const Evaluation& end) {
  const std::vector<std::string> names = objective.names_in_matrix();
  Known out{
      at_bounds(objective, x, end.normal), std::vector<std::optional<double>>(names.size()), {}};
  const std::vector<std::size_t> free = free_coordinates(out.at_bound, end.normal);
  if (free.empty()) return out;
  const std::vector<double> normal = part_of(end.normal, names.size(), free);
  Uncertainties found = uncertainties(normal);
  for (std::size_t i = 0; i < free.size(); ++i) {
    out.standard[free[i]] = found.standard[i];
    out.correlations.names.push_back(names[free[i]]);
  }
  out.correlations.rows = std::move(found.correlations);
  out.correlations.undetermined = undetermined(normal, out.correlations.names);
  return out;
}

std::vector<RefinedParameter> refined_parameters(const Objective& objective,
                                                 std::span<const double> x, const Known& known) {
  std::vector<RefinedParameter> out;
  const auto& list = objective.parameters().list;
  for (std::size_t i = 0; i < list.size(); ++i) {
    RefinedParameter refined{
        list[i], value_at(list[i], x[i]), {}, known.at_bound[i], !known.standard[i]};
    if (known.standard[i]) {
      refined.uncertainty = std::abs(slope_at(list[i], x[i])) * *known.standard[i];
    }
    out.push_back(std::move(refined));
  }
  return out;
}

// Standard uncertainties of the logarithms: from the matrix where it has them, else as if each
// amplitude were the only one that is refined.
std::vector<double> amplitude_uncertainties(const Objective& objective, std::span<const double> x,
                                            std::span<const std::optional<double>> in_matrix) {
  const auto& free = objective.amplitudes();
  const std::size_t parameters = objective.parameters().list.size();
  std::vector<double> out;
  if (in_matrix.size() == objective.size()) {
    for (std::size_t i = 0; i < free.size(); ++i) {
      const double scale = objective.coordinates()[parameters + i].scale;
      out.push_back(scale * in_matrix[parameters + i].value_or(0.0));
    }
    return out;
  }
  const std::vector<double> information = objective.amplitude_information(x);
  for (const FreeAmplitude& f : free) out.push_back(1.0 / std::sqrt(information[f.reflection]));
  return out;
}

std::vector<RefinedAmplitude> refined_amplitudes(const Objective& objective,
                                                 std::span<const double> x,
                                                 std::span<const std::optional<double>> in_matrix) {
  std::vector<RefinedAmplitude> out;
  const auto& free = objective.amplitudes();
  if (free.empty()) return out;
  const std::vector<double> of_logarithm = amplitude_uncertainties(objective, x, in_matrix);
  const std::size_t first = objective.parameters().list.size();
  for (std::size_t i = 0; i < free.size(); ++i) {
    const FreeParameter& coordinate = objective.coordinates()[first + i];
    const double value = value_at(coordinate, x[first + i]);
    out.push_back({free[i].index, coordinate.start, value, std::abs(value) * of_logarithm[i]});
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

// An end whose loss is above that of its start, on the pixels of the end, is not taken.
void keep_the_better(const Objective& objective, Minimum& minimum) {
  const std::vector<double> zero(minimum.x.size());
  const auto start = objective.evaluate(zero, Wanted::loss);
  const auto end = objective.evaluate(minimum.x, Wanted::loss);
  if (!start || (end && end->loss <= start->loss)) return;
  // Rounding moves what starts at its minimum.
  constexpr double kRounding = 1e-9;
  const bool is_rounding = end && end->loss - start->loss <= kRounding * std::abs(start->loss);
  minimum.x = zero;
  if (is_rounding || minimum.outcome == Outcome::interrupted) return;
  minimum.outcome = Outcome::diverged;
  minimum.why = "no state has a lower loss than the start, which is kept";
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
  Minimum minimum = minimise(objective, problem.options, monitor);
  Evaluation end = evaluate_or_throw(objective, minimum.x);
  const bool is_drawn = std::holds_alternative<RandomPixels>(problem.options.pixels);
  if (is_drawn) {
    // Another draw is another loss: start and end are compared on all pixels.
    objective.draw_pixels({});
    before = fit_of(evaluate_or_throw(objective, zero), objective, zero);
  }
  const std::vector<double> found = minimum.x;
  keep_the_better(objective, minimum);
  // The covariance is of the pixels that were fitted.
  if (minimum.x != found) end = evaluate_or_throw(objective, minimum.x);
  const Evaluation whole = is_drawn ? evaluate_or_throw(objective, minimum.x) : end;
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
             .after = fit_of(whole, objective, minimum.x)};
  Known known;
  if (!names.empty()) {
    known = known_of(objective, minimum.x, end);
    out.parameters = refined_parameters(objective, minimum.x, known);
    out.correlations = std::move(known.correlations);
  }
  out.amplitudes = refined_amplitudes(objective, minimum.x, known.standard);
  out.after.doubts = doubts(problem, out.after);
  return out;
}

}  // namespace nanobragg::refine
