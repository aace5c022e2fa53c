// Folders by std::filesystem, its errors in this project's words.
#include "nanobragg/io/files/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed && !fs::is_directory(folder)) {
    failed = std::make_error_code(std::errc::not_a_directory);
  }
  if (failed) {
    throw Error(fmt::format("cannot make folder '{}' ({})", folder.string(), failed.message()));
  }
}

void check_marked(const fs::path& folder, std::string_view marker) {
  const std::vector<std::string> names = names_in(folder);
  if (names.empty() || std::find(names.begin(), names.end(), marker) != names.end()) return;
  throw Error(fmt::format("folder '{}' is in use (it has files, but no {} of an earlier run)",
                          folder.string(), marker),
              "", "name another folder with --out");
}

void make_empty_folder(const fs::path& folder, std::string_view marker) {
  make_folder(folder);
  check_marked(folder, marker);
  remove_files(folder, names_in(folder));
}

void remove_files(const fs::path& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::error_code failed;
    fs::remove_all(folder / name, failed);
    if (failed) {
      throw Error(
          fmt::format("cannot remove '{}' ({})", (folder / name).string(), failed.message()));
    }
  }
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace nanobragg::io
