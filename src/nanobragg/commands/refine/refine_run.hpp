// A whole refinement: reads, refines, and leaves everything in a folder.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/refine_request.hpp"

namespace nanobragg::commands {

// Where a run writes its messages; `interrupted` is called after every iteration, `progress` with
// how much of an evaluation of the loss is done, from several threads.
struct RefineConsole {
  std::function<void(const std::string&)> output;
  std::function<void(const std::string&)> warn;
  std::function<bool()> interrupted;
  std::function<void(double part)> progress;
};

// Writes refined.json, refined.toml, refined.expt, refined.mtz and refined.cif where amplitudes
// were refined, result.json, parameters.txt, history.csv, observed.png, before.png, after.png,
// residual.png and report.html. An error before the end leaves what was there.
refine::Result run_refinement(const RefineRequest& request,
                              const std::vector<std::string>& command_line,
                              const RefineConsole& console);

}  // namespace nanobragg::commands
