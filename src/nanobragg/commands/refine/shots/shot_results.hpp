// The files that a refinement of shots leaves.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/shot_rounds.hpp"

namespace nanobragg::commands {

// Their names in the folder, and those of the pages of many shots.
std::vector<std::string> result_files(const std::vector<std::size_t>& shots);

// What a run has found. Shots are read one by one, so that their number costs a row each.
struct FoundShots {
  const ShotSource* source;
  const ShotStore* store;
  RoundsResult rounds;
};

// Lists, tables, amplitudes and pages in `folder`. Returns a table of the amplitudes for people;
// empty where there is none. Throws Error where a file cannot be written.
std::string write_results(const std::filesystem::path& folder, const FoundShots& found,
                          const std::vector<std::string>& command_line);

}  // namespace nanobragg::commands
