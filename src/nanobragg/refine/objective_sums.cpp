// One pass over the pixels an evaluation: small matrices a chunk, added in the order of the
// chunkes.
#include <algorithm>
#include <utility>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/refine/normal_sums.hpp"
#include "nanobragg/refine/objective.hpp"

namespace nanobragg::refine {
namespace {

// The coordinates that pixels of a chunk see; few of the amplitudes are among them.
std::vector<SeenCoordinate> seen_in(const image::JacobianRows& chunk,
                                    std::span<const double> slopes, std::size_t parameters) {
  std::vector<SeenCoordinate> seen;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const auto row = chunk.rows.subspan(i * chunk.stride, chunk.photons.size());
    const bool shows =
        i < parameters || std::ranges::any_of(row, [](double d) { return d != 0.0; });
    if (shows) seen.push_back({i, slopes[i]});
  }
  return seen;
}

std::vector<SeenCoordinate> all_of(std::span<const double> slopes) {
  std::vector<SeenCoordinate> all;
  for (std::size_t i = 0; i < slopes.size(); ++i) all.push_back({i, slopes[i]});
  return all;
}

}  // namespace

double Objective::Frame::background(std::size_t pixel) const {
  return backgrounds[pixels.group[pixel]].at(pixels.basis[pixel]);
}

void Objective::for_each_frame(std::span<const double> x,
                               const std::function<void(Frame&)>& visit) const {
  const Experiment experiment = experiment_at(x);
  std::optional<image::Differentiable> at;
  for (std::size_t i = 0; i < pixels_.size(); ++i) {
    const std::size_t observation = pixels_[i].observation;
    const bool is_next = i == 0 || observation != pixels_[i - 1].observation;
    if (is_next) at.emplace(differentiable(experiment, observation));
    Frame frame = frame_of(*at, x, i);
    visit(frame);
  }
}

// The panel and observation of pixels_[i], with backgrounds that are known already where they are.
Objective::Frame Objective::frame_of(const image::Differentiable& at, std::span<const double> x,
                                     std::size_t i) const {
  const Options& options = problem_.options;
  const PanelPixels& pixels = pixels_[i];
  Frame frame{at, pixels, std::vector<Background>(pixels.set.groups.size()), {}};
  if (options.background == BackgroundKind::none) return frame;
  if (knows(x)) {
    frame.backgrounds = known_->backgrounds[i];
    return frame;
  }
  frame.photons = image::photons_of(at, pixels.panel, pixels.set.runs);
  parallel_for(pixels.set.groups.size(), options.threads, [&](std::size_t k) {
    const PixelGroup& group = pixels.set.groups[k];
    frame.backgrounds[k] =
        fit_background(options.background, loss_,
                       {std::span(pixels.basis).subspan(group.first, group.count),
                        std::span(frame.photons).subspan(group.first, group.count),
                        std::span(pixels.observed).subspan(group.first, group.count)});
  });
  return frame;
}

void Objective::add_loss(const Frame& frame, Sums& to) const {
  const std::vector<double> photons =
      frame.photons.empty() ? image::photons_of(frame.at, frame.pixels.panel, frame.pixels.set.runs)
                            : frame.photons;
  for (std::size_t i = 0; i < photons.size(); ++i) {
    const PixelLoss loss =
        pixel_loss(loss_, photons[i] + frame.background(i), frame.pixels.observed[i]);
    to.loss += loss.value;
    to.chi_squared += loss.deviation;
  }
}

void Objective::add_gradient(const Frame& frame, std::span<const double> x, Sums& to) const {
  std::vector<PixelLoss> losses(frame.pixels.set.size());
  const auto weigh = [&](std::size_t first, std::span<const double> photons,
                         std::span<double> weights) {
    for (std::size_t i = 0; i < photons.size(); ++i) {
      const std::size_t pixel = first + i;
      losses[pixel] =
          pixel_loss(loss_, photons[i] + frame.background(pixel), frame.pixels.observed[pixel]);
      weights[i] = losses[pixel].slope;
    }
  };
  const auto by = image::gradient(frame.at, frame.pixels.panel, frame.pixels.set.runs, weigh,
                                  amplitudes_.empty() ? kernel::AmplitudeGradient::left_out
                                                      : kernel::AmplitudeGradient::computed);
  const std::vector<double> slopes = slopes_at(x);
  const auto& list = parameters_.list;
  for (std::size_t p = 0; p < list.size(); ++p) {
    for (const plan::ParameterId id : list[p].ids) to.gradient[p] += slopes[p] * by.parameters[id];
  }
  if (!amplitudes_.empty()) {
    const auto reflections = by.by_reflection(*frame.at.experiment().structure_factors);
    for (std::size_t i = list.size(); i < slopes.size(); ++i) {
      to.gradient[i] += slopes[i] * reflections[amplitudes_[i - list.size()].reflection];
    }
  }
  for (const PixelLoss& loss : losses) {
    to.loss += loss.value;
    to.chi_squared += loss.deviation;
  }
}

void Objective::add_normal(const Frame& frame, std::span<const double> x, Wanted wanted,
                           Sums& to) const {
  const auto& list = parameters_.list;
  std::vector<double> slopes = slopes_at(x);
  slopes.resize(matrix_size());
  image::Directions directions;
  for (const auto& parameter : list) directions.parameters.push_back(parameter.ids);
  std::vector<std::size_t> positions;
  for (std::size_t i = list.size(); i < slopes.size(); ++i) {
    positions.push_back(amplitudes_[i - list.size()].position);
  }
  directions.amplitudes = positions;
  const auto& runs = frame.pixels.set.runs;
  std::vector<NormalSums> parts(kernel::chunk_count(runs), NormalSums({}));
  const auto add = [&](const image::JacobianRows& chunk) {
    NormalSums& part = parts[chunk.index];
    part = NormalSums(seen_in(chunk, slopes, list.size()));
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
  };
  image::for_each_jacobian_chunk(frame.at, frame.pixels.panel, runs, directions, add);
  NormalSums total(all_of(slopes));
  for (const NormalSums& part : parts) total.add(part);
  total.eliminate(frame.backgrounds);
  to.loss += total.loss();
  to.chi_squared += total.chi_squared();
  for (std::size_t i = 0; i < to.gradient.size(); ++i) to.gradient[i] += total.gradient()[i];
  for (std::size_t i = 0; i < to.normal.size(); ++i) to.normal[i] += total.normal()[i];
}

}  // namespace nanobragg::refine
