// Compares files by identity where they exist, by resolved path where they do not.
#include "nanobragg/io/same_file.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

// The path without links and dots, as far as it exists.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  // A link to a file that is yet to be written keeps its own name in the standard's function.
  const bool is_link = fs::is_symlink(path, error);
  const fs::path target = is_link ? path.parent_path() / fs::read_symlink(path, error) : path;
  fs::path out = fs::weakly_canonical(fs::absolute(target, error), error);
  return error ? path : out;
}

bool is_device(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status);
}

}  // namespace

bool is_same_file(const fs::path& a, const fs::path& b) {
  if (is_device(a) || is_device(b)) return false;
  std::error_code error;
  return fs::equivalent(a, b, error) || resolved(a) == resolved(b);
}

}  // namespace nanobragg::io
