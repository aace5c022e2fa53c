// Knows a full disk by the system's own words, which errors of files and those of HDF5 repeat.
#include "nanobragg/io/files/full_disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "nanobragg/base/run_again.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFull{ENOSPC, EDQUOT, EFBIG};
constexpr const char* kHint = "make room; the same command continues from there";

bool says_full(const Error& error) {
  for (const int reason : kFull) {
    const std::string words = std::generic_category().message(reason);
    if (error.problem().find(words) != std::string::npos) return true;
  }
  return false;
}

[[noreturn]] void refuse(const fs::path& file, std::uintmax_t bytes, const std::string& why) {
  throw RunAgain(fmt::format("no room to write on (it may need {} kB: {})", bytes >> 10, why),
                 file.string(), kHint);
}

// Room for this file alone, behind its end. Returns the reason why there is none; 0 where there is,
// or where the file system cannot tell.
int take_room(const fs::path& file, std::uintmax_t size, std::uintmax_t bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  const int result = ::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size),
                                 static_cast<off_t>(bytes));
  const int reason = result == 0 ? 0 : errno;
  ::close(descriptor);
  return reason;
}

}  // namespace

void check_room(const fs::path& file, std::uintmax_t bytes) {
  std::error_code none;
  const std::uintmax_t size = fs::exists(file, none) ? fs::file_size(file, none) : 0;
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && size + bytes > limit.rlim_cur) {
    refuse(file, bytes, "files may have " + std::to_string(limit.rlim_cur >> 10) + " kB here");
  }
  if (size > 0) {
    const int reason = take_room(file, size, bytes);
    for (const int full : kFull) {
      if (reason == full) refuse(file, bytes, std::generic_category().message(reason));
    }
    if (reason == 0) return;
  }
  const fs::space_info space = fs::space(fs::absolute(file).parent_path(), none);
  if (none || space.available >= bytes) return;
  refuse(file, bytes, fmt::format("{} kB are free", space.available >> 10));
}

void writing(const std::function<void()>& write) {
  try {
    write();
  } catch (const Error& error) {
    if (!says_full(error)) throw;
    throw RunAgain(error.problem(), error.where(), kHint);
  }
}

}  // namespace nanobragg::io
