// One pass over the pixels an evaluation: small matrices a chunk, added in the order of the chunks.
#include "nanobragg/refine/objective.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/refine/normal_sums.hpp"
#include "nanobragg/render/simulate.hpp"

namespace nanobragg::refine {
struct Objective::Sums {
  double loss = 0.0, chi_squared = 0.0;
  std::vector<double> gradient;
  std::vector<double> normal;
};

double Objective::Frame::background(std::size_t pixel) const {
  return backgrounds[pixels.group[pixel]].at(pixels.basis[pixel]);
}

Objective::Objective(const Problem& problem, FreeParameters parameters)
    : problem_(problem), loss_(problem.options.loss), parameters_(std::move(parameters)) {
  check(problem.options.loss);
  for (const Restraint& restraint : problem.restraints) {
    if (parameters_.index_of(restraint.id)) continue;
    throw UsageError(
        fmt::format("a restraint on {} (it is not refined)", plan::info(restraint.id).name));
  }
  for (const FreeParameter& parameter : parameters_.list) {
    lower_.push_back(coordinate_of(parameter, parameter.lower));
    upper_.push_back(coordinate_of(parameter, parameter.upper));
  }
  draw_pixels(0);
  if (problem.amplitudes == Amplitudes::refined) choose_amplitudes();
  if (size() == 0) throw UsageError("nothing to refine (no parameters)");
  if (pixels() < parameters_.list.size()) {
    throw Error(fmt::format("fewer pixels than parameters ({} pixels for {})", pixels(),
                            parameters_.list.size()),
                "", "choose more pixels or fewer parameters");
  }
}

std::size_t Objective::pixels() const {
  std::size_t count = 0;
  for (const PanelPixels& pixels : pixels_) count += pixels.set.size();
  return count;
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

void Objective::draw_pixels(std::size_t step) {
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
  const std::span<const double> moved = x.subspan(parameters_.list.size());
  for (std::size_t i = 0; i < amplitudes_.size(); ++i) {
    const FreeAmplitude& free = amplitudes_[i];
    table[free.position] = free.start * std::exp(free.scale * moved[i]);
  }
  experiment.structure_factors = std::make_shared<const StructureFactors>(
      StructureFactors::from_table(old.box(), std::move(table), old.default_amplitude()));
  return experiment;
}

render::Differentiable Objective::differentiable(const Experiment& experiment,
                                                 std::size_t observation) const {
  return {turned_to(problem_.observations[observation], experiment), *problem_.options.kernel,
          problem_.options.threads};
}

void Objective::for_each_frame(const Experiment& experiment,
                               const std::function<void(const Frame&)>& visit) const {
  std::optional<render::Differentiable> at;
  for (std::size_t i = 0; i < pixels_.size(); ++i) {
    const std::size_t observation = pixels_[i].observation;
    const bool is_next = i == 0 || observation != pixels_[i - 1].observation;
    if (is_next) at.emplace(differentiable(experiment, observation));
    visit(frame_of(*at, pixels_[i]));
  }
}

std::vector<double> Objective::photons_of(const render::Differentiable& at,
                                          const PanelPixels& pixels) const {
  std::vector<double> photons(pixels.set.size());
  kernel::for_each_jacobian_chunk(
      at.job(pixels.panel, pixels.set.runs), {}, [&](const kernel::JacobianChunk& chunk) {
        std::ranges::copy(chunk.photons,
                          photons.begin() + static_cast<std::ptrdiff_t>(chunk.first));
        advance(chunk.photons.size());
      });
  return photons;
}

void Objective::advance(std::size_t pixels) const {
  const std::size_t seen = seen_ += pixels;
  if (!problem_.options.progress) return;
  const bool twice = problem_.options.background != BackgroundKind::none;
  const auto all = static_cast<double>(this->pixels() * (twice ? 2 : 1));
  problem_.options.progress(std::min(static_cast<double>(seen) / all, 1.0));
}

Objective::Frame Objective::frame_of(const render::Differentiable& at,
                                     const PanelPixels& pixels) const {
  const Options& options = problem_.options;
  Frame frame{at, pixels, std::vector<Background>(pixels.set.groups.size())};
  if (options.background == BackgroundKind::none) return frame;
  const std::vector<double> photons = photons_of(at, pixels);
  parallel_for(pixels.set.groups.size(), options.threads, [&](std::size_t i) {
    const PixelGroup& group = pixels.set.groups[i];
    frame.backgrounds[i] =
        fit_background(options.background, loss_,
                       {std::span(pixels.basis).subspan(group.first, group.count),
                        std::span(photons).subspan(group.first, group.count),
                        std::span(pixels.observed).subspan(group.first, group.count)});
  });
  return frame;
}

void Objective::add_normal(const Frame& frame, std::span<const double> x, Wanted wanted,
                           Sums& to) const {
  const auto& list = parameters_.list;
  // The numbers of the plan along each coordinate.
  std::vector<plan::NumberTangent> tangents(list.size());
  for (std::size_t p = 0; p < list.size(); ++p) {
    const double slope = slope_at(list[p], x[p]);
    for (const plan::NumberTangent& by :
         plan::number_tangents(frame.at.experiment(), frame.pixels.panel, list[p].ids)) {
      for (std::size_t i = 0; i < plan::kPlanNumbers; ++i) tangents[p][i] += slope * by[i];
    }
  }
  const kernel::GradientJob job = frame.job();
  std::vector<NormalSums> parts(kernel::chunk_count(job), NormalSums(list.size()));
  kernel::for_each_jacobian_chunk(job, tangents, [&](const kernel::JacobianChunk& chunk) {
    NormalSums& part = parts[chunk.index];
    for (std::size_t i = 0; i < chunk.photons.size(); ++i) {
      const std::size_t pixel = chunk.first + i;
      const PixelLoss loss = pixel_loss(loss_, chunk.photons[i] + frame.background(pixel),
                                        frame.pixels.observed[pixel]);
      const double weight = wanted == Wanted::curvature ? loss.curvature : loss.information;
      part.add({loss, weight, chunk.rows.data() + i, chunk.stride});
      if (problem_.options.background != BackgroundKind::none) {
        part.add_background(frame.pixels.group[pixel], frame.pixels.basis[pixel]);
      }
    }
    advance(chunk.photons.size());
  });
  NormalSums total(list.size());
  for (const NormalSums& part : parts) total.add(part);
  total.eliminate(frame.backgrounds);
  to.loss += total.loss();
  to.chi_squared += total.chi_squared();
  for (std::size_t i = 0; i < to.gradient.size(); ++i) to.gradient[i] += total.gradient()[i];
  for (std::size_t i = 0; i < to.normal.size(); ++i) to.normal[i] += total.normal()[i];
}

void Objective::add_gradient(const Frame& frame, std::span<const double> x, Wanted wanted,
                             Sums& to) const {
  const std::size_t count = frame.pixels.set.size();
  std::vector<PixelLoss> losses(count);
  const auto weigh = [&](std::size_t first, std::span<const double> photons,
                         std::span<double> weights) {
    for (std::size_t i = 0; i < photons.size(); ++i) {
      const std::size_t pixel = first + i;
      losses[pixel] =
          pixel_loss(loss_, photons[i] + frame.background(pixel), frame.pixels.observed[pixel]);
      weights[i] = losses[pixel].slope;
    }
    advance(photons.size());
  };
  if (wanted == Wanted::gradient) {
    const auto by = render::gradient(frame.at, frame.pixels.panel, frame.pixels.set.runs, weigh,
                                     amplitudes_.empty() ? kernel::AmplitudeGradient::left_out
                                                         : kernel::AmplitudeGradient::computed);
    const auto& list = parameters_.list;
    for (std::size_t p = 0; p < list.size(); ++p) {
      const double slope = slope_at(list[p], x[p]);
      for (const plan::ParameterId id : list[p].ids) to.gradient[p] += slope * by.parameters[id];
    }
    for (std::size_t i = 0; i < amplitudes_.size(); ++i) {
      const FreeAmplitude& free = amplitudes_[i];
      const double amplitude = free.start * std::exp(free.scale * x[list.size() + i]);
      to.gradient[list.size() + i] += by.amplitudes[free.position] * amplitude * free.scale;
    }
  } else {
    kernel::for_each_jacobian_chunk(frame.job(), {}, [&](const kernel::JacobianChunk& chunk) {
      std::vector<double> ignored(chunk.photons.size());
      weigh(chunk.first, chunk.photons, ignored);
    });
  }
  for (const PixelLoss& loss : losses) {
    to.loss += loss.value;
    to.chi_squared += loss.deviation;
  }
}

void Objective::add_restraints(std::span<const double> x, Sums& to) const {
  const std::size_t n = parameters_.list.size();
  for (const Restraint& restraint : problem_.restraints) {
    const std::size_t p = *parameters_.index_of(restraint.id);
    const double off = (value_at(parameters_.list[p], x[p]) - restraint.value) / restraint.sigma;
    const double slope = slope_at(parameters_.list[p], x[p]) / restraint.sigma;
    to.loss += off * off / 2.0;
    if (!to.gradient.empty()) to.gradient[p] += off * slope;
    if (!to.normal.empty()) to.normal[p * n + p] += slope * slope;
  }
}

Evaluation Objective::evaluate_at(std::span<const double> x, Wanted wanted) const {
  seen_ = 0;
  const std::size_t n = parameters_.list.size();
  const bool matrix = wanted == Wanted::curvature || wanted == Wanted::information;
  Sums sums;
  if (wanted != Wanted::loss) sums.gradient.resize(matrix ? n : size());
  if (matrix) sums.normal.resize(n * n);
  for_each_frame(experiment_at(x), [&](const Frame& frame) {
    if (matrix) {
      add_normal(frame, x, wanted, sums);
    } else {
      add_gradient(frame, x, wanted, sums);
    }
  });
  add_restraints(x, sums);
  return {sums.loss, sums.chi_squared, std::move(sums.gradient), std::move(sums.normal)};
}

// Whatever was evaluated brought the loss with it.
bool Objective::knows(std::span<const double> x, Wanted wanted) const {
  if (!known_ || !std::ranges::equal(known_->x, x)) return false;
  return wanted == known_->wanted || wanted == Wanted::loss;
}

std::optional<Evaluation> Objective::evaluate(std::span<const double> x, Wanted wanted) const {
  if (knows(x, wanted)) return known_->evaluation;
  try {
    Evaluation out = evaluate_at(x, wanted);
    const bool finite = std::isfinite(out.loss) && std::ranges::all_of(out.gradient, [](double g) {
                          return std::isfinite(g);
                        });
    if (!finite) return std::nullopt;
    known_ = Known{{x.begin(), x.end()}, wanted, out};
    return out;
  } catch (const UsageError&) {
    throw;
  } catch (const Error&) {
    // No crystal has this cell, for example.
    return std::nullopt;
  }
}

Objective::Model Objective::model_at(std::span<const double> x, std::size_t observation) const {
  seen_ = 0;
  const Options& options = problem_.options;
  const render::Differentiable at = differentiable(experiment_at(x), observation);
  render::Simulation simulation =
      render::simulate(at.plan(), *options.kernel, {options.threads, nullptr, {}});
  Model out{std::move(simulation.photons), 0.0};
  if (options.background == BackgroundKind::none) return out;
  const PanelStack stack = stack_of(at.plan().detector.panels);
  double sum = 0.0;
  std::size_t pixels = 0;
  for (const PanelPixels& panel : pixels_) {
    if (panel.observation != observation) continue;
    const Frame frame = frame_of(at, panel);
    const double under_panel = add_background(frame, stack.first_row[panel.panel], out.image);
    sum += under_panel;
    pixels += panel.set.size();
  }
  out.background = sum / static_cast<double>(pixels);
  return out;
}

// To the pixels that count, a constant to all of the panel; the sum over those that count.
double Objective::add_background(const Frame& frame, std::size_t first_row,
                                 Image<float>& image) const {
  double sum = 0.0;
  std::size_t pixel = 0;
  const bool is_constant = problem_.options.background == BackgroundKind::constant;
  for (const kernel::PixelRun& run : frame.pixels.set.runs) {
    for (std::size_t i = 0; i < run.count; ++i, ++pixel) {
      const double background = frame.background(pixel);
      sum += background;
      if (is_constant) continue;
      image[{first_row + run.first.slow, run.first.fast + i}] += static_cast<float>(background);
    }
  }
  if (!is_constant) return sum;
  const auto background = static_cast<float>(frame.backgrounds.front().coefficients[0]);
  const ImageShape shape = frame.at.plan().detector.panels[frame.pixels.panel].shape;
  for (std::size_t slow = 0; slow < shape.slow; ++slow) {
    for (float& photons : image.view().row(first_row + slow).first(shape.fast)) {
      photons += background;
    }
  }
  return sum;
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
