// The refined experiment as files: whole for this program, and in parts for others.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/refine/problem.hpp"

namespace nanobragg::commands {

inline constexpr const char* kRefinedExperiment = "refined.json";
inline constexpr const char* kRefinedSettings = "refined.toml";
inline constexpr const char* kRefinedGeometry = "refined.expt";
inline constexpr const char* kRefinedMtz = "refined.mtz";
inline constexpr const char* kRefinedCif = "refined.cif";

struct NamedText {
  std::string name;  // of a file in the folder of the results
  std::string text;
};

// refined.json, the experiment; refined.toml; refined.expt, for DIALS; refined.mtz and refined.cif,
// the amplitudes, where some were refined.
std::vector<NamedText> refined_files(const config::Job& start, const refine::Result& result);

// A file for -config that names refined.json beside it, and holds how the start was computed and
// read out. The outputs of the run are left out, so that repeating it overwrites nothing.
std::string refined_toml(const config::Job& start);

}  // namespace nanobragg::commands
