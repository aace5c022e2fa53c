// A short number for the content of data, which shows whether data have changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace nanobragg::io {

// Two chains of SplitMix64's mixing function over words of 64 bits: 128 bits. It tells accidents,
// not forgeries.
class Digest {
 public:
  void add(std::uint64_t word);
  void add(double number);
  void add(std::span<const double> numbers);
  // With its length, so that what follows is not taken for a part of it.
  void add(std::string_view bytes);
  // 32 hexadecimal digits.
  std::string text() const;

 private:
  std::uint64_t first_ = 0;
  std::uint64_t second_ = 1;
};

// Of every byte of a file. Throws Error where it cannot be read.
std::string digest_of_file(const std::filesystem::path& path);

}  // namespace nanobragg::io
