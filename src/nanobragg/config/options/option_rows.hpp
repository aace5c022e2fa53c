// The parts of the option table, a function each; option_table() puts them together.
#pragma once

#include <vector>

#include "nanobragg/config/options/option.hpp"

namespace nanobragg::config::rows {

// A shorthand that sets each of these members to the same value.
template <class T, class... More>
Members<T> each(Member<T> first, More... more) {
  return {first, more...};
}

std::vector<Option> lattice();
std::vector<Option> amplitudes();
std::vector<Option> crystal_size();
std::vector<Option> displacements();
std::vector<Option> disorder();
std::vector<Option> spectrum();
std::vector<Option> divergence();
std::vector<Option> sources();
std::vector<Option> intensity();
std::vector<Option> spindle();
std::vector<Option> geometry_files();
std::vector<Option> laboratory_frame();
std::vector<Option> pivot();
std::vector<Option> distances();
std::vector<Option> rotations();
std::vector<Option> pixels();
std::vector<Option> sensor();
std::vector<Option> point_spread();
std::vector<Option> beamstop();
std::vector<Option> background();
std::vector<Option> sampling();
std::vector<Option> files();
std::vector<Option> counts();
std::vector<Option> counting();
std::vector<Option> electronics();
std::vector<Option> bad_pixels_and_noise();
std::vector<Option> computing();
std::vector<Option> console();
std::vector<Option> ignored();

}  // namespace nanobragg::config::rows
