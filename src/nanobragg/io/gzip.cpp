// Inflates gzip files in memory, one member after the other.
#include "nanobragg/io/gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/file.hpp"

namespace nanobragg::io {
namespace {

constexpr std::string_view kMagic = "\x1f\x8b";

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipWithLargestWindow = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipWithLargestWindow) != Z_OK) {
      throw Error("zlib does not start (out of memory?)");
    }
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::string inflate_all(const std::string& bytes, const std::string& name) {
    std::string out;
    std::size_t done = 0;
    while (true) {
      done += inflate_some(std::string_view(bytes).substr(done), name, out);
      if (!at_end_) continue;
      // Another member may follow; anything else after the end is padding.
      if (!std::string_view(bytes).substr(done).starts_with(kMagic)) return out;
      inflateReset(&stream_);
      at_end_ = false;
    }
  }

 private:
  // Appends a piece of the output; returns how many bytes of the input it took.
  std::size_t inflate_some(std::string_view input, const std::string& name, std::string& out) {
    constexpr std::size_t kMostAtOnce = 1 << 26;
    const std::size_t offered = std::min(input.size(), kMostAtOnce);
    // zlib does not write to its input, but its type does not say so.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(offered);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    if (status == Z_BUF_ERROR) throw Error("compressed data end too early (cut short?)", name);
    if (status != Z_OK && status != Z_STREAM_END) {
      throw Error(fmt::format("damaged gzip data ({})",
                              stream_.msg != nullptr ? stream_.msg : "unknown compression"),
                  name);
    }
    at_end_ = status == Z_STREAM_END;
    const std::size_t got = buffer_.size() - stream_.avail_out;
    // A small file can hold a very large one; the string may double while it grows.
    check_fits_in_memory(3.0 * static_cast<double>(out.size() + got), "the decompressed file",
                         "decompress it, and see what is in it");
    out.append(buffer_.data(), got);
    return offered - stream_.avail_in;
  }

  z_stream stream_{};
  std::array<char, 1 << 16> buffer_{};
  bool at_end_ = false;
};

}  // namespace

bool is_compressed(std::string_view start) { return start.starts_with(kMagic); }

std::string decompressed(std::string bytes, const std::string& name) {
  if (!is_compressed(bytes)) return bytes;
  return Inflater().inflate_all(bytes, name);
}

std::string read_maybe_compressed(const std::filesystem::path& path) {
  return decompressed(read_file(path), path.string());
}

}  // namespace nanobragg::io
