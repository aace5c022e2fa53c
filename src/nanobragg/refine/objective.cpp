// Coordinates of a refinement, and what is known at some of them.
#include "nanobragg/refine/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::refine {
namespace {

// A matrix of more takes longer than an image.
constexpr std::size_t kMostAmplitudesInMatrix = 200;

}  // namespace

Objective::Objective(const Problem& problem, FreeParameters parameters)
    : problem_(problem), loss_(problem.options.loss), parameters_(std::move(parameters)) {
  check(problem.options.loss);
  for (const Restraint& restraint : problem.restraints) {
    if (parameters_.index_of(restraint.id)) continue;
    throw UsageError(
        fmt::format("a restraint on {} (it is not refined)", plan::name_of(restraint.id)));
  }
  for (const FreeParameter& parameter : parameters_.list) add_coordinate(parameter);
  draw_pixels(0);
  if (problem.amplitudes == Amplitudes::refined) choose_amplitudes();
  if (size() == 0) throw UsageError("nothing to refine (no parameters)");
  if (pixels() < parameters_.list.size()) {
    throw Error(fmt::format("fewer pixels than parameters ({} pixels for {})", pixels(),
                            parameters_.list.size()),
                "", "choose more pixels or fewer parameters");
  }
}

void Objective::add_coordinate(FreeParameter coordinate) {
  limits_.lower.push_back(coordinate_of(coordinate, coordinate.lower));
  limits_.upper.push_back(coordinate_of(coordinate, coordinate.upper));
  limits_.usual_step.push_back(usual_step_of(coordinate));
  coordinates_.push_back(std::move(coordinate));
}

std::size_t Objective::pixels() const {
  std::size_t count = 0;
  for (const PanelPixels& pixels : pixels_) count += pixels.set.size();
  return count;
}

std::size_t Objective::matrix_size() const {
  const bool fits = amplitudes_.size() <= kMostAmplitudesInMatrix;
  return parameters_.list.size() + (fits ? amplitudes_.size() : 0);
}

std::vector<std::string> Objective::names_in_matrix() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < matrix_size(); ++i) names.push_back(coordinates_[i].name);
  return names;
}

// d(value)/dx of every coordinate.
std::vector<double> Objective::slopes_at(std::span<const double> x) const {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < size(); ++i) slopes.push_back(slope_at(coordinates_[i], x[i]));
  return slopes;
}

double Objective::typical_brightness() const {
  double squares = 0.0;
  double sum = 0.0;
  for (const PanelPixels& pixels : pixels_) {
    for (const double y : pixels.observed) {
      squares += y * y;
      sum += std::abs(y);
    }
  }
  return sum > 0.0 ? squares / sum : 0.0;
}

void Objective::draw_pixels(std::optional<std::size_t> step) {
  const bool drawn = std::holds_alternative<RandomPixels>(problem_.options.pixels);
  if (!pixels_.empty() && !drawn) return;
  pixels_ = panel_pixels(problem_, step);
  known_.reset();
}

Experiment Objective::experiment_at(std::span<const double> x) const {
  Experiment experiment = plan::with_values(problem_.start, parameters_.values_at(x));
  if (amplitudes_.empty()) return experiment;
  const StructureFactors& old = *problem_.start.structure_factors;
  std::vector<double> table(old.table().begin(), old.table().end());
  const std::size_t first = parameters_.list.size();
  for (std::size_t i = 0; i < amplitudes_.size(); ++i) {
    const double value = value_at(coordinates_[first + i], x[first + i]);
    for (const std::size_t position : old.positions_like(amplitudes_[i].position)) {
      table[position] = value;
    }
  }
  experiment.structure_factors =
      std::make_shared<const StructureFactors>(old.with_table(std::move(table)));
  return experiment;
}

image::Differentiable Objective::differentiable(const Experiment& experiment,
                                                std::size_t observation) const {
  return {turned_to(problem_.observations[observation], experiment), *problem_.options.kernel,
          problem_.options.threads, kernel::Precision::float64, &progress_};
}

void Objective::begin(std::size_t passes) const {
  seen_ = 0;
  const bool once = problem_.options.background == BackgroundKind::none;
  to_see_ = pixels() * (once ? 1 : passes);
}

void Objective::advance(std::size_t pixels) const {
  const std::size_t seen = seen_ += pixels;
  if (!problem_.options.progress) return;
  problem_.options.progress(
      std::min(static_cast<double>(seen) / static_cast<double>(to_see_), 1.0));
}

void Objective::add_restraints(std::span<const double> x, Sums& to) const {
  const std::size_t n = matrix_size();
  for (const Restraint& restraint : problem_.restraints) {
    const std::size_t p = *parameters_.index_of(restraint.id);
    const double off = (value_at(parameters_.list[p], x[p]) - restraint.value) / restraint.sigma;
    const double slope = slope_at(parameters_.list[p], x[p]) / restraint.sigma;
    to.loss += off * off / 2.0;
    if (!to.gradient.empty()) to.gradient[p] += off * slope;
    if (!to.normal.empty()) to.normal[p * n + p] += slope * slope;
  }
}

