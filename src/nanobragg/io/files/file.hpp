// Whole files: read into memory, or written so that no half file can be seen.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "nanobragg/io/files/partial_file.hpp"

namespace nanobragg::io {

// Every byte of a file. Throws Error with the system's reason where it cannot be read.
std::string read_file(const std::filesystem::path& path);
// The same of a file that the run goes on with: it is no input, which may not be overwritten.
std::string read_to_go_on(const std::filesystem::path& path);

// The file that a name leads to: links are followed, to a file that is yet to be written too.
std::filesystem::path behind_links(const std::filesystem::path& path);

// Throws Error where `path` could not be written: empty name, missing or locked folder, a folder of
// that name, a write-protected file. Creates and touches nothing.
void check_writable(const std::filesystem::path& path);

// A file that appears under its name only when it is complete. Until commit() the bytes go to a
// partial file in the same folder; without commit() that file is removed and what stood under the
// name before stays. A link is followed; a device or pipe is written directly.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  // Where the bytes stand until commit(), for libraries that write a file by its name.
  const std::filesystem::path& place() const { return partial_ ? partial_->path() : target_; }
  // Gives the file its name. Nothing may be written afterwards.
  void commit();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::filesystem::path name_;          // as the user wrote it, for messages
  std::filesystem::path target_;        // links resolved
  std::optional<PartialFile> partial_;  // none where the target is written directly
  std::unique_ptr<std::FILE, Close> stream_;
};

// Writes the parts one after the other as the whole content of `path`.
void write_file_atomically(const std::filesystem::path& path,
                           std::initializer_list<std::span<const std::byte>> parts);
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace nanobragg::io
