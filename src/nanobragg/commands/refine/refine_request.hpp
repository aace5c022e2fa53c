// A refinement as its command line states it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/refine/problem.hpp"

namespace nanobragg::commands {

struct ObservedFiles {
  std::vector<std::string> files;     // and patterns: consecutive frames of one sweep
  std::optional<std::string> frames;  // which of them, "1-20,25"; unset: all
  std::optional<double> offset;       // readings of no photon; unset: as the file says, or -adc
  std::optional<double> gain;         // readings a photon; unset: as the file says, or 1
  io::ExternalFiles external = io::ExternalFiles::beside;
};

struct RefineRequest {
  ObservedFiles observed;
  std::vector<std::string> parameters;  // names, groups, F or F(h,k,l)
  std::string pixels = "all";           // all, roi:FILE, spots, spots:N:HALF, random:N:SEED
  std::string method = "lm";
  std::string background = "none";  // none, constant, plane-per-spot
  std::string crystal_system = "auto";
  std::vector<std::string> restraints;  // name=value:sigma, users' units
  std::vector<std::string> bounds;      // name=lower:upper
  refine::LossOptions loss;
  int iterations = 0;
  std::string folder;
  std::vector<std::string> flags;  // of the starting experiment
};

// Unset for "auto". The words are those of --crystal-system, --bound (name=lower:upper) and
// --restraint (name=value:sigma), in users' units. Throws UsageError.
std::optional<refine::CrystalSystem> system_of(const std::string& word);
std::vector<refine::Bound> bounds_of(const std::vector<std::string>& words, std::size_t panels);
std::vector<refine::Restraint> restraints_of(const std::vector<std::string>& words,
                                             std::size_t panels);

// All but the observations. Throws UsageError, and Error for a file of boxes that cannot be read.
refine::Problem make_problem(const RefineRequest& request, const config::Job& start);

// Frames of one sweep, each turned on by its place in it. `warn` gets what does not count.
// Throws UsageError, for a series that was not chosen of a crystal that does not turn too, and
// Error.
std::vector<refine::Observation> read_observations(
    const ObservedFiles& observed, const ObservedFrames& frames, const config::Job& start,
    const std::function<void(const std::string&)>& warn);

}  // namespace nanobragg::commands
