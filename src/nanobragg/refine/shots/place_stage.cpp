// Minimises errors of places a few times, as what is usual among them becomes less.
#include "nanobragg/refine/shots/place_stage.hpp"

#include <array>
#include <utility>
#include <vector>

#include "nanobragg/refine/minimise.hpp"
#include "nanobragg/refine/shots/spot_places.hpp"
#include "nanobragg/refine/trust_region.hpp"

namespace nanobragg::refine {
namespace {

using Id = plan::ParameterId;

std::vector<Id> that_move_spots(const ShotRequest& request, const Experiment& experiment) {
  std::vector<Id> out;
  for (const Id id : request.parameters.ids) {
    const bool moves_spots = stage_of(id) == ShotStage::orientation || is_of_cell(id);
    if (moves_spots && plan::why_without_effect(id, experiment).empty()) out.push_back(id);
  }
  return out;
}

// Far from its place, a detector goes by many of the steps that show clearly in an image.
constexpr double kMostSteps = 50.0;

// Leaves out what the places do not determine; the report says what.
FreeParameters seen_of(FreeParameters free, const PlaceLoss& loss, StageReport& report) {
  const auto at = loss.evaluate(std::vector<double>(loss.size()), Wanted::information);
  const std::vector<bool> seen =
      at ? determined(at->normal, loss.usual_step(), kMostSteps) : std::vector<bool>(loss.size());
  report.free.clear();
  report.held.clear();
  std::vector<FreeParameter> list;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    (seen[i] ? report.free : report.held).push_back(free.list[i].name);
    if (seen[i]) list.push_back(std::move(free.list[i]));
  }
  free.list = std::move(list);
  return free;
}

}  // namespace

std::optional<StageReport> fit_places(std::span<const SpotBox> boxes, const ShotRequest& request,
                                      ShotParameters& parameters) {
  const std::vector<Id> ids = that_move_spots(request, parameters.experiment());
  if (ids.empty()) return std::nullopt;
  const auto apart = [&](const ShotParameters& at) {
    return median_distance(place_errors(boxes, at.experiment()));
  };
  StageReport report{.stage = ShotStage::places};
  ShotParameters trial = parameters;
  const Monitor nobody;
  constexpr int kRounds = 3;
  constexpr double kEnough = 1e-3;
  for (int round = 0; round < kRounds; ++round) {
    const FreeParameters all = trial.coordinates(ids, Motions::taken);
    const FreeParameters free =
        seen_of(all, PlaceLoss(boxes, trial.experiment(), all, trial.restraints(all)), report);
    if (free.list.empty()) return report;
    const PlaceLoss loss(boxes, trial.experiment(), free, trial.restraints(free));
    Recorder recorder(nobody);
    Minimum minimum{.x = std::vector<double>(loss.size()), .why = {}, .history = {}};
    solve(loss, minimum, request.iterations, recorder, kEnough);
    report.iterations += static_cast<int>(recorder.history().size());
    trial.take(free, minimum.x);
    if (const auto at = loss.evaluate(minimum.x, Wanted::loss)) {
      report.reduced_chi_squared = at->chi_squared / static_cast<double>(loss.pixels());
    }
  }
  report.apart = std::array{apart(parameters), apart(trial)};
  if (report.apart->back() < report.apart->front()) parameters = trial;
  return report;
}

}  // namespace nanobragg::refine
