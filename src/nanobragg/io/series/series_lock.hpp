// One writer for a file that grows exposure by exposure.
#pragma once

#include <filesystem>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {

// Another process has the lock.
class LockTaken : public Error {
 public:
  using Error::Error;
};

// Holds the right to write a series into `out`, as a locked file beside it that goes with this.
// What a killed program leaves of it is taken over.
class SeriesLock {
 public:
  // Throws LockTaken, naming the process, where another one has the right, Error where the folder
  // takes no file.
  explicit SeriesLock(const std::filesystem::path& out);
  ~SeriesLock();
  SeriesLock(const SeriesLock&) = delete;
  SeriesLock& operator=(const SeriesLock&) = delete;

 private:
  std::filesystem::path path_;
  int descriptor_;
};

}  // namespace nanobragg::io
