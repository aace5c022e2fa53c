// One writer for a file that grows exposure by exposure.
#pragma once

#include <filesystem>

namespace nanobragg::io {

// Holds the right to write a series into `out`, as a locked file beside it that goes with this.
// What a killed program leaves of it is taken over.
class SeriesLock {
 public:
  // Throws Error, naming the process, where another one has the right, and where the folder takes
  // no file.
  explicit SeriesLock(const std::filesystem::path& out);
  ~SeriesLock();
  SeriesLock(const SeriesLock&) = delete;
  SeriesLock& operator=(const SeriesLock&) = delete;

 private:
  std::filesystem::path path_;
  int descriptor_;
};

}  // namespace nanobragg::io
