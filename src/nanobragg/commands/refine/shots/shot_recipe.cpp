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
  if (recipe == "still") return "scale,b_factor,misset,N,mosaic_spread,divergence,bandwidth,cell";
  if (recipe == "geometry") {
    return "scale,b_factor,misset,N,mosaic_spread,divergence,bandwidth,cell,distance,beam_centre,"
           "tilt";
  }
  throw UsageError(fmt::format("unknown recipe '{}'", recipe), "--recipe", "still or geometry");
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
    const bool is_named = request.common.shared ? std::ranges::find(ids, id) != ids.end()
                                                : refine::stage_of(id) == refine::ShotStage::all;
    if (is_motion ? groups : is_named) out.push_back(p.parameter.name);
  }
  return out;
}

}  // namespace nanobragg::commands
