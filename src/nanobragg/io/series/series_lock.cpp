// Locks a separate file, because that of the series changes its name while it grows.
#include "nanobragg/io/series/series_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/series/series_files.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kNewFileMode = 0666;  // less the user's umask

std::string writer_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

// Whether the name still leads to the open file: who had it before may just have removed it.
bool leads_to(const fs::path& path, int descriptor) {
  struct stat named {};
  struct stat open {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(descriptor, &open) == 0 &&
         named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

}  // namespace

SeriesLock::SeriesLock(const fs::path& out) : path_(lock_name(out)), descriptor_(-1) {
  while (true) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kNewFileMode);
    if (descriptor_ < 0) {
      throw Error(fmt::format("cannot write '{}' ({})", path_.string(),
                              std::generic_category().message(errno)));
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const std::string writer = writer_of(descriptor_);
      ::close(descriptor_);
      throw LockTaken(fmt::format("another run is writing this series (process {})", writer),
                      out.string(), "wait for it, or give another name with --out");
    }
    if (leads_to(path_, descriptor_)) break;
    ::close(descriptor_);
  }
  const std::string process = std::to_string(::getpid());
  // Only for the message; a disk without room for it is found by the first exposure.
  const bool is_named = ::ftruncate(descriptor_, 0) == 0 &&
                        ::pwrite(descriptor_, process.data(), process.size(), 0) > 0;
  static_cast<void>(is_named);
}

SeriesLock::~SeriesLock() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace nanobragg::io
