// Bytes that wait on the disk for their place in a file that is yet to be written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/partial_file.hpp"

namespace nanobragg::io {

// A file without a name of its own in a folder; it goes with this.
class SpillFile {
 public:
  // Throws Error where none can be made.
  explicit SpillFile(const std::filesystem::path& folder);

  // Throws Error where the disk takes no more.
  void append(std::string_view bytes);
  std::size_t size() const { return size_; }
  // Writes all of it to another file.
  void copy_to(AtomicFile& file) const;

 private:
  PartialFile file_;
  std::size_t size_ = 0;
};

}  // namespace nanobragg::io
