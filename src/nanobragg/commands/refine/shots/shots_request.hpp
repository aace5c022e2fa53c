// A refinement of indexed shots as its command line states it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/refine_request.hpp"

namespace nanobragg::commands {

// Which shots are looked at, and where.
struct ShotChoice {
  std::string experiments;                 // a .expt file of DIALS, or a stream of CrystFEL
  std::optional<std::string> reflections;  // its .refl file; unset: spots are predicted
  std::optional<std::string> numbers;      // of experiments, from 0: "0-9,12"; unset: all
  std::size_t spots = 500;                 // of a shot, at most, where they are predicted
  std::size_t margin = 3;                  // pixels of a box beyond its spot
  std::optional<std::string> space_group;  // of all crystals; unset: as the file says
};

// How far pixels may be from the model.
struct ErrorWords {
  std::optional<double> read_noise, of_spots;  // of the error model; unset: estimated
  double robust = 3.0;                         // Huber's limit, in standard deviations
};

struct ShotsRequest {
  ShotChoice choice;
  ObservedFiles observed;  // gain and offset; files where the .expt names none
  std::string recipe = "still";
  std::optional<std::string> parameters;  // names, groups; unset: those of the recipe
  struct Common {
    // Level of the detector's hierarchy whose groups of panels move as one; unset: 1 by the recipe
    // "geometry" where the detector has several groups, else none.
    std::optional<std::size_t> panel_groups;
    // What all shots have in common: names and groups of parameters, "group" for panel groups;
    // unset: panels and detector by the recipe "geometry", else nothing.
    std::optional<std::string> shared;
  } common;
  std::string amplitudes = "auto";  // fixed, restrained[:SIGMA], free
  std::string crystal_system = "auto";
  struct Limits {
    std::vector<std::string> restraints, bounds;
  } limits;
  ErrorWords errors;
  struct Effort {
    int iterations = 100;  // at most, of a cycle
    int rounds = 0;  // of all shots, each with the amplitudes of the one before; 0: 3 of several
  } effort;
  std::string folder;
  std::vector<std::string> flags;
};

}  // namespace nanobragg::commands
