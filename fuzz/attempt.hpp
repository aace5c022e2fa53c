// What fuzzers of readers share: bytes as a file, and attempts that may be refused.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "nanobragg/base/error.hpp"

namespace nanobragg::fuzz {

template <class F>
void attempt(const F& f) {
  try {
    f();
  } catch (const Error&) {
    // Refused, which is fine.
  }
}

// A file in the current folder, for readers that take nothing else.
class FileOfBytes {
 public:
  FileOfBytes(const std::uint8_t* data, std::size_t size, const std::string& ending)
      : path_("bytes-" + std::to_string(::getpid()) + ending) {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  ~FileOfBytes() { std::filesystem::remove(path_); }
  FileOfBytes(const FileOfBytes&) = delete;
  FileOfBytes& operator=(const FileOfBytes&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace nanobragg::fuzz
