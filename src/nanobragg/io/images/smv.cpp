// Reads SMV headers leniently, as beamlines write them, and writes them as the C program does.
#include "nanobragg/io/images/smv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstring>
#include <utility>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/images/foreign_images.hpp"
#include "nanobragg/io/images/smv_units.hpp"

namespace nanobragg::io {
namespace {

constexpr std::size_t kHeaderUnit = 512;
// Real headers have a few kB; a larger number is not the size of a header.
constexpr double kLargestHeader = 1 << 24;
constexpr double kMostPixelsOnAnAxis = 1 << 30;
constexpr std::string_view kPixelType = "unsigned_short";
constexpr std::string_view kLittleEndian = "little_endian";
constexpr std::string_view kBigEndian = "big_endian";

// Whether two words are the same in any capitals.
bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Where an entry ends: at a semicolon or, where there is none, at the end of the line. Inside
// braces, which a value may stand in, both are part of it.
std::size_t entry_end(std::string_view header) {
  const std::size_t plain = std::min(header.find_first_of(";\n"), header.size());
  const std::size_t equals = header.substr(0, plain).find('=');
  if (equals == std::string_view::npos) return plain;
  std::size_t i = equals + 1;
  while (i < plain && is_space(header[i])) ++i;
  if (i == plain || header[i] != '{') return plain;
  for (int depth = 0; i < header.size(); ++i) {
    if (header[i] == '{') ++depth;
    if (header[i] == '}') --depth;
    if (depth == 0) return std::min(header.find_first_of(";\n", i), header.size());
  }
  return plain;  // the brace is never closed
}

std::vector<SmvEntry> split_entries(std::string_view header) {
  std::vector<SmvEntry> entries;
  while (!header.empty()) {
    const std::size_t end = entry_end(header);
    const std::string_view entry = header.substr(0, end);
    const bool has_semicolon = end < header.size() && header[end] == ';';
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) {
      entries.push_back({std::string(trim(entry.substr(0, equals))),
                         std::string(trim(entry.substr(equals + 1))),
                         has_semicolon ? EntryEnd::semicolon : EntryEnd::none});
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return entries;
}

// Whether the brace at `at` is alone in its line.
bool is_alone(std::string_view bytes, std::size_t at) {
  std::size_t before = at;
  while (before > 0 && (bytes[before - 1] == ' ' || bytes[before - 1] == '\t')) --before;
  const char next = at + 1 < bytes.size() ? bytes[at + 1] : '\n';
  return before > 0 && bytes[before - 1] == '\n' && (is_space(next) || next == '\0');
}

// The brace that closes a header: the last that is alone in its line, else the last.
std::size_t closing_brace(std::string_view header) {
  const std::size_t last = header.rfind('}');
  for (std::size_t at = last; at != std::string_view::npos && at > 0;
       at = header.rfind('}', at - 1)) {
    if (is_alone(header, at)) return at;
  }
  return last;
}

// The last entry of that key, else the last that has it in other capitals; null where there is
// none.
const SmvEntry* find_last(std::span<const SmvEntry> entries, std::string_view key) {
  const auto last = [&](const auto& is_it) {
    const auto found = std::find_if(entries.rbegin(), entries.rend(), is_it);
    return found == entries.rend() ? nullptr : &*found;
  };
  if (const auto* entry = last([&](const SmvEntry& e) { return e.key == key; })) return entry;
  return last([&](const SmvEntry& e) { return same_word(e.key, key); });
}

std::endian parse_byte_order(std::string_view word, const std::string& name) {
  if (same_word(word, kLittleEndian)) return std::endian::little;
  if (same_word(word, kBigEndian)) return std::endian::big;
  throw Error(fmt::format("SMV header with unknown BYTE_ORDER {}", quoted_word(word)), name,
              "little_endian and big_endian are known");
}

// Of `keys` the first that the header has; null where it has none.
const SmvEntry* first_of(const SmvHeader& header, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const SmvEntry* const entry = find_last(header.entries(), key)) return entry;
  }
  return nullptr;
}

// Throws Error for pixels that are not one plain frame of 16 bits.
void check_pixels(const SmvHeader& header, const std::string& name) {
  if (const SmvEntry* const type = first_of(header, {"TYPE", "DATA_TYPE"})) {
    std::string word = type->value;
    std::ranges::replace(word, '_', ' ');
    if (!same_word(word, "unsigned short") && !same_word(word, "unsigned short int")) {
      throw Error(fmt::format("SMV image of {} {} (only {} is supported)", type->key,
                              quoted_text(type->value), kPixelType),
                  name);
    }
  }
  if (const SmvEntry* const packing = first_of(header, {"COMPRESSION"})) {
    const bool is_none = packing->value.empty() || same_word(packing->value, "none");
    if (!is_none) {
      throw Error(fmt::format("SMV image of {} {} (only None is supported)", packing->key,
                              quoted_text(packing->value)),
                  name);
    }
  }
  // Of d*TREK: readings above 32767 are divided by it.
  const auto ratio = header.number("RAXIS_COMPRESSION_RATIO");
  if (ratio && *ratio != 1.0) {
    throw Error(fmt::format("SMV image of RAXIS_COMPRESSION_RATIO={} (readings above 32767 are "
                            "packed; only plain ones are read)",
                            *ratio),
                name, "DIALS and fabio convert it");
  }
  const auto frames = header.number("SIZE3");
  if (frames && *frames > 1.0) {
    throw Error(fmt::format("SMV image of SIZE3={} frames (one is read)", *frames), name);
  }
}

std::uint16_t swap_bytes(std::uint16_t value) {
  return static_cast<std::uint16_t>((value << 8) | (value >> 8));
}

void append(std::string& text, const SmvEntry& entry) {
  NANOBRAGG_EXPECTS(entry.key.find_first_of("=;{}\n") == std::string::npos);
  NANOBRAGG_EXPECTS(entry.value.find_first_of(";{}\n") == std::string::npos);
  text += entry.key + '=' + entry.value + (entry.end == EntryEnd::semicolon ? ";\n" : "\n");
}

std::string header_declaring(std::size_t length, const std::string& body) {
  return fmt::format("{{\nHEADER_BYTES={};\n{}}}\f", length, body);
}

}  // namespace

