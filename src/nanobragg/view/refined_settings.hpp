// A refined still as what a user may have said.
#pragma once

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::view {

// A crystal that stands as this one does, by its cell and a missetting from the standard
// orientation: where a cell is given, the axes of files beside it do not count.
config::Settings oriented_by_misset(config::Settings settings, const CrystalValues& crystal);

// `start` with the numbers that the recipe "still" refines: orientation, cell, size, mosaicity,
// divergence, bandwidth, B and fluence. Throws Error where flags beside the files of the start
// cannot say them, so that they would give another crystal.
config::Settings refined_settings(const config::Settings& start, const Experiment& refined);

}  // namespace nanobragg::view
