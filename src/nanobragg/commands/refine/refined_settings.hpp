// The settings of a refined experiment: the starting ones with other values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/refine/problem.hpp"

namespace nanobragg::commands {

// Files that the settings may name.
inline constexpr const char* kRefinedMatrix = "refined.mat";
inline constexpr const char* kRefinedAmplitudes = "refined.hkl";
inline constexpr const char* kRefinedGeometry = "refined.expt";

// A file that the settings name, beside them.
struct CompanionFile {
  std::filesystem::path path;
  std::string text;
};

struct RefinedSettings {
  config::Settings settings;
  std::vector<CompanionFile> files;  // refined.mat, refined.hkl, refined.expt where they are needed
};

// Outputs of the run are left out, so that repeating it overwrites nothing. Paths of files are
// relative to the working directory, as those of the flags.
RefinedSettings refined_settings(const config::Resolved& start, const refine::Result& result,
                                 const std::filesystem::path& folder);

// Parameters that `again`, resolved from refined settings, does not have as the result has them:
// those that no flag can say.
std::vector<std::string> lost_parameters(const refine::Result& result,
                                         const config::Resolved& again);

}  // namespace nanobragg::commands
