// Mixes words into digests.
#include "nanobragg/io/files/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::io {

void Digest::add(std::uint64_t word) {
  first_ = mix_bits(first_ ^ word);
  second_ = bits_at(second_, word);
}

// 0 and −0 are the same number.
void Digest::add(double number) { add(std::bit_cast<std::uint64_t>(number + 0.0)); }

void Digest::add(std::span<const double> numbers) {
  add(std::uint64_t{numbers.size()});
  for (const double number : numbers) add(number);
}

void Digest::add(std::string_view bytes) {
  add(std::uint64_t{bytes.size()});
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), count);
    add(word);
    bytes.remove_prefix(count);
  }
}

std::string Digest::text() const { return fmt::format("{:016x}{:016x}", first_, second_); }

std::string digest_of_file(const std::filesystem::path& path) {
  Digest digest;
  digest.add(std::string_view(read_file(path)));
  return digest.text();
}

}  // namespace nanobragg::io
