// Sums over the boxes of a shot.
#include "nanobragg/commands/refine/shots/shot_judgement.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <span>

#include "nanobragg/base/sample_statistics.hpp"
#include "nanobragg/refine/shots/shot_start.hpp"

namespace nanobragg::commands {
namespace {

BoxesJudged judged(const RefinedShot& shot, std::span<const std::size_t> boxes) {
  BoxesJudged out{.boxes = boxes.size()};
  std::vector<double> correlations;
  std::array<double, 2> squares{};
  std::size_t places = 0;
  for (const std::size_t i : boxes) {
    const refine::SpotPlace& spot = shot.shot->data.pixels.boxes[i].spot;
    const refine::SpotFit& fit = shot.result->after.spots[i];
    out.panel = spot.panel;
    out.chi_squared += fit.chi_squared;
    correlations.push_back(fit.correlation);
    const auto& predicted = shot.predicted[i];
    if (!predicted) continue;
    const double spacing = predicted->spacing_A;
    out.largest_A = std::max(out.largest_A, spacing);
    out.smallest_A = places == 0 ? spacing : std::min(out.smallest_A, spacing);
    squares[0] += std::pow(predicted->place.fast - spot.fast, 2);
    squares[1] += std::pow(predicted->place.slow - spot.slow, 2);
    ++places;
  }
  out.chi_squared /= static_cast<double>(boxes.size());
  out.correlation = median(std::move(correlations));
  if (places > 0 && shot.after.spots > 0) {
    const auto of = [&](double sum) { return std::sqrt(sum / static_cast<double>(places)); };
    out.off = {of(squares[0]), of(squares[1])};
  }
  return out;
}

}  // namespace

std::vector<double> deviations_of(const RefinedShot& shot) {
  const refine::ShotData& data = shot.shot->data;
  const refine::ModelOfPixels& model = shot.result->model_after;
  const std::vector<double> variances = refine::model_variances(shot.result->errors, data, model);
  std::vector<double> out;
  for (std::size_t j = 0; j < data.pixels.size(); ++j) {
    out.push_back((data.pixels.observed[j] - model.expected(j)) / std::sqrt(variances[j]));
  }
  return out;
}

double DeviationHistogram::normal_count(std::size_t bin) const {
  const auto below = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
  const double z = middle(bin), half = 0.5 * kStep;
  return static_cast<double>(total) * (below(z + half) - below(z - half));
}

DeviationHistogram histogram_of(const std::vector<double>& deviations) {
  using Histogram = DeviationHistogram;
  Histogram out;
  out.counts.resize(
      static_cast<std::size_t>(std::lround(2.0 * Histogram::kEnd / Histogram::kStep)));
  double sum = 0.0, squares = 0.0;
  for (const double z : deviations) {
    ++out.total;
    if (!(std::abs(z) < Histogram::kEnd)) {
      ++out.beyond;
      continue;
    }
    ++out.counts[static_cast<std::size_t>((z + Histogram::kEnd) / Histogram::kStep)];
    sum += z;
    squares += z * z;
  }
  const auto within = static_cast<double>(std::max<std::size_t>(out.total - out.beyond, 1));
  out.mean = sum / within;
  out.width = std::sqrt(std::max(squares / within - out.mean * out.mean, 0.0));
  return out;
}

std::vector<BoxesJudged> by_resolution(const RefinedShot& shot) {
  std::vector<std::size_t> boxes;
  for (std::size_t i = 0; i < shot.predicted.size(); ++i) {
    if (shot.predicted[i]) boxes.push_back(i);
  }
  std::ranges::stable_sort(boxes, std::greater(),
                           [&](std::size_t i) { return shot.predicted[i]->spacing_A; });
  constexpr std::size_t kMostShells = 10, kLeastBoxes = 10;
  const std::size_t shells = std::clamp(boxes.size() / kLeastBoxes, std::size_t{1}, kMostShells);
  std::vector<BoxesJudged> out;
  for (std::size_t i = 0; i < shells; ++i) {
    const std::size_t from = i * boxes.size() / shells, to = (i + 1) * boxes.size() / shells;
    if (from < to) out.push_back(judged(shot, std::span(boxes).subspan(from, to - from)));
  }
  return out;
}

std::vector<BoxesJudged> by_panel(const RefinedShot& shot) {
  std::map<std::size_t, std::vector<std::size_t>> boxes;
  const auto& all = shot.shot->data.pixels.boxes;
  for (std::size_t i = 0; i < all.size(); ++i) boxes[all[i].spot.panel].push_back(i);
  std::vector<BoxesJudged> out;
  for (const auto& [panel, own] : boxes) out.push_back(judged(shot, own));
  return out;
}

}  // namespace nanobragg::commands
