// Turns words into the request of a shot.
#include "nanobragg/commands/refine/shots/shot_recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/variables.hpp"
#include "nanobragg/refine/shots/panel_groups.hpp"

namespace nanobragg::commands {
namespace {

const char* parameters_of_recipe(const std::string& recipe) {
  if (recipe == "still") {
    return "scale,b_factor,misset,N,mosaic_spread,mosaic_turns,divergence,bandwidth,cell";
  }
  if (recipe == "geometry") {
    return "scale,b_factor,misset,N,mosaic_spread,mosaic_turns,divergence,bandwidth,cell,distance,"
           "beam_centre,tilt";
  }
  throw UsageError(fmt::format("unknown recipe '{}'", recipe), "--recipe", "still or geometry");
}

// The turns and weights of further lattices, relative to the first.
void add_lattices(const Experiment& experiment, std::vector<plan::ParameterId>& ids) {
  const std::size_t count = std::min(experiment.lattices.size(), kMostRefinedLattices);
  for (std::size_t i = 1; i < count; ++i) {
    for (std::size_t axis = 0; axis < 3; ++axis) ids.push_back(plan::lattice_turn(i, axis));
    ids.push_back(plan::lattice_weight(i));
  }
}

// A detector that its file places by vectors, or of several panels, has no distance, beam centre
// and tilt of its own: it moves as one body.
struct OfDetector {
  plan::ParameterId id;
  std::string motion;
};
const std::array kOfDetector{OfDetector{plan::ParameterId::distance, "detector.shift_normal"},
                             OfDetector{plan::ParameterId::beam_fast, "detector.shift_fast"},
                             OfDetector{plan::ParameterId::beam_slow, "detector.shift_slow"},
                             OfDetector{plan::ParameterId::tilt_x, "detector.turn_fast"},
                             OfDetector{plan::ParameterId::tilt_y, "detector.turn_slow"},
                             OfDetector{plan::ParameterId::tilt_z, "detector.turn_normal"}};

// Those motions in place of the parameters; of none where groups of its panels move.
void move_detector(const IndexedShot& shot, const ShotsRequest& request, refine::ShotRequest& out) {
  const Experiment& experiment = shot.start.experiment;
  refine::RigidGroup whole{.name = "detector", .panels = {}, .tilts = true};
  for (std::size_t i = 0; i < experiment.detector.panels.size(); ++i) whole.panels.push_back(i);
  for (refine::NamedMotion& motion : refine::motions_of(whole, experiment.detector)) {
    const auto of = std::ranges::find(kOfDetector, motion.name, &OfDetector::motion);
    const auto asked = std::ranges::find(out.parameters.ids, of->id);
    if (asked == out.parameters.ids.end()) continue;
    if (plan::why_without_effect(of->id, experiment).empty()) continue;
    out.parameters.ids.erase(asked);
    const bool by_groups = !shot.groups.empty() && !request.parameters;
    if (!by_groups) out.motions.push_back(std::move(motion));
  }
}

}  // namespace

refine::ShotRequest shot_request(const ShotsRequest& request, const IndexedShot& shot) {
  const config::Job& start = shot.start;
  const std::size_t panels = start.experiment.detector.panels.size();
  refine::ShotRequest out;
  const std::string words = request.parameters.value_or(parameters_of_recipe(request.recipe));
  const plan::NamedVariables variables =
      plan::find_variables(plan::split_names(std::array{words}), panels);
  for (const plan::Variable& variable : variables.list) {
    const auto* const id = std::get_if<plan::ParameterId>(&variable);
    if (id == nullptr) {
      throw UsageError("amplitudes by name", "--parameters",
                       "--amplitudes restrained or free refines those of all spots");
    }
    out.parameters.ids.push_back(*id);
  }
  if (variables.every_amplitude) {
    throw UsageError("F among the parameters of a shot", "--parameters",
                     "--amplitudes restrained or free refines those of all spots");
  }
  if (!request.parameters) add_lattices(start.experiment, out.parameters.ids);
  move_detector(shot, request, out);
  out.equal_cells = !request.parameters;
  // Words of what is shared are read before the work, too.
  if (request.common.shared) shared_names(request, {.experiment = start.experiment});
  const bool is_open = request.crystal_system == "auto";
  out.parameters.system =
      system_of(is_open && shot.about.system ? *shot.about.system : request.crystal_system);
  // An indexed cell obeys its symmetry as well as it was refined.
  out.parameters.tolerance = {1e-3, 2e-3};
  out.parameters.bounds = bounds_of(request.limits.bounds, panels);
  out.restraints = restraints_of(request.limits.restraints, panels);
  out.estimates_errors = !(request.errors.read_noise && request.errors.of_spots);
  if (request.errors.read_noise) out.errors.read_noise = *request.errors.read_noise;
  if (request.errors.of_spots) out.errors.of_spots = *request.errors.of_spots;
  out.iterations = request.effort.iterations;
  for (const io::ListedGroup& group : shot.groups) {
    const std::string name = fmt::format("group[{}]", &group - shot.groups.data());
    for (refine::NamedMotion& motion :
         refine::motions_of({name, group.panels}, start.experiment.detector)) {
      out.motions.push_back(std::move(motion));
    }
  }
  out.compute = {start.compute.kernel, start.compute.threads};
  return out;
}

std::vector<std::string> shared_names(const ShotsRequest& request,
                                      const refine::ShotResult& result) {
  const bool is_geometry = request.recipe == "geometry";
  if (!request.common.shared && !is_geometry) return {};
  std::vector<std::string> words;
  if (request.common.shared) words = plan::split_names(std::array{*request.common.shared});
  const bool groups = !request.common.shared || std::erase(words, "group") > 0;
  const std::vector<plan::ParameterId> ids = plan::find_parameters(words);
  std::vector<std::string> out;
  for (const refine::RefinedParameter& p : result.parameters) {
    const plan::ParameterId id = p.parameter.ids.front();
    const bool is_motion = !p.parameter.weights.empty();
    const auto of = std::ranges::find(kOfDetector, p.parameter.name, &OfDetector::motion);
    const bool is_of_detector =
        of != kOfDetector.end() && std::ranges::find(ids, of->id) != ids.end();
    const bool is_named = request.common.shared ? std::ranges::find(ids, id) != ids.end()
                                                : refine::stage_of(id) == refine::ShotStage::all;
    if (is_of_detector || (is_motion ? groups : is_named)) out.push_back(p.parameter.name);
  }
  return out;
}

}  // namespace nanobragg::commands