SmvHeader SmvHeader::parse(std::string_view bytes, const std::string& name) {
  return SmvHeader(bytes, name);
}

SmvHeader::SmvHeader(std::string_view bytes, const std::string& name) : name_(name) {
  if (!bytes.starts_with('{')) throw Error("not an SMV image (it does not begin with '{')", name);
  if (bytes.find('}') == std::string_view::npos) {
    throw Error("SMV header without closing '}'", name);
  }
  // HEADER_BYTES, with which headers begin, says how far to look for the end.
  constexpr std::size_t kBeginning = 1 << 16;
  entries_ = split_entries(bytes.substr(1, kBeginning));
  std::erase_if(entries_, [](const SmvEntry& entry) { return entry.key != "HEADER_BYTES"; });
  if (entries_.size() > 1) entries_.resize(1);
  const auto length = number("HEADER_BYTES");
  if (!length) {
    refuse_foreign_image(bytes.substr(0, kBeginning), name);
    throw Error("SMV header without HEADER_BYTES", name);
  }
  if (*length != std::floor(*length) || *length < 1.0 || *length > kLargestHeader) {
    throw Error(fmt::format("SMV header with absurd HEADER_BYTES={}", *length), name);
  }
  length_ = static_cast<std::size_t>(*length);
  const std::size_t end = closing_brace(bytes.substr(0, length_));
  if (end == std::string_view::npos) {
    throw Error(fmt::format("SMV header without closing '}}' within its HEADER_BYTES={}", length_),
                name);
  }
  text_ = bytes.substr(1, end - 1);
  entries_ = split_entries(text_);
  shape_ = {size_of("SIZE2"), size_of("SIZE1")};
  if (const auto word = text("BYTE_ORDER")) byte_order_ = parse_byte_order(*word, name);
}

std::size_t SmvHeader::size_of(std::string_view key) const {
  const auto size = number(key);
  if (!size) throw Error(fmt::format("SMV header without {}", key), name_);
  if (*size != std::floor(*size) || *size < 1.0 || *size > kMostPixelsOnAnAxis) {
    throw Error(fmt::format("SMV header with absurd {}={}", key, *size), name_);
  }
  return static_cast<std::size_t>(*size);
}

std::optional<std::string_view> SmvHeader::text(std::string_view key) const {
  const SmvEntry* const entry = find_last(entries_, key);
  return entry ? std::optional<std::string_view>(entry->value) : std::nullopt;
}

