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
#include "nanobragg/refine/normal_sums.hpp"
#include "nanobragg/render/simulate.hpp"

namespace nanobragg::refine {
namespace {

// Amplitudes whose reflection is expected to have fewer photons stay as they are.
constexpr double kFewestPhotons = 1.0;

Experiment turned(Experiment experiment, double by_rad) {
  experiment.spindle.start = Radian(experiment.spindle.start.value() + by_rad);
  return experiment;
}

void check_observations(const Problem& problem) {
  if (problem.observations.empty()) throw UsageError("no observed image");
  if (problem.start.detector.panels.size() > 1) {
    throw UsageError("a detector of several panels (refinement knows one panel)", "",
                     "describe and refine one panel");
  }
  const ImageShape shape = problem.start.detector.panels.front()->shape;
  for (const Observation& observation : problem.observations) {
    const ImageShape other = observation.photons.shape();
    if (other == shape) continue;
    throw Error(fmt::format("observed image of {} x {} pixels (the detector has {} x {})",
                            other.fast, other.slow, shape.fast, shape.slow),
                "", "-detpixels says how many the detector has");
  }
}

}  // namespace

struct Objective::Pixels {
  PixelSet set;
  std::vector<double> observed;
  std::vector<std::array<double, 3>> basis;
  std::vector<std::uint32_t> group;
};

struct Objective::Sums {
  double loss = 0.0, chi_squared = 0.0;
  std::vector<double> gradient;
  std::vector<double> normal;
};

struct Objective::Frame {
  render::Differentiable at;
  const Pixels& pixels;
  std::vector<Background> backgrounds;

