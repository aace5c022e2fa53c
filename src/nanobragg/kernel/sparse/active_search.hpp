// What is active for which pixels, from the reflections: for derivatives that visit only pixels
// that something excites.
#pragma once

#include "nanobragg/kernel/pixel/active_pairs.hpp"

namespace nanobragg::kernel::sparse {

// Pairs that are left out give a pixel no more light than render() may leave out of it.
ActiveFinder active_finder();
// The same, where it is expected to be faster than going through all pairs.
ActiveFinder worthwhile_active_finder();

}  // namespace nanobragg::kernel::sparse
