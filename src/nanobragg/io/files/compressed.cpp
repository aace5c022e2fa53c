// Feeds three libraries of compression alike, one member of a file after the other.
#include "nanobragg/io/files/compressed.hpp"

#include <bzlib.h>
#include <fmt/format.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {
namespace {

constexpr std::string_view kGzip = "gzip";
constexpr std::string_view kBzip2 = "bzip2";
constexpr std::string_view kXz = "xz";

// What a library made of some input.
struct Step {
  std::size_t taken, made;
  bool at_end;                  // of a member
  const char* wrong = nullptr;  // what the library found, where it found damage
};

// zlib counts what it is given in 32 bits.
constexpr std::size_t kMostAtOnce = 1 << 26;

class Gzip {
 public:
  Gzip() {
    constexpr int kGzipWithLargestWindow = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipWithLargestWindow) != Z_OK) throw Error("zlib does not start");
  }
  ~Gzip() { inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  Step step(std::string_view input, std::span<char> output) {
    // zlib does not write to its input, but its type does not say so.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    const bool works = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
    const char* message = stream_.msg != nullptr ? stream_.msg : "unknown compression";
    return {input.size() - stream_.avail_in, output.size() - stream_.avail_out,
            status == Z_STREAM_END, works ? nullptr : message};
  }

 private:
  z_stream stream_{};
};

class Bzip2 {
 public:
  Bzip2() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw Error("bzip2 does not start");
  }
  ~Bzip2() { BZ2_bzDecompressEnd(&stream_); }
  Bzip2(const Bzip2&) = delete;
  Bzip2& operator=(const Bzip2&) = delete;

  Step step(std::string_view input, std::span<char> output) {
    stream_.next_in = const_cast<char*>(input.data());
    stream_.avail_in = static_cast<unsigned>(input.size());
    stream_.next_out = output.data();
    stream_.avail_out = static_cast<unsigned>(output.size());
    const int status = BZ2_bzDecompress(&stream_);
    const bool works = status == BZ_OK || status == BZ_STREAM_END;
    return {input.size() - stream_.avail_in, output.size() - stream_.avail_out,
            status == BZ_STREAM_END, works ? nullptr : "its checks fail"};
  }

 private:
  bz_stream stream_{};
};

class Xz {
 public:
  Xz() {
    // As a small file may claim a large dictionary: xz -9 takes 65 MiB.
    constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 28;
    if (lzma_stream_decoder(&stream_, kMostMemory, 0) != LZMA_OK) throw Error("xz does not start");
  }
  ~Xz() { lzma_end(&stream_); }
  Xz(const Xz&) = delete;
  Xz& operator=(const Xz&) = delete;

  Step step(std::string_view input, std::span<char> output) {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    stream_.avail_in = input.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(output.data());
    stream_.avail_out = output.size();
    const lzma_ret status = lzma_code(&stream_, LZMA_RUN);
    const bool works = status == LZMA_OK || status == LZMA_STREAM_END || status == LZMA_BUF_ERROR;
    return {input.size() - stream_.avail_in, output.size() - stream_.avail_out,
            status == LZMA_STREAM_END, works ? nullptr : reason(status)};
  }

