// Sizes that stand for a distribution of the blocks of a crystal.
#pragma once

#include <vector>

#include "nanobragg/model/crystal.hpp"

namespace nanobragg {

struct BlockSize {
  double factor;  // of the edges of the block, relative to Na, Nb and Nc cells
  double share;   // of the crystal's volume; all shares add up to 1
};

// Nodes and weights of Gauss quadrature: Hermite's in the logarithm of a log-normal factor, of
// which the mean is then made 1, and Laguerre's of a gamma-distributed one (Golub & Welsch (1969),
// Math. Comp. 23, 221). One, of factor 1, where all blocks are alike. `sizes` are valid.
std::vector<BlockSize> sizes_of(const BlockSizes& sizes);

}  // namespace nanobragg