std::optional<double> SmvHeader::number(std::string_view key) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto prefix = number_prefix(*value);
  const bool ends =
      prefix && (prefix->length == value->size() || is_space((*value)[prefix->length]));
  if (!ends || !std::isfinite(prefix->value)) {
    throw Error(fmt::format("SMV header with {}={} (not a number)", key, quoted_word(*value)),
                name_);
  }
  const std::string_view behind = trim(value->substr(prefix->length));
  return behind.empty() ? prefix->value : smv_value({key, prefix->value, behind}, name_);
}

std::optional<double> SmvHeader::number_by_search(std::string_view key) const {
  const std::string assignment = std::string(key) + '=';
  const std::size_t found = text_.rfind(assignment);
  if (found == std::string::npos) return std::nullopt;
  const auto prefix =
      number_prefix(skip_space(std::string_view(text_).substr(found + assignment.size())));
  return prefix ? prefix->value : 0.0;
}

SmvImage parse_smv(std::string_view bytes, const std::string& name) {
  SmvHeader header = SmvHeader::parse(bytes, name);
  check_pixels(header, name);
  const std::size_t pixel_bytes = header.shape().size() * sizeof(std::uint16_t);
  const std::size_t expected = header.length() + pixel_bytes;
  if (bytes.size() < expected) {
    throw Error(fmt::format("truncated SMV image (its header states {} bytes, found {})", expected,
                            bytes.size()),
                name);
  }
  if (bytes.size() - expected >= std::max(pixel_bytes, kHeaderUnit)) {
    throw Error(fmt::format("SMV image with more than one frame of 16-bit pixels (its header "
                            "states {} bytes, found {})",
                            expected, bytes.size()),
                name);
  }
  Image<std::uint16_t> image(header.shape());
  std::memcpy(image.pixels().data(), bytes.data() + header.length(), pixel_bytes);
  if (header.byte_order() != std::endian::native) {
    for (std::uint16_t& pixel : image.pixels()) pixel = swap_bytes(pixel);
  }
  return {std::move(header), std::move(image)};
}

bool is_smv(const std::filesystem::path& path) {
  constexpr std::size_t kEnough = 64;
  const std::string start = beginning_of(path, kEnough);
  const std::string_view text = skip_space(start);
  if (!text.starts_with('{')) return false;
  const std::string_view key = skip_space(text.substr(1));
  return !key.empty() && std::isalpha(static_cast<unsigned char>(key.front())) != 0;
}

SmvImage read_smv(const std::filesystem::path& path) {
  return parse_smv(read_input(path), path.string());
}

std::string smv_header_text(ImageShape shape, std::span<const SmvEntry> entries,
                            HeaderLength header_length) {
  const bool is_little = std::endian::native == std::endian::little;
  const std::array<SmvEntry, 5> image_entries = {{
      {"DIM", "2"},
      {"BYTE_ORDER", std::string(is_little ? kLittleEndian : kBigEndian)},
      {"TYPE", std::string(kPixelType)},
      {"SIZE1", fmt::to_string(shape.fast)},
      {"SIZE2", fmt::to_string(shape.slow)},
  }};
  std::string body;
  for (const SmvEntry& entry : image_entries) append(body, entry);
  for (const SmvEntry& entry : entries) append(body, entry);

  std::size_t length = kHeaderUnit;
  std::string header = header_declaring(length, body);
  // A longer number may need more room itself, so the length is tried out.
  while (header_length == HeaderLength::next_multiple && header.size() > length) {
    length += kHeaderUnit;
    header = header_declaring(length, body);
  }
  if (header.size() < length) header.resize(length, ' ');
  return header;
}

void write_smv(const std::filesystem::path& path, ImageView<const std::uint16_t> image,
               std::span<const SmvEntry> entries, HeaderLength header_length) {
  write_smv(
      path, image.shape(), [&](std::size_t /*first*/) { return image; }, entries, header_length);
}

void write_smv(const std::filesystem::path& path, ImageShape shape,
               const NextRows<std::uint16_t>& next_rows, std::span<const SmvEntry> entries,
               HeaderLength header_length) {
  write_rows_atomically(path, smv_header_text(shape, entries, header_length), shape.slow,
                        next_rows);
}

}  // namespace nanobragg::io
