// Whether all ranks see the folder that they write into.
#pragma once

#include <filesystem>

#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::commands {

// Rank 0 writes a file, which all read. Throws Error on all ranks where one does not find it.
void check_all_see(distribute::Ranks& ranks, const std::filesystem::path& folder);

}  // namespace nanobragg::commands
