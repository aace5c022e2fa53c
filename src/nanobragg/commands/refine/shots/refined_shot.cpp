// Pairs measured spots with predicted ones.
#include "nanobragg/commands/refine/shots/refined_shot.hpp"

#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {
namespace {

using kernel::analytic::PredictedReflection;
using Predictions = std::vector<std::optional<PredictedReflection>>;

// The same reflection of another lattice of the crystal: where the light of both falls.
void add_lattice(const PredictedReflection& other, PredictedReflection& to) {
  const double photons = to.photons + other.photons;
  const double share = photons > 0.0 ? other.photons / photons : 0.0;
  const auto mean = [&](double& here, double there) { here += share * (there - here); };
  const auto spread = [&](double& here, double there, double apart) {
    here = std::sqrt((1.0 - share) * here * here + share * there * there +
                     share * (1.0 - share) * apart * apart);
  };
  kernel::analytic::PlaceOnPanel& at = to.place;
  spread(at.fast_deviation, other.place.fast_deviation, other.place.fast - at.fast);
  spread(at.slow_deviation, other.place.slow_deviation, other.place.slow - at.slow);
  mean(at.fast, other.place.fast);
  mean(at.slow, other.place.slow);
  mean(to.partiality, other.partiality);
  to.photons = photons;
}

Predictions predictions_of(const refine::BoxedPixels& pixels, const Experiment& experiment,
                           std::size_t threads) {
  using Key = std::pair<std::size_t, MillerIndex>;
  std::map<Key, PredictedReflection> found;
  std::set<MillerIndex> indices;
  for (const refine::SpotBox& box : pixels.boxes) indices.insert(box.spot.index);
  for (const PredictedReflection& r : kernel::analytic::predicted_reflections(
           plan::make_plan(experiment, compat::QuirkSet::physical()), threads,
           [&](const MillerIndex& index) { return indices.contains(index); })) {
    const auto [at, is_first] = found.emplace(Key{r.place.panel, r.index}, r);
    if (!is_first) add_lattice(r, at->second);
  }
  Predictions out;
  for (const refine::SpotBox& box : pixels.boxes) {
    const auto at = found.find(Key{box.spot.panel, box.spot.index});
    out.push_back(at == found.end() ? std::nullopt : std::optional(at->second));
  }
  return out;
}

PlaceResiduals residuals_of(const refine::BoxedPixels& pixels, const Predictions& predicted) {
  PlaceResiduals out;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    if (!predicted[i]) continue;
    const refine::SpotPlace& measured = pixels.boxes[i].spot;
    out.fast += std::pow(predicted[i]->place.fast - measured.fast, 2);
    out.slow += std::pow(predicted[i]->place.slow - measured.slow, 2);
    ++out.spots;
  }
  if (out.spots == 0) return out;
  out.fast = std::sqrt(out.fast / static_cast<double>(out.spots));
  out.slow = std::sqrt(out.slow / static_cast<double>(out.spots));
  return out;
}

}  // namespace

void judge_places(RefinedShot& shot) {
  const refine::BoxedPixels& pixels = shot.shot->data.pixels;
  const std::size_t threads = shot.shot->start.compute.threads;
  shot.predicted = predictions_of(pixels, shot.result->experiment, threads);
  if (!shot.shot->data.has_measured_places) return;
  shot.before = residuals_of(pixels, predictions_of(pixels, shot.shot->start.experiment, threads));
  shot.after = residuals_of(pixels, shot.predicted);
}

}  // namespace nanobragg::commands
