// Reading and atomic writing on top of POSIX.
#include "nanobragg/io/files/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <stdexcept>
#include <system_error>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/files_read.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPermissionBits = 07777;
constexpr std::size_t kGrowth = 1 << 16;

std::string reason(int error_number) { return std::generic_category().message(error_number); }

Error cannot(std::string_view verb, const fs::path& path, std::string_view why) {
  return Error(fmt::format("cannot {} '{}' ({})", verb, path.string(), why));
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() {
    if (is_open()) ::close(descriptor_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// The size is only a first guess: pipes and files in /proc have none.
std::string read_all(const FileDescriptor& file, std::size_t size_guess, const fs::path& path) {
  std::string bytes(size_guess + 1, '\0');
  std::size_t used = 0;
  while (true) {
    if (used == bytes.size()) bytes.resize(2 * bytes.size() + kGrowth);
    const ssize_t count = ::read(file.get(), bytes.data() + used, bytes.size() - used);
    if (count == 0) break;
    if (count > 0) {
      used += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      throw cannot("read", path, reason(errno));
    }
  }
  bytes.resize(used);
  return bytes;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// The existing file's status; nothing where there is no such file.
std::unique_ptr<const struct stat> existing_status(const fs::path& target, const fs::path& name) {
  auto status = std::make_unique<struct stat>();
  if (::stat(target.c_str(), status.get()) == 0) return status;
  if (errno != ENOENT) throw cannot("write", name, reason(errno));
  return nullptr;
}

// Asks for the user whose rights open() will use.
bool is_allowed(const fs::path& path, int mode) {
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

void check_folder(const fs::path& target, const fs::path& name) {
  const fs::path folder = folder_of(target);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    throw cannot("write", name, fmt::format("folder '{}': {}", folder.string(), reason(errno)));
  }
  if (!is_allowed(folder, W_OK | X_OK)) {
    throw cannot("write", name, fmt::format("folder '{}': {}", folder.string(), reason(errno)));
  }
}

}  // namespace

// The standard's functions stop at a link whose file is not there.
fs::path behind_links(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as the system allows
  fs::path place = path;
  std::error_code ignored;
  // A pipe or a terminal under /proc or /dev: the text of such a link is not a path.
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) return path;
  for (int i = 0; i < kMostLinks && fs::is_symlink(place, ignored); ++i) {
    const fs::path link = fs::read_symlink(place, ignored);
    if (ignored) return path;
    place = place.parent_path() / link;
  }
  return place;
}

std::string read_file(const fs::path& path) {
  std::string bytes = read_to_go_on(path);
  note_read(path);
  return bytes;
}

std::string read_to_go_on(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) throw cannot("read", path, reason(errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw cannot("read", path, reason(errno));
  const bool has_size = S_ISREG(status.st_mode) && status.st_size > 0;
  try {
    return read_all(file, has_size ? static_cast<std::size_t>(status.st_size) : 0, path);
  } catch (const std::bad_alloc&) {
    throw cannot("read", path, "too large for this machine's memory");
  } catch (const std::length_error&) {
    throw cannot("read", path, "too large for this machine's memory");
  }
}

void check_writable(const fs::path& path) {
  if (path.empty()) throw cannot("write", path, "the name is empty");
  const fs::path target = behind_links(path);
  const auto status = existing_status(target, path);
  if (status && S_ISDIR(status->st_mode)) throw cannot("write", path, reason(EISDIR));
  if (!target.has_filename()) throw cannot("write", path, "the name ends with a slash");
  if (!status || S_ISREG(status->st_mode)) check_folder(target, path);
  if (status && !is_allowed(target, W_OK)) throw cannot("write", path, reason(errno));
}

AtomicFile::AtomicFile(const fs::path& path) : name_(path), target_(behind_links(path)) {
  check_writable(path);
  const auto status = existing_status(target_, name_);
  if (status && !S_ISREG(status->st_mode)) {
    stream_.reset(std::fopen(target_.c_str(), "wb"));
    if (!stream_) throw cannot("write", name_, reason(errno));
    return;
  }
  try {
    partial_.emplace(folder_of(target_));
  } catch (const std::system_error& error) {
    throw cannot("write", name_, error.code().message());
  }
  // The partial file stays open, and with it locked, until it has its name.
  const int own = ::fcntl(partial_->descriptor(), F_DUPFD_CLOEXEC, 0);
  stream_.reset(own < 0 ? nullptr : ::fdopen(own, "wb"));
  if (!stream_) throw cannot("write", name_, reason(errno));
  // The new file takes the place of the old one, its permissions included.
  if (status) ::fchmod(own, status->st_mode & kPermissionBits);
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  NANOBRAGG_EXPECTS(stream_ != nullptr);
  if (std::fwrite(bytes.data(), 1, bytes.size(), stream_.get()) != bytes.size()) {
    throw cannot("write", name_, reason(errno));
  }
}

void AtomicFile::commit() {
  NANOBRAGG_EXPECTS(stream_ != nullptr);
  if (std::fclose(stream_.release()) != 0) throw cannot("write", name_, reason(errno));
  if (!partial_) return;
  try {
    partial_->rename_to(target_);
  } catch (const std::system_error& error) {
    throw cannot("write", name_, error.code().message());
  }
}

void write_file_atomically(const fs::path& path,
                           std::initializer_list<std::span<const std::byte>> parts) {
  AtomicFile file(path);
  for (const auto part : parts) file.write(part);
  file.commit();
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  write_file_atomically(path, {std::as_bytes(std::span(bytes))});
}

}  // namespace nanobragg::io
