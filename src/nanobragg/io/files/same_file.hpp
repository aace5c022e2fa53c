// Whether two names mean one file.
#pragma once

#include <filesystem>

namespace nanobragg::io {

// The path without links and dots, as far as it exists.
std::filesystem::path resolved_path(const std::filesystem::path& path);

// True where writing one changes the other: the same path however it is spelled, or links to it.
// Devices and pipes take what everyone writes, so they count as different.
bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace nanobragg::io
