// Written derivatives beside dual numbers and differences.
#include "nanobragg/refine/gradient_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/dual_pixels.hpp"
#include "nanobragg/image/gradient.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::refine {
namespace {

using plan::ParameterId;
using plan::Variable;

constexpr std::uint64_t kWeightSeed = 20;
constexpr double kRounding = 1e-14;  // of photons, relative

double weight_of(std::size_t pixel) { return 2.0 * uniform_at(kWeightSeed, pixel) - 1.0; }

// Every n-th rendered pixel of a panel.
std::vector<kernel::PixelRun> sample(const plan::SamplingPlan& plan, std::size_t panel,
                                     std::size_t most) {
  const std::size_t panels = plan.detector.panels.size();
  if (panel >= panels) {
    throw UsageError(fmt::format("no panel {} (the detector has {})", panel, panels), "",
                     "panels are counted from 0");
  }
  const auto own = plan::panel_plan(plan, panel);
  const auto all = own ? kernel::runs_of(*own) : std::vector<kernel::PixelRun>{};
  const std::size_t count = kernel::pixel_count(all);
  if (count == 0) throw Error("no pixel is rendered, so there is nothing to differentiate");
  const std::size_t stride = (count + most - 1) / most;
  std::vector<kernel::PixelRun> picked;
  std::size_t ordinal = 0;
  for (const kernel::PixelRun& run : all) {
    for (std::size_t i = 0; i < run.count; ++i, ++ordinal) {
      if (ordinal % stride == 0) picked.push_back({{run.first.slow, run.first.fast + i}, 1});
    }
  }
  return picked;
}

class Checker {
 public:
  Checker(const Experiment& experiment, const GradientCheckOptions& options)
      : experiment_(experiment),
        options_(options),
        kernel_(options.kernel ? *options.kernel : kernel::find_kernel("auto")),
        at_(experiment, kernel_, options.threads),
        runs_(sample(at_.plan(), options.panel, options.most_pixels)) {
    for (const kernel::PixelRun& run : runs_) pixels_.push_back(run.first);
  }

  std::vector<CheckedDerivative> run() {
    std::vector<double> weights;
    for (std::size_t i = 0; i < pixels_.size(); ++i) weights.push_back(weight_of(i));
    const std::vector<Variable> variables = variables_to_check();
    plan::check_no_mates(variables, *experiment_.structure_factors);
    const bool by_amplitude = std::ranges::any_of(
        variables, [](const Variable& v) { return plan::amplitude_in(v).has_value(); });
    const auto gradient = image::pullback(
        at_, options_.panel, runs_, weights,
        by_amplitude ? kernel::AmplitudeGradient::computed : kernel::AmplitudeGradient::left_out);
    std::vector<CheckedDerivative> rows;
    for (const Variable& variable : variables) {
      rows.push_back(check(variable, gradient.by(variable, *experiment_.structure_factors)));
    }
    return rows;
  }

 private:
  std::vector<Variable> variables_to_check() const;
  CheckedDerivative check(const Variable& variable, double analytic) const;
  std::vector<image::PixelSlope> dual_pixels(const Variable& variable) const;
  std::vector<image::PixelSlope> written_pixels(const Variable& variable) const;
  double loss_at(const Variable& variable, double value) const;
  struct Difference {
    double value, resolution;
    double doubt;  // what another rung of the ladder changes, and `resolution`
  };
  Difference difference(const Variable& variable, double photons) const;

