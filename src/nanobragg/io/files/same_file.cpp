// Compares files by identity where they exist, by resolved path where they do not.
#include "nanobragg/io/files/same_file.hpp"

#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

bool is_device(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status);
}

}  // namespace

fs::path resolved_path(const fs::path& path) {
  std::error_code error;
  fs::path out = fs::weakly_canonical(fs::absolute(behind_links(path), error), error);
  return error ? path : out;
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  if (is_device(a) || is_device(b)) return false;
  std::error_code error;
  return fs::equivalent(a, b, error) || resolved_path(a) == resolved_path(b);
}

}  // namespace nanobragg::io
