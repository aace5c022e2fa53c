// Compares two programs on a list of named command lines.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "nanobragg/commands/compare/compare_options.hpp"
#include "nanobragg/commands/compare/compare_programs.hpp"
#include "nanobragg/compare/report.hpp"

namespace nanobragg::commands {

struct MatrixCase {
  std::string name;  // of its folder too
  std::vector<std::string> flags;
};

struct CompareMatrix {
  std::filesystem::path folder;  // that file names in the flags are relative to
  std::vector<MatrixCase> cases;
};

// A TOML file: `inputs`, a folder relative to the file's own (which it is where the key is
// missing), and `[[case]]` tables with a `name` and `flags`, which are a text of words between
// spaces or a list of words. Throws Error with the place for what is not such a file.
CompareMatrix read_matrix(const std::filesystem::path& file);

// Runs the cases in their order, each with its evidence in a folder of its name below
// options.folder, and after each calls `report_line` with what it came to: verdict, name, figures
// or problem.
std::vector<compare::Report> compare_matrix(
    const CompareMatrix& matrix, const ProgramPair& programs, const CompareOptions& options,
    const std::function<void(const std::string& line)>& report_line);

}  // namespace nanobragg::commands
