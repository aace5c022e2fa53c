// A refinement of indexed shots as its command line states it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/refine_request.hpp"

namespace nanobragg::commands {

struct ShotsRequest {
  std::string experiments;                 // a .expt file of DIALS
  std::optional<std::string> reflections;  // its .refl file; unset: spots are predicted
  std::optional<std::string> shots;        // which experiments, from 0: "0-9,12"; unset: all
  ObservedFiles observed;                  // gain and offset; files where the .expt names none
  std::string recipe = "still";
  std::optional<std::string> parameters;  // names, groups; unset: those of the recipe
  std::string amplitudes = "auto";        // fixed, restrained[:SIGMA], free
  std::string crystal_system = "auto";
  std::vector<std::string> restraints, bounds;
  std::optional<double> read_noise, spot_error;  // of the error model; unset: estimated
  double robust = 3.0;
  std::size_t spots = 500;  // of a shot, at most
  std::size_t margin = 4;   // pixels of a box beyond its spot
  int iterations = 30;
  int rounds = 0;  // of all shots, each with the amplitudes of the one before; 0: 3 where several
  std::string folder;
  std::vector<std::string> flags;
};

}  // namespace nanobragg::commands
