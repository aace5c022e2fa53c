// Keeps device and number of every file that was read.
#include "nanobragg/io/files/files_read.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <mutex>
#include <set>
#include <utility>

namespace nanobragg::io {
namespace {

using Identity = std::pair<dev_t, ino_t>;

enum class Remembering : std::uint8_t { off, on };

struct Noted {
  std::mutex mutex;
  Remembering remembering = Remembering::off;
  std::set<Identity> files;
};

Noted& noted() {
  static Noted files;
  return files;
}

void note(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return;
  const std::lock_guard guard(noted().mutex);
  if (noted().remembering == Remembering::on) noted().files.emplace(status.st_dev, status.st_ino);
}

void begin_anew(Remembering remembering) {
  const std::lock_guard guard(noted().mutex);
  noted().files.clear();
  noted().remembering = remembering;
}

}  // namespace

RunScope::RunScope() { begin_anew(Remembering::on); }

RunScope::~RunScope() { begin_anew(Remembering::off); }

void note_read(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0) note(status);
}

void note_read(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) == 0) note(status);
}

bool was_read(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return false;
  const std::lock_guard guard(noted().mutex);
  return noted().files.contains({status.st_dev, status.st_ino});
}

}  // namespace nanobragg::io
