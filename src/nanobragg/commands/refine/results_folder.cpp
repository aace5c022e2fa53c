// Makes the folder, and takes it away.
#include "nanobragg/commands/refine/results_folder.hpp"

#include <system_error>
#include <utility>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"

namespace nanobragg::commands {

namespace fs = std::filesystem;

ResultsFolder::ResultsFolder(fs::path folder, const std::vector<std::string>& files)
    : folder_(std::move(folder)) {
  for (fs::path part = folder_; !part.empty() && !fs::exists(part); part = part.parent_path()) {
    new_.push_back(part);
  }
  io::make_folder(folder_);
  for (const std::string& name : files) io::check_writable(folder_ / name);
}

ResultsFolder::~ResultsFolder() {
  std::error_code is_not_empty;
  for (const fs::path& part : new_) fs::remove(part, is_not_empty);
}

}  // namespace nanobragg::commands
