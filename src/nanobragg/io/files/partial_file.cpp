// Keeps a list of partial files that a signal handler may read, and locks each of them as long as
// it is written.
#include "nanobragg/io/files/partial_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>
#include <string>
#include <system_error>

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kNewFileMode = 0666;  // less the user's umask
constexpr std::string_view kLast = ".part";

// What names of this machine's partial files begin with: whether a program still runs, and where its
// locks hold, is known on its own machine alone.
std::string beginning() {
  std::array<char, 65> host{};  // POSIX has at most 64 characters
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format(".nanobragg-{}-", host.data());
}

// More threads than this do not write at once; what finds no place is not removed by a signal.
// The thread that takes a name out of the list owns it.
std::array<std::atomic<char*>, 64> g_names{};
static_assert(std::atomic<char*>::is_always_lock_free);

// Where the name stands in the list; null where there is no room.
std::atomic<char*>* list(const fs::path& path) {
  char* const name = ::strdup(path.c_str());
  for (std::atomic<char*>& place : g_names) {
    char* empty = nullptr;
    if (place.compare_exchange_strong(empty, name)) return &place;
  }
  std::free(name);
  return nullptr;
}

void strike_out(std::atomic<char*>* place) {
  if (place != nullptr) std::free(place->exchange(nullptr));
}

// Only what a signal handler may do.
extern "C" void remove_all_and_end(int signal) {
  for (std::atomic<char*>& place : g_names) {
    if (const char* const name = place.exchange(nullptr)) ::unlink(name);
  }
  // SA_RESETHAND has put the default back: the signal ends the program when this returns.
  ::raise(signal);
}

// Locks a whole file for its writer, or finds that it is not locked. A lock ends with the open
// file, so that of a killed program does too; HDF5's own locks (flock) are of another kind.
enum class IfTaken : std::uint8_t { give_up, wait };
bool lock(int descriptor, IfTaken if_taken) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  const int command = if_taken == IfTaken::wait ? F_OFD_SETLKW : F_OFD_SETLK;
  return ::fcntl(descriptor, command, &whole) == 0;
}

// What killed programs left. Another process uses a file that cannot be opened or locked.
void remove_abandoned(const fs::path& folder) {
  std::error_code ignored;
  const std::string start = beginning();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(start) || !name.ends_with(kLast)) continue;
    const int descriptor = ::open(entry.path().c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) continue;
    if (lock(descriptor, IfTaken::give_up)) ::unlink(entry.path().c_str());
    ::close(descriptor);
  }
}

void remove_abandoned_once(const fs::path& folder) {
  static std::mutex mutex;
  static std::set<fs::path> looked_at;
  const std::lock_guard guard(mutex);
  std::error_code ignored;
  if (looked_at.insert(fs::absolute(folder, ignored)).second) remove_abandoned(folder);
}

bool is_still_there(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

}  // namespace

// The name is not made from the target's, which may already be as long as a name can be.
PartialFile::PartialFile(const fs::path& folder) : descriptor_(-1), listed_(nullptr) {
  remove_abandoned_once(folder);
  for (std::size_t attempt = 0; descriptor_ < 0; ++attempt) {
    path_ = folder / fmt::format("{}{}-{}{}", beginning(), ::getpid(), attempt, kLast);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kNewFileMode);
    if (descriptor_ < 0 && errno != EEXIST) fail();
    if (descriptor_ < 0) continue;
    listed_ = list(path_);
    // Another process that removes abandoned files may have taken this one for such: it holds the
    // lock until it has removed it.
    lock(descriptor_, IfTaken::wait);
    if (is_still_there(descriptor_)) return;
    strike_out(listed_);
    ::close(descriptor_);
    descriptor_ = -1;
  }
}

PartialFile::~PartialFile() {
  if (!has_its_name_) {
    ::unlink(path_.c_str());
    strike_out(listed_);
  }
  ::close(descriptor_);
}

void PartialFile::rename_to(const fs::path& target) {
  if (::rename(path_.c_str(), target.c_str()) != 0) fail();
  has_its_name_ = true;
  strike_out(listed_);
}

void remove_partial_files_on_signal(int signal) {
  struct sigaction action {};
  action.sa_handler = remove_all_and_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(signal, &action, nullptr);
}

void remove_partial_files_on_signals() {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXCPU}) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler == SIG_DFL) remove_partial_files_on_signal(signal);
  }
}

}  // namespace nanobragg::io
