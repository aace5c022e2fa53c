// What lights up which pixels, from the reflections: for derivatives that work only where there is
// light.
#pragma once

#include "nanobragg/kernel/lit_pairs.hpp"

namespace nanobragg::kernel::sparse {

// Pairs that are left out give a pixel no more light than render() may leave out of it.
LightFinder light_finder();
// The same, where it is expected to be faster than going through all pairs.
LightFinder worthwhile_light_finder();

}  // namespace nanobragg::kernel::sparse
