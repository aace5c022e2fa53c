// The ranges of the numbers of an experiment: far wider than any experiment's, and narrow enough
// for what is computed from them to be numbers, and to end.
#pragma once

#include "nanobragg/base/constants.hpp"

namespace nanobragg::limits {

inline constexpr double kShortestEdge_A = 1.0;  // of a cell; less than the radius of an atom
inline constexpr double kLongestEdge_A = 1e5;
inline constexpr double kShortestWavelength_m = 1e-14;  // photons of 124 MeV
inline constexpr double kLongestWavelength_m = 1e-7;    // photons of 12 eV
inline constexpr double kMostBandwidth = 2.0;           // Δλ/λ at which the shortest λ is 0
inline constexpr double kWidestDivergence_rad = constants::kPi;
inline constexpr double kWidestMosaic_rad = constants::kPi;
inline constexpr double kWidestCellSpread = 0.2;
inline constexpr double kMostCells = 1e7;
inline constexpr double kLargestB_A2 = 1e5;
inline constexpr double kWidestBlockSizes = 1.0;  // relative
inline constexpr int kMostBlockSizes = 32;
inline constexpr double kLargestDisplacement_A = 5.0;
inline constexpr double kLongestCorrelation_A = 1e4;
inline constexpr int kMostNeighbours = 3;
inline constexpr double kLargestAmplitude = 1e15;  // electrons of the largest cell
inline constexpr double kFarthest_m = 1e6;         // of a detector, from the sample
inline constexpr double kLargestPixel_m = 1e3;
inline constexpr double kLargestWater_m = 1.0;
inline constexpr int kMostSubpixels = 10'000;  // along each axis of a pixel

}  // namespace nanobragg::limits
