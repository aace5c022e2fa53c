// Writes behind the end, and reads from the start.
#include "nanobragg/io/files/spill_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string_view verb, const fs::path& path, int error_number) {
  throw Error(fmt::format("cannot {} '{}' ({})", verb, path.string(),
                          std::generic_category().message(error_number)));
}

PartialFile made_in(const fs::path& folder) {
  try {
    return PartialFile(folder);
  } catch (const std::system_error& error) {
    fail("write into", folder, error.code().value());
  }
}

}  // namespace

SpillFile::SpillFile(const fs::path& folder) : file_(made_in(folder)) {}

void SpillFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(file_.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", file_.path(), errno);
    size_ += static_cast<std::size_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void SpillFile::copy_to(AtomicFile& file) const {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  std::string block(kBlock, '\0');
  std::ifstream from(file_.path(), std::ios::binary);
  for (std::size_t left = size_; left > 0;) {
    const std::size_t count = std::min(left, block.size());
    if (!from.read(block.data(), static_cast<std::streamsize>(count))) {
      fail("read", file_.path(), EIO);
    }
    file.write(std::string_view(block).substr(0, count));
    left -= count;
  }
}

}  // namespace nanobragg::io
