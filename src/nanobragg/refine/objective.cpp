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
namespace {

// Of ln F: amplitudes that are known to less than half of themselves stay as they are.
constexpr double kLeastInformation = 4.0;

std::vector<double> photons_of(const render::Differentiable& at, const PanelPixels& pixels) {
  std::vector<double> photons(pixels.set.size());
  kernel::for_each_jacobian_chunk(
      at.job(pixels.panel, pixels.set.runs), {}, [&](const kernel::JacobianChunk& chunk) {
        std::ranges::copy(chunk.photons,
                          photons.begin() + static_cast<std::ptrdiff_t>(chunk.first));
      });
  return photons;
}

}  // namespace

struct Objective::Sums {
  double loss = 0.0, chi_squared = 0.0;
  std::vector<double> gradient;
  std::vector<double> normal;
};

struct Objective::Frame {
  const render::Differentiable& at;
  const PanelPixels& pixels;
  std::vector<Background> backgrounds;

  kernel::GradientJob job() const { return at.job(pixels.panel, pixels.set.runs); }
  double background(std::size_t pixel) const {
    return backgrounds[pixels.group[pixel]].at(pixels.basis[pixel]);
  }
};

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
  if (pixels_.empty() || drawn) pixels_ = panel_pixels(problem_, step);
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

std::optional<Evaluation> Objective::evaluate(std::span<const double> x, Wanted wanted) const {
  try {
    Evaluation out = evaluate_at(x, wanted);
    const bool finite = std::isfinite(out.loss) && std::ranges::all_of(out.gradient, [](double g) {
                          return std::isfinite(g);
                        });
    if (!finite) return std::nullopt;
    return out;
  } catch (const UsageError&) {
    throw;
  } catch (const Error&) {
    // No crystal has this cell, for example.
    return std::nullopt;
  }
}

Objective::Model Objective::model_at(std::span<const double> x, std::size_t observation) const {
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

// Where a pixel sees one reflection, its ∂m/∂ln F is twice the photons of the crystal in it, and
// Σ (∂m/∂ln F)²/v is a loss differentiated once: that with the slopes 2·photons/v.
std::vector<double> Objective::amplitude_information(std::span<const double> x) const {
  const std::span<const double> table = problem_.start.structure_factors->table();
  std::vector<double> information(table.size());
  for_each_frame(experiment_at(x), [&](const Frame& frame) {
    Experiment dry = frame.at.experiment();
    dry.water = Metre(0.0);
    const render::Differentiable crystal(dry, *problem_.options.kernel, problem_.options.threads);
    const std::vector<double> bragg = photons_of(crystal, frame.pixels);
    const auto weigh = [&](std::size_t first, std::span<const double> photons,
                           std::span<double> weights) {
      for (std::size_t i = 0; i < photons.size(); ++i) {
        const std::size_t pixel = first + i;
        const double model = photons[i] + frame.background(pixel);
        weights[i] =
            2.0 * bragg[pixel] * pixel_loss(loss_, model, frame.pixels.observed[pixel]).information;
      }
    };
    const auto by = render::gradient(frame.at, frame.pixels.panel, frame.pixels.set.runs, weigh,
                                     kernel::AmplitudeGradient::computed);
    const std::span<const double> amplitudes = frame.at.experiment().structure_factors->table();
    for (std::size_t k = 0; k < information.size(); ++k) {
      information[k] += by.amplitudes[k] * amplitudes[k];
    }
  });
  return information;
}

// The standard uncertainty of ln F as its unit: every coordinate has a curvature near 1.
void Objective::choose_amplitudes() {
  const StructureFactors& factors = *problem_.start.structure_factors;
  if (!factors.has_table()) {
    throw UsageError("no table of amplitudes to refine (all are -default_F)", "",
                     "give a starting table with -hkl");
  }
  const std::vector<double> zero(size());
  const std::vector<double> information = amplitude_information(zero);
  for (std::size_t k = 0; k < information.size(); ++k) {
    if (information[k] < kLeastInformation) continue;
    amplitudes_.push_back({k, factors.table()[k], 1.0 / std::sqrt(information[k])});
    lower_.push_back(-std::numeric_limits<double>::infinity());
    upper_.push_back(std::numeric_limits<double>::infinity());
  }
}

}  // namespace nanobragg::refine
