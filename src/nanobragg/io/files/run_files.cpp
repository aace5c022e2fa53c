// Compares what is written with what is read, each file looked at once.
#include "nanobragg/io/files/run_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/files_read.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

// The path without links and dots, as far as it exists.
fs::path resolved_path(const fs::path& path) {
  std::error_code error;
  fs::path out = fs::weakly_canonical(fs::absolute(behind_links(path), error), error);
  return error ? path : out;
}

// What tells a file from others, as text; nothing for devices, pipes and folders.
std::optional<std::string> identity(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return resolved_path(path).string();
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

using FilesByIdentity = std::map<std::string, const NamedFile*>;

FilesByIdentity by_identity(const std::vector<NamedFile>& files) {
  FilesByIdentity out;
  for (const NamedFile& file : files) {
    if (const auto key = identity(file.path)) out.emplace(*key, &file);
  }
  return out;
}

OverwriteError overwrites(const std::string& option, const fs::path& input,
                          const std::string& reader) {
  return OverwriteError(
      fmt::format("{} would overwrite '{}' (which {})", option, input.string(), reader), "",
      "give the output another name");
}

// Whether a file stands below a folder, links resolved.
bool is_below(const fs::path& file, const fs::path& folder) {
  const fs::path relative = resolved_path(file).lexically_relative(resolved_path(folder));
  return !relative.empty() && *relative.begin() != "..";
}

void check_folder(const NamedFile& folder, const std::vector<NamedFile>& read) {
  for (const NamedFile& input : read) {
    if (!is_below(input.path, folder.path)) continue;
    throw overwrites(folder.option, input.path, input.option + " reads");
  }
}

}  // namespace

void check_inputs_survive(const RunFiles& files) {
  const FilesByIdentity read = by_identity(files.read);
  FilesByIdentity written;
  for (const NamedFile& output : files.written) {
    const auto key = identity(output.path);
    if (!key) continue;
    if (const auto input = read.find(*key); input != read.end()) {
      throw overwrites(output.option, input->second->path, input->second->option + " reads");
    }
    if (was_read(output.path)) throw overwrites(output.option, output.path, "this run has read");
    const auto [other, is_new] = written.emplace(*key, &output);
    if (is_new) continue;
    throw OverwriteError(fmt::format("{} and {} both write '{}' (one would overwrite the other)",
                                     other->second->option, output.option, output.path.string()),
                         "", "give each output its own name");
  }
  for (const NamedFile& folder : files.replaced_folders) check_folder(folder, files.read);
}

}  // namespace nanobragg::io
