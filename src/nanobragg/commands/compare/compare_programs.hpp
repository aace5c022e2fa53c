// Runs two programs on the same simulation flags and compares the images that they write.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/commands/compare/compare_options.hpp"
#include "nanobragg/compare/report.hpp"

namespace nanobragg::commands {

struct Program {
  std::string name;                    // as one types it in a shell
  std::vector<std::string> own_flags;  // given to this program alone, before the common flags
};

struct ProgramPair {
  Program reference;
  Program candidate;
};

// The arguments of both programs, and where relative file names in them start.
struct SimulationFlags {
  std::vector<std::string> flags;
  std::filesystem::path folder;
};

// Each program runs in an empty folder of its own below options.folder, reference/files and
// candidate/files, with `-floatfile float.bin` added; its arguments and what it printed stand
// beside that. A program that cannot be run, fails, or writes no float image of the right size is
// reported, not thrown. Throws UsageError for a region outside the image, Error where the folder is
// in use or cannot be written.
compare::Report compare_programs(const ProgramPair& programs, const SimulationFlags& flags,
                                 const CompareOptions& options);

}  // namespace nanobragg::commands
