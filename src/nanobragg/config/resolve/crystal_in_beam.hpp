// How much of a large crystal the beam meets, from -crystal_size.
#pragma once

#include <optional>

#include "nanobragg/base/units.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// Edges of a crystal: along the beam, and across it.
struct CrystalEdges {
  Metre along, width, height;
};

// LENGTH for all three, or LENGTH,LENGTH,LENGTH; nothing where the flag is not given. Throws
// UsageError for another text, and beside flags that make one block of the whole crystal.
std::optional<CrystalEdges> crystal_edges(const Settings& settings);

// Blocks of a volume (m³) in the part of the crystal that a square beam meets. Throws UsageError
// where that is smaller than a block.
double blocks_in_beam(const CrystalEdges& crystal, Metre beam_size, double block_m3);

}  // namespace nanobragg::config
