// How the crystal turned while observed images were taken, as their files say it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::commands {

// A direction along the axes of a panel, whatever the laboratory frame.
struct PanelDirection {
  double fast, slow;
};

// Of one exposure. What a file does not say is unset.
struct Turning {
  std::optional<double> start_deg, range_deg;
  std::optional<PanelDirection> axis;  // of the spindle
  // Of this program's own sweeps: how each image was sampled.
  std::optional<long> steps;
  std::optional<bool> in_middle;
  // Of its stills, each of which has an orientation of its own.
  bool is_of_stills = false;
};

// From the header of a CBF or SMV image, the axes of an NXmx file, and the settings that a sweep
// leaves in its file or beside its images.
Turning turning_of(const ObservedFrame& frame);

using Tell = std::function<void(const std::string&)>;

// What neither the settings nor a geometry file of theirs say is taken from the first frame, and
// told.
config::Settings with_turning(config::Settings settings, const ObservedFrames& frames,
                              const Tell& tell);

// Warns where the first or the last frame says another angle or width than the experiment gives it.
void check_turning(const ObservedFrames& frames, const Experiment& experiment, const Tell& warn);

}  // namespace nanobragg::commands
