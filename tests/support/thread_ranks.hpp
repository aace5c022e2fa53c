// Ranks that are threads of the test.
#pragma once

#include <functional>

#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::test {

// Runs `f` on so many ranks at once. The first exception of a rank is thrown here; the others must
// not wait for that rank.
void run_ranks(std::size_t count, const std::function<void(distribute::Ranks&)>& f);

}  // namespace nanobragg::test
