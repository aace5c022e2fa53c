// Folders that are made, emptied and listed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::io {

// Makes a folder, its parents included; one that is there is kept as it is. Throws Error.
void make_folder(const std::filesystem::path& folder);

// Throws Error where there is a folder that holds something, but no file named `marker`, which
// would say that it was made for this: it belongs to the user.
void check_marked(const std::filesystem::path& folder, std::string_view marker);

// An empty folder. One that is there is emptied where check_marked() allows it.
void make_empty_folder(const std::filesystem::path& folder, std::string_view marker);

// Removes the files and folders of these names that are there. Throws Error.
void remove_files(const std::filesystem::path& folder, const std::vector<std::string>& names);

// The names of what stands in a folder, sorted; none where there is no such folder.
std::vector<std::string> names_in(const std::filesystem::path& folder);

}  // namespace nanobragg::io
