// Puts together the shot of a list that has one experiment, which no file holds.
#include "nanobragg/view/refining.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/observed/observed_geometry.hpp"
#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/commands/refine/shots/indexed_spots.hpp"
#include "nanobragg/commands/refine/shots/shot_recipe.hpp"
#include "nanobragg/commands/refine/shots/shot_settings.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/kernel/analytic/reflection_table.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/refine/shots/unique_reflections.hpp"
#include "nanobragg/view/refined_settings.hpp"

namespace nanobragg::view {
namespace {

using commands::IndexedShot;

Image<double> photons_of_frame(const commands::ObservedFrame& frame, const config::Job& start) {
  const PanelStack stack = stack_of(start.experiment.detector.panels);
  io::ObservedImage image = commands::read_frame(frame, stack.shape);
  commands::trust(image, start.origin.inputs.trusted, stack);
  return commands::photons_of(std::move(image), stack.shape, {}, frame.name(),
                              [](const std::string&) {})
      .image;
}

// The strongest spots that the start predicts; the others are their neighbours.
refine::ChosenBoxes boxes_of(const config::Job& start, const Image<double>& photons,
                             const commands::ShotChoice& choice) {
  auto predicted = kernel::analytic::predicted_reflections(
      plan::make_plan(start.experiment, compat::QuirkSet::physical()), start.compute.threads);
  std::ranges::stable_sort(predicted, std::greater(), [](const auto& p) { return p.photons; });
  std::vector<refine::SpotPlace> spots, neighbours;
  constexpr double kSeen = 0.02;
  for (const auto& reflection : predicted) {
    if (reflection.index == MillerIndex{} || reflection.partiality < kSeen) continue;
    auto& to = spots.size() < choice.spots ? spots : neighbours;
    to.push_back(commands::place_of(reflection));
  }
  if (spots.empty()) throw Error("the experiment predicts no spot on its detector");
  return refine::boxes_around({spots, neighbours, choice.margin}, start.experiment, photons.view());
}

// The shot, with what stands for a still that nothing is known of where the experiment says less.
IndexedShot shot_of(const config::Settings& closed, const commands::ObservedFrame& frame,
                    const commands::ShotsRequest& request) {
  IndexedShot shot{.number = 0,
                   .about = {},
                   .image = frame.file,
                   .start = config::resolve(config::read_inputs(closed)),
                   .data = {},
                   .left_out = {},
                   .invalid = {},
                   .groups = {}};
  Experiment& start = shot.start.experiment;
  // Planes stand for what is not crystal.
  start.water = Metre(0.0);
  start.slabs.clear();
  start.measured.clear();
  refine::ChosenBoxes chosen =
      boxes_of(shot.start, photons_of_frame(frame, shot.start), request.choice);
  constexpr std::size_t kLeastBoxes = 5;
  if (chosen.pixels.boxes.size() < kLeastBoxes) {
    throw Error(std::to_string(chosen.pixels.boxes.size()) +
                " of the predicted spots can be used (others are off the detector, not measured, "
                "or under one another); 5 are needed");
  }
  shot.data.pixels = std::move(chosen.pixels);
  const bool are_known =
      closed.hkl_file || closed.model_file || closed.dump_file || closed.experiment_file;
  const double sigma = commands::amplitude_choice(request.amplitudes, are_known).sigma;
  shot.data.reflections =
      refine::by_reflection(shot.data.pixels, commands::symmetry_of(shot.about), {1.0, sigma});
  shot.data.robust = {request.errors.robust};
  return shot;
}

}  // namespace

Refining::Refining(LiveExperiment& live, std::function<void()> changed)
    : live_(live), changed_(std::move(changed)) {}

Refining::~Refining() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Refining::begin(const commands::ObservedFrame& frame) {
  const SharedScene scene = live_.scene();
  const std::scoped_lock lock(mutex_);
  if (report_.state == RefiningState::running) throw UsageError("a refinement is running");
  if (!scene->has_crystal) throw UsageError("no crystal is known: there is nothing to refine");
  if (thread_.joinable()) thread_.join();
  is_stopping_ = false;
  report_ = {};
  report_.state = RefiningState::running;
  report_.image = frame.name();
  thread_ = std::thread([this, scene, frame] { run(scene, frame); });
}

void Refining::stop() { is_stopping_ = true; }

RefiningReport Refining::report() const {
  const std::scoped_lock lock(mutex_);
  return report_;
}

void Refining::run(const SharedScene& scene, const commands::ObservedFrame& frame) {
  std::string problem;
  try {
    refine(scene, frame);
    return;
  } catch (const std::exception& error) {
    problem = error.what();
  }
  const std::scoped_lock lock(mutex_);
  report_.state = RefiningState::failed;
  report_.problem = problem;
}

void Refining::refine(const SharedScene& scene, const commands::ObservedFrame& frame) {
  const commands::ShotsRequest request;
  config::Settings closed = scene->given;
  commands::take_closed_forms(closed);
  const IndexedShot shot = shot_of(closed, frame, request);
  refine::ShotRequest what = commands::shot_request(request, shot);
  what.interrupted = [this] {
    const std::scoped_lock lock(mutex_);
    ++report_.steps;
    return is_stopping_.load();
  };
  {
    const std::scoped_lock lock(mutex_);
    report_.boxes = shot.data.pixels.boxes.size();
  }
  refine::ShotResult result = refine::refine_shot(
      shot.data, shot.start.experiment, what, [this](const refine::StageReport& stage) {
        const std::scoped_lock lock(mutex_);
        report_.stages.push_back(stage);
        return is_stopping_ ? refine::Flow::stop : refine::Flow::go_on;
      });
  if (!is_stopping_) {
    live_.replace(refined_settings(closed, result.experiment));
    changed_();
  }
  const std::scoped_lock lock(mutex_);
  report_.result = std::move(result);
  report_.state = RefiningState::done;
}

}  // namespace nanobragg::view
