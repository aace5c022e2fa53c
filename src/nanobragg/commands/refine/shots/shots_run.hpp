// Refines the shots of a list one by one, and leaves everything in a folder.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/commands/refine/refine_run.hpp"
#include "nanobragg/commands/refine/shots/shot_rounds.hpp"
#include "nanobragg/commands/refine/shots/shots_request.hpp"

namespace nanobragg::commands {

// How many shots ended how.
struct ShotsOutcome {
  std::size_t refined = 0, failed = 0;
};

// A shot that fails is a row with its reason. A run that was interrupted goes on where it was; what
// it leaves is the same, byte for byte, for any number of runs, ranks, shards and threads. Called
// by all ranks. Throws UsageError and Error where none can be begun, RunAgain where it was asked to
// stop, a disk is full, or shots of other shards are not there yet.
ShotsOutcome run_shots(const ShotsRequest& request, const ShotsShare& share,
                       const std::vector<std::string>& command_line, const RefineConsole& console);

}  // namespace nanobragg::commands
