// An experiment as it is shown: what the user said, what that means, and how it is sampled.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/kernel/analytic/reflection_table.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/view/picture.hpp"

namespace nanobragg::view {

// Immutable: what is shown of it may be made in several threads.
struct Scene {
  std::uint64_t version = 0;  // rises with every change
  config::Settings given;     // what a command line or a TOML file says
  config::Job job;
  bool has_crystal = true;  // else that of the experiment stands for none
  // Whether amplitudes reach as far as the detector now does; a moved detector shows the old ones
  // at first.
  bool is_exact = true;
};
using SharedScene = std::shared_ptr<const Scene>;

// Thrown through a computation whose result nobody waits for any more.
struct Dropped {};

// What a computation asks, from several threads, whether it should go on.
using Wanted = std::function<bool()>;

// The image of expected photons. Throws Dropped where it is not wanted any more, Error for what
// cannot be rendered.
Level rendered(const Scene& scene, const Wanted& wanted);

// The same with pixels of 2^level by 2^level, in photons a pixel of the detector: as coarse as it
// is shown, and as fast as it moves. One Level a panel; of a detector of one panel, `part` of it.
// Pixels are sampled once.
struct CoarsePart {
  std::size_t level = 0;
  // In pixels of the level; no rows: all.
  std::size_t first_slow = 0, first_fast = 0, rows = 0, columns = 0;
};
std::vector<Level> rendered_coarsely(const Scene& scene, const CoarsePart& part);

// The shapes of the panels, which stand one below the other in an image.
std::vector<ImageShape> panel_shapes(const Experiment& experiment);

// Where reflections fall. Spots of crystals without a closed form are those of a crystal as large,
// and as mosaic, of Gaussian shape. Nothing without a crystal.
std::vector<kernel::analytic::PredictedReflection> predictions(const Scene& scene);

// The experiment with spots in closed form.
Experiment in_closed_form(Experiment experiment);

}  // namespace nanobragg::view