 private:
  static const char* reason(lzma_ret status) {
    return status == LZMA_MEMLIMIT_ERROR ? "its dictionary is larger than 256 MiB"
                                         : "its checks fail";
  }
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

// How much is wanted of a file.
struct Wanted {
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

// Expands members until the input or what is wanted ends. What stands behind the last is padding.
template <class Decoder>
std::string expanded(std::string_view bytes, const std::string& name, Wanted wanted) {
  const std::string_view compression = compression_of(bytes);
  std::string out;
  std::array<char, 1 << 16> buffer{};
  std::optional<Decoder> decoder(std::in_place);
  while (out.size() < wanted.bytes) {
    const Step step = decoder->step(bytes.substr(0, kMostAtOnce), buffer);
    if (step.wrong != nullptr) {
      throw Error(fmt::format("damaged {} data ({})", compression, step.wrong), name);
    }
    // A small file can hold a very large one; the string may double while it grows.
    check_fits_in_memory(3.0 * static_cast<double>(out.size() + step.made), "the decompressed file",
                         "decompress it, and see what is in it");
    out.append(buffer.data(), step.made);
    bytes.remove_prefix(step.taken);
    if (step.at_end) {
      if (compression_of(bytes) != compression) break;
      decoder.emplace();
    } else if (step.taken == 0 && step.made == 0) {
      throw Error("compressed data end too early (cut short?)", name);
    }
  }
  return out;
}

std::string expanded(std::string_view bytes, const std::string& name, Wanted wanted) {
  const std::string_view compression = compression_of(bytes);
  if (compression == kGzip) return expanded<Gzip>(bytes, name, wanted);
  if (compression == kBzip2) return expanded<Bzip2>(bytes, name, wanted);
  if (compression == kXz) return expanded<Xz>(bytes, name, wanted);
  throw Error(fmt::format("compressed by {} (gzip, bzip2 and xz are read)", compression), name,
              "decompress it first");
}

// Whether every other byte of its beginning is 0, as in letters of 16 bits.
bool is_sixteen_bit_text(std::string_view bytes) {
  constexpr std::size_t kLooked = 32;
  if (bytes.size() < kLooked) return false;
  for (const std::size_t zero : {0, 1}) {
    std::size_t letters = 0;
    for (std::size_t i = 0; i < kLooked; i += 2) {
      const char letter = bytes[i + 1 - zero];
      const bool is_text =
          (letter >= ' ' && letter <= '~') || letter == '\n' || letter == '\r' || letter == '\t';
      letters += is_text && bytes[i + zero] == '\0' ? 1 : 0;
    }
    if (2 * letters == kLooked) return true;
  }
  return false;
}

// Text in UTF-8 without its mark, its lines ended by line feeds; other bytes as they are.
std::string plain_text(std::string bytes, const std::string& name) {
  constexpr std::string_view kUtf8 = "\xef\xbb\xbf";
  if (bytes.starts_with(kUtf8)) bytes.erase(0, kUtf8.size());
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    throw Error("text in UTF-16 (by its byte-order mark)", name, "save it as UTF-8");
  }
  if (is_sixteen_bit_text(bytes)) {
    throw Error("text in UTF-16 (every other byte is 0)", name, "save it as UTF-8");
  }
  // Classic Mac OS ends lines with carriage returns alone.
  const auto has = [&](char c) { return bytes.find(c) != std::string::npos; };
  if (!has('\n') && !has('\0') && has('\r')) std::ranges::replace(bytes, '\r', '\n');
  return bytes;
}

void refuse_archive(std::string_view bytes, const std::string& name) {
  constexpr std::size_t kPlace = 257;
  if (bytes.size() <= kPlace || !bytes.substr(kPlace).starts_with("ustar")) return;
  throw Error("a tar archive", name, "unpack it first");
}

}  // namespace

std::string_view compression_of(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSignatures{{
      {"\x1f\x8b"sv, kGzip},
      {"BZh"sv, kBzip2},
      {"\xfd\x37zXZ\0"sv, kXz},
      {"\x28\xb5\x2f\xfd"sv, "zstd"},
      {"\x1f\x9d"sv, "compress (.Z)"},
      {"\x04\x22\x4d\x18"sv, "lz4"},
      {"\x5d\0\0"sv, "lzma (.lzma)"},
      {"PK\x03\x04"sv, "zip"},
      {"7z\xbc\xaf\x27\x1c"sv, "7-Zip"},
  }};
  for (const auto& [signature, name] : kSignatures) {
    if (bytes.starts_with(signature)) return name;
  }
  return {};
}

std::string decompressed(std::string bytes, const std::string& name) {
  return compression_of(bytes).empty() ? std::move(bytes) : expanded(bytes, name, {});
}

std::string read_input(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::string bytes = read_file(path);
  const std::string_view outer = compression_of(bytes);
  bytes = decompressed(std::move(bytes), name);
  if (const std::string_view inner = compression_of(bytes); !inner.empty()) {
    throw Error(fmt::format("compressed twice (by {}, and by {} in that)", outer, inner), name,
                "decompress it once");
  }
  refuse_archive(bytes, name);
  return plain_text(std::move(bytes), name);
}

std::string beginning_of(const std::filesystem::path& path, std::size_t count) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) return {};
  // A block of bzip2 has to be read before its first byte comes out.
  constexpr std::size_t kLargestBlock = 1 << 20;
  std::string bytes(std::max(count, kLargestBlock), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  try {
    if (!compression_of(bytes).empty()) bytes = expanded(bytes, path.string(), {count});
    if (!compression_of(bytes).empty()) return {};
    refuse_archive(bytes, path.string());
    bytes = plain_text(std::move(bytes), path.string());
  } catch (const Error&) {
    return {};  // the reader of the whole file says what is wrong with it
  }
  bytes.resize(std::min(bytes.size(), count));
  return bytes;
}

std::filesystem::path uncompressed_name(const std::filesystem::path& path) {
  const auto end = path.extension();
  const bool compressed = end == ".gz" || end == ".bz2" || end == ".xz";
  return compressed ? path.parent_path() / path.stem() : path;
}

void check_not_compressed(const std::filesystem::path& path, std::string_view format) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) return;
  std::array<char, 8> start{};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  const std::string_view compression = compression_of({start.data(), start.size()});
  if (compression.empty()) return;
  throw Error(fmt::format("compressed by {} ({} is read in its place)", compression, format),
              path.string(), "decompress it first");
}

}  // namespace nanobragg::io