  const Experiment& experiment_;
  const GradientCheckOptions& options_;
  const kernel::Kernel& kernel_;
  image::Differentiable at_;
  std::vector<kernel::PixelRun> runs_;
  std::vector<PixelIndex> pixels_;
};

std::vector<Variable> Checker::variables_to_check() const {
  if (!options_.variables.empty()) return options_.variables;
  std::vector<Variable> all;
  for (const plan::ParameterId id : plan::parameters_of(experiment_)) {
    if (!plan::motion_in(id)) all.emplace_back(id);
  }
  if (experiment_.detector.panels.size() == 1) return all;
  for (std::size_t i = 0; i < plan::kMotionCount; ++i) {
    all.emplace_back(plan::id_of({options_.panel, static_cast<plan::Motion>(i)}));
  }
  return all;
}

// As written, where there is no other: dual numbers go through sums over samples.
std::vector<image::PixelSlope> Checker::written_pixels(const Variable& variable) const {
  image::Directions directions;
  std::vector<std::size_t> amplitudes;
  if (const auto* id = std::get_if<ParameterId>(&variable)) {
    directions.parameters = {{*id}};
  } else {
    amplitudes.push_back(
        plan::table_position(std::get<MillerIndex>(variable), *experiment_.structure_factors));
  }
  directions.amplitudes = amplitudes;
  std::vector<image::PixelSlope> pixels(pixels_.size());
  image::for_each_jacobian_chunk(at_, options_.panel, runs_, directions,
                                 [&](const image::JacobianRows& rows) {
                                   for (std::size_t i = 0; i < rows.photons.size(); ++i) {
                                     pixels[rows.first + i] = {rows.photons[i], rows.rows[i]};
                                   }
                                 });
  return pixels;
}

std::vector<image::PixelSlope> Checker::dual_pixels(const Variable& variable) const {
  return kernel::is_closed_form(kernel_, at_.plan()) || !at_.is_local()
             ? written_pixels(variable)
             : image::dual_pixels(experiment_, at_.plan(), options_.panel, pixels_, variable);
}

CheckedDerivative Checker::check(const Variable& variable, double analytic) const {
  CheckedDerivative row{.variable = variable, .analytic = analytic};
  if (const auto* id = std::get_if<ParameterId>(&variable)) {
    row.without_effect = plan::why_without_effect(*id, experiment_);
  }
  double size = 0.0;
  double photons = 0.0;
  const auto dual = dual_pixels(variable);
  for (std::size_t i = 0; i < dual.size(); ++i) {
    row.dual += weight_of(i) * dual[i].slope;
    size += std::abs(weight_of(i) * dual[i].slope);
    photons += std::abs(weight_of(i) * dual[i].photons);
  }
  // What is left of terms that cancel, for a change that would show clearly.
  const double change = plan::range_of(variable, experiment_).scale;
  const double nothing = 100 * kRounding * photons;
  if (size * change <= nothing) {
    if (row.without_effect.empty()) row.without_effect = "no pixel depends on it here";
    row.agrees = std::abs(analytic) * change <= nothing;
    return row;
  }
  const auto [difference_value, resolution, doubt] = difference(variable, photons);
  row.difference = difference_value;
  row.dual_error = std::abs(row.analytic - row.dual) / size;
  row.difference_error = std::abs(row.analytic - row.difference) / size;
  row.difference_converges = doubt <= options_.difference_tolerance * size + resolution;
  if (kernel::is_closed_form(kernel_, at_.plan())) {
    row.dual = row.dual_error = std::numeric_limits<double>::quiet_NaN();
  }
  row.agrees = std::isfinite(row.analytic) && !(row.dual_error > options_.dual_tolerance) &&
               row.without_effect.empty() &&
               !(row.difference_converges &&
                 row.difference_error > options_.difference_tolerance + resolution / size);
  return row;
}

double Checker::loss_at(const Variable& variable, double value) const {
  const plan::VariableValue to[] = {{variable, value}};
  const image::Differentiable moved(plan::with_values(experiment_, to), kernel_, options_.threads);
  const std::vector<double> photons = image::photons_of(moved, options_.panel, runs_);
  double loss = 0.0;
  for (std::size_t i = 0; i < photons.size(); ++i) loss += weight_of(i) * photons[i];
  return loss;
}

// (4D(h/2) − D(h))/3 of central differences D, for the step h of a ladder at which the
// extrapolation is steadiest: large ones see curvature, and pixels that another reflection comes
// nearest to; small ones see the rounding of `photons`, the sum of what the pixels weigh, which
// `resolution` tells.
Checker::Difference Checker::difference(const Variable& variable, double photons) const {
  const double here = plan::value_of(variable, experiment_);
  const auto [lower, upper, clear] = plan::range_of(variable, experiment_);
  const auto central = [&](double step) {
    return (loss_at(variable, here + step) - loss_at(variable, here - step)) / (2.0 * step);
  };
  double step = std::min({1e-2 * clear, 0.5 * (here - lower), 0.5 * (upper - here)});
  if (!(step > 0.0)) return {std::numeric_limits<double>::quiet_NaN(), 0.0, 0.0};  // at a bound
  Difference best{};
  double least_doubt = std::numeric_limits<double>::infinity();
  double before = std::numeric_limits<double>::infinity();
  constexpr int kRungs = 10;
  for (int rung = 0; rung < kRungs; ++rung, step /= 4.0) {
    const double extrapolated = (4.0 * central(step / 2.0) - central(step)) / 3.0;
    const double resolution = kRounding * photons / step;
    const double doubt = std::abs(extrapolated - before) + resolution;
    if (doubt < least_doubt) {
      least_doubt = doubt;
      best = {extrapolated, resolution, doubt};
    }
    before = extrapolated;
  }
  return best;
}

}  // namespace

std::vector<CheckedDerivative> check_gradients(const Experiment& experiment,
                                               const GradientCheckOptions& options) {
  return Checker(experiment, options).run();
}

}  // namespace nanobragg::refine