Objective::Known Objective::evaluate_at(std::span<const double> x, Wanted wanted) const {
  begin(wanted != Wanted::loss && !knows(x) ? 2 : 1);
  const bool matrix = wanted == Wanted::curvature || wanted == Wanted::information;
  Sums sums;
  if (wanted != Wanted::loss) sums.gradient.resize(matrix ? matrix_size() : size());
  if (matrix) sums.normal.resize(matrix_size() * matrix_size());
  Known known{{x.begin(), x.end()}, wanted, {}, {}};
  for_each_frame(x, [&](Frame& frame) {
    if (matrix) {
      add_normal(frame, x, wanted, sums);
    } else if (wanted == Wanted::gradient) {
      add_gradient(frame, x, sums);
    } else {
      add_loss(frame, sums);
    }
    known.backgrounds.push_back(std::move(frame.backgrounds));
  });
  add_restraints(x, sums);
  known.evaluation = std::move(sums);
  return known;
}

bool Objective::knows(std::span<const double> x) const {
  return known_ && std::ranges::equal(known_->x, x);
}

std::optional<Evaluation> Objective::evaluate(std::span<const double> x, Wanted wanted) const {
  // Whatever was evaluated brought the loss with it.
  if (knows(x) && (wanted == known_->wanted || wanted == Wanted::loss)) return known_->evaluation;
  try {
    Known known = evaluate_at(x, wanted);
    const bool finite =
        std::isfinite(known.evaluation.loss) &&
        std::ranges::all_of(known.evaluation.gradient, [](double g) { return std::isfinite(g); });
    if (!finite) return std::nullopt;
    known_ = std::move(known);
    return known_->evaluation;
  } catch (const UsageError&) {
    throw;
  } catch (const Error&) {
    // No crystal has this cell, for example.
    return std::nullopt;
  }
}

Image<float> Objective::model_at(std::span<const double> x, std::size_t observation) const {
  begin(1);
  const Options& options = problem_.options;
  const image::Differentiable at = differentiable(experiment_at(x), observation);
  image::Simulation simulation =
      image::simulate(at.plan(), *options.kernel, {options.threads, nullptr, {}});
  if (options.background == BackgroundKind::none) return std::move(simulation.photons);
  const PanelStack stack = stack_of(at.plan().detector.panels);
  for (std::size_t i = 0; i < pixels_.size(); ++i) {
    if (pixels_[i].observation != observation) continue;
    add_background(frame_of(at, x, i), stack.first_row[pixels_[i].panel], simulation.photons);
  }
  return std::move(simulation.photons);
}

std::vector<double> Objective::backgrounds_at(std::span<const double> x) const {
  std::vector<double> sums(problem_.observations.size());
  std::vector<std::size_t> pixels(sums.size());
  if (problem_.options.background == BackgroundKind::none) return sums;
  for_each_frame(x, [&](const Frame& frame) {
    const std::size_t count = frame.pixels.set.size();
    pixels[frame.pixels.observation] += count;
    for (std::size_t i = 0; i < count; ++i) {
      sums[frame.pixels.observation] += frame.background(i);
    }
  });
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] /= static_cast<double>(pixels[i]);
  return sums;
}

// To the pixels that count, a constant to all of the panel.
void Objective::add_background(const Frame& frame, std::size_t first_row,
                               Image<float>& image) const {
  if (problem_.options.background == BackgroundKind::constant) {
    const auto background = static_cast<float>(frame.backgrounds.front().coefficients[0]);
    const ImageShape shape = frame.at.plan().detector.panels[frame.pixels.panel].shape;
    for (std::size_t slow = 0; slow < shape.slow; ++slow) {
      for (float& photons : image.view().row(first_row + slow).first(shape.fast)) {
        photons += background;
      }
    }
    return;
  }
  std::size_t pixel = 0;
  for (const kernel::PixelRun& run : frame.pixels.set.runs) {
    for (std::size_t i = 0; i < run.count; ++i, ++pixel) {
      image[{first_row + run.first.slow, run.first.fast + i}] +=
          static_cast<float>(frame.background(pixel));
    }
  }
}

Image<float> Objective::residuals(const Image<float>& model, std::size_t observation) const {
  const PanelStack stack = stack_of(problem_.start.detector.panels);
  Image<float> out(stack.shape);
  for (const PanelPixels& panel : pixels_) {
    if (panel.observation != observation) continue;
    std::size_t pixel = 0;
    for (const kernel::PixelRun& run : panel.set.runs) {
      for (std::size_t i = 0; i < run.count; ++i, ++pixel) {
        const PixelIndex at{stack.first_row[panel.panel] + run.first.slow, run.first.fast + i};
        const auto m = std::max(static_cast<double>(model[at]), 0.0);
        const double y = panel.observed[pixel];
        const double deviation = pixel_loss(loss_, m, y).deviation;
        out[at] = static_cast<float>(std::copysign(std::sqrt(deviation), y - m));
      }
    }
  }
  return out;
}

}  // namespace nanobragg::refine
