// Amplitudes of another crystal than that of a shot.
#pragma once

#include <functional>
#include <string>

#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/io/geometry/shot_list.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::commands {

// A shot, and its crystal as its list has it.
struct ListedCrystal {
  std::string name;  // "experiment 3", for messages
  const io::ListedExperiment* about;
  CellParameters<double> cell;
};

// Throws Error, naming both, where the cell of the amplitudes is off by more than 3 % or 3°, where
// the shot's does not have their symmetry, and where neither point group is a part of the other.
// Other differences of space groups are told to `warn`: P 1 stands for one that is not known.
void check_amplitudes(const config::Settings& settings, const config::AmplitudeFile& amplitudes,
                      const ListedCrystal& crystal,
                      const std::function<void(const std::string&)>& warn);

}  // namespace nanobragg::commands