  kernel::GradientJob job() const { return at.job(0, pixels.set.runs); }
  double background(std::size_t pixel) const {
    return backgrounds[pixels.group[pixel]].at(pixels.basis[pixel]);
  }
};

Objective::Objective(const Problem& problem, FreeParameters parameters)
    : problem_(problem), loss_(problem.options.loss), parameters_(std::move(parameters)) {
  check(problem.options.loss);
  check_observations(problem);
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

Objective::~Objective() = default;

std::size_t Objective::pixels() const {
  std::size_t count = 0;
  for (const Pixels& pixels : pixels_) count += pixels.set.size();
  return count;
}

double Objective::typical_brightness() const {
  double squares = 0.0;
  double sum = 0.0;
  for (const Pixels& pixels : pixels_) {
    for (const double y : pixels.observed) {
      squares += y * y;
      sum += std::abs(y);
    }
  }
  return sum > 0.0 ? squares / sum : 0.0;
}

Objective::Pixels Objective::pixels_of(std::size_t observation, std::size_t step) const {
  const Observation& seen = problem_.observations[observation];
  const Options& options = problem_.options;
  const plan::SamplingPlan plan =
      plan::make_plan(turned(problem_.start, seen.turned_rad), compat::QuirkSet::physical());
  const auto rendered = kernel::runs_of(plan);
  const auto view = seen.photons.view();
  Pixels out;
  if (const auto* boxes = std::get_if<PixelBoxes>(&options.pixels)) {
    out.set = pixels_in_boxes(rendered, view, boxes->boxes);
  } else if (const auto* spots = std::get_if<PredictedSpots>(&options.pixels)) {
    const render::Simulation predicted =
        render::simulate(plan, *options.kernel, {options.threads, nullptr, {}});
    const auto around = boxes_around_spots(std::as_const(predicted.photons).view(), *spots);
    out.set = pixels_in_boxes(rendered, view, around);
  } else {
    out.set = all_pixels(rendered, view);
    if (const auto* random = std::get_if<RandomPixels>(&options.pixels)) {
      out.set = random_pixels(out.set, *random, step * problem_.observations.size() + observation);
    }
  }
  if (out.set.size() == 0) {
    throw Error(fmt::format("no pixel of image {} counts", observation + 1), "",
                "all are masked, not numbers, negative, or outside the chosen pixels");
  }
  std::size_t group = 0;
  for (const kernel::PixelRun& run : out.set.runs) {
    for (std::size_t i = 0; i < run.count; ++i) {
      const PixelIndex pixel{run.first.slow, run.first.fast + i};
      const PixelGroup* at = &out.set.groups[group];
      if (out.observed.size() == at->first + at->count) at = &out.set.groups[++group];
      out.observed.push_back(view[pixel]);
      out.basis.push_back(background_basis(at->box, pixel));
      out.group.push_back(static_cast<std::uint32_t>(group));
    }
  }
  return out;
}

void Objective::draw_pixels(std::size_t step) {
  const bool drawn = std::holds_alternative<RandomPixels>(problem_.options.pixels);
  if (!pixels_.empty() && !drawn) return;
  std::vector<Pixels> pixels;
  for (std::size_t i = 0; i < problem_.observations.size(); ++i) {
    pixels.push_back(pixels_of(i, step));
  }
  pixels_ = std::move(pixels);
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

Objective::Frame Objective::frame_at(const Experiment& experiment, std::size_t observation) const {
  const Options& options = problem_.options;
  const Pixels& pixels = pixels_[observation];
  Frame frame{{turned(experiment, problem_.observations[observation].turned_rad), *options.kernel,
               options.threads},
              pixels,
              std::vector<Background>(pixels.set.groups.size())};
  if (options.background == BackgroundKind::none) return frame;
  std::vector<double> photons(pixels.set.size());
  for_each_jacobian_chunk(frame.job(), {}, [&](const kernel::JacobianChunk& chunk) {
    std::ranges::copy(chunk.photons, photons.begin() + static_cast<std::ptrdiff_t>(chunk.first));
  });
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
         plan::number_tangents(frame.at.experiment(), 0, list[p].ids)) {
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
    const auto by = render::gradient(frame.at, 0, frame.pixels.set.runs, weigh,
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
  const Experiment experiment = experiment_at(x);
  for (std::size_t i = 0; i < pixels_.size(); ++i) {
    const Frame frame = frame_at(experiment, i);
    if (matrix) {
      add_normal(frame, x, wanted, sums);
    } else {
      add_gradient(frame, x, wanted, sums);
    }
  }
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
  const Frame frame = frame_at(experiment_at(x), observation);
  render::Simulation simulation =
      render::simulate(frame.at.plan(), *options.kernel, {options.threads, nullptr, {}});
  Model out{std::move(simulation.photons), 0.0};
  if (options.background == BackgroundKind::none) return out;
  double sum = 0.0;
  std::size_t pixel = 0;
  for (const kernel::PixelRun& run : frame.pixels.set.runs) {
    for (std::size_t i = 0; i < run.count; ++i, ++pixel) {
      const double background = frame.background(pixel);
      sum += background;
      if (options.background == BackgroundKind::constant) continue;
      out.image[{run.first.slow, run.first.fast + i}] += static_cast<float>(background);
    }
  }
  out.background = sum / static_cast<double>(pixel);
  if (options.background == BackgroundKind::constant) {
    for (float& photons : out.image.pixels()) photons += static_cast<float>(out.background);
  }
  return out;
}

// ∂(Σ photons)/∂ln F is twice the photons of a reflection; with 2√photons as unit every
// coordinate has a curvature near 1 (Poisson).
void Objective::choose_amplitudes() {
  const StructureFactors& factors = *problem_.start.structure_factors;
  if (!factors.has_table()) {
    throw UsageError("no table of amplitudes to refine (all are -default_F)", "",
                     "give a starting table with -hkl");
  }
  std::vector<double> slopes(factors.table().size());
  for (std::size_t i = 0; i < pixels_.size(); ++i) {
    const Frame frame = frame_at(problem_.start, i);
    const auto ones = [](std::size_t, std::span<const double>, std::span<double> weights) {
      std::ranges::fill(weights, 1.0);
    };
    const auto by = render::gradient(frame.at, 0, frame.pixels.set.runs, ones,
                                     kernel::AmplitudeGradient::computed);
    for (std::size_t k = 0; k < slopes.size(); ++k) slopes[k] += by.amplitudes[k];
  }
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    const double amplitude = factors.table()[k];
    const double photons = slopes[k] * amplitude / 2.0;
    if (photons < kFewestPhotons) continue;
    amplitudes_.push_back({k, amplitude, 1.0 / (2.0 * std::sqrt(photons))});
    lower_.push_back(-std::numeric_limits<double>::infinity());
    upper_.push_back(std::numeric_limits<double>::infinity());
  }
}

}  // namespace nanobragg::refine
