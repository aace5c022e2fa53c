// Reads MIME headers, and undoes the compression that they name.
#include "nanobragg/io/images/cbf_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/images/cbf.hpp"
#include "nanobragg/io/images/cbf_compression.hpp"

namespace nanobragg::io {
namespace {

constexpr std::string_view kBoundary = "--CIF-BINARY-FORMAT-SECTION--";
constexpr std::string_view kEnd = "--CIF-BINARY-FORMAT-SECTION----";
constexpr std::string_view kStart = "\x0c\x1a\x04\xd5";

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// What stands behind "KEY:" up to the end of its line; keys of MIME may be written in any case.
std::optional<std::string_view> entry(std::string_view header, std::string_view key) {
  const std::size_t at = lower(header).find(fmt::format("\n{}:", lower(key)));
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = header.substr(at + key.size() + 2);
  rest = rest.substr(0, rest.find('\n'));
  return trim(rest);
}

// Whether the header of a section has a word, in any case.
bool says(const CbfSection& section, std::string_view word) {
  return lower(section.header).find(word) != std::string::npos;
}

CbfCompression compression_of(const CbfSection& section, const std::string& name) {
  if (says(section, "x-cbf_byte_offset")) return CbfCompression::byte_offset;
  if (says(section, "x-cbf_packed")) return CbfCompression::packed;
  if (says(section, "x-cbf_canonical")) return CbfCompression::canonical;
  if (!says(section, "conversions=") || says(section, "x-cbf_none")) return CbfCompression::none;
  throw Error("CBF image in a compression that cannot be read", name,
              "CBFlib's cif2cbf converts it: byte offset, packed, canonical and none are read");
}

std::optional<std::size_t> number(std::string_view header, std::string_view key,
                                  const std::string& name) {
  const auto text = entry(header, key);
  if (!text) return std::nullopt;
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  const auto value = integer_prefix(*text);
  if (!value || value->value < 0 || value->value > kMost) {
    throw Error(fmt::format("CBF image with absurd {}", key), name);
  }
  return static_cast<std::size_t>(value->value);
}

void read_element(CbfSection& section, const std::string& name) {
  const auto type = entry(section.header, "X-Binary-Element-Type");
  if (!type) return;
  const std::string words = lower(*type);
  section.element = words.find("real") != std::string::npos       ? CbfElement::real
                    : words.find("unsigned") != std::string::npos ? CbfElement::unsigned_integer
                                                                  : CbfElement::signed_integer;
  const std::size_t digit = words.find_first_of("0123456789");
  const auto bits = integer_prefix(digit == std::string::npos ? "" : words.substr(digit));
  const bool is_real = section.element == CbfElement::real;
  const bool is_known = bits && (bits->value == 32 || bits->value == 64 ||
                                 (!is_real && (bits->value == 8 || bits->value == 16)));
  if (!is_known || words.find("complex") != std::string::npos) {
    throw Error(fmt::format("CBF image of elements that are {} (they cannot be read)", *type),
                name);
  }
  section.bits = static_cast<unsigned>(bits->value);
}

CbfSection section_of(std::string_view header, std::string_view data, const std::string& name) {
  CbfSection out;
  out.header = header;
  const auto size = number(header, "X-Binary-Size", name);
  if (!size) throw Error("CBF image without X-Binary-Size", name);
  if (*size > data.size()) throw Error("truncated CBF image", name);
  out.data = data.substr(0, *size);
  if (const auto id = number(header, "X-Binary-ID", name)) out.binary_id = static_cast<long>(*id);
  out.compression = compression_of(out, name);
  read_element(out, name);
  constexpr std::size_t kMost = std::size_t{1} << 31;
  const auto pixels = [&](std::string_view key, std::optional<std::size_t> otherwise) {
    const auto given = number(header, key, name);
    const auto value = given ? given : otherwise;
    if (!value) throw Error(fmt::format("CBF image without {}", key), name);
    if (*value < 1 || *value > kMost)
      throw Error(fmt::format("CBF image with absurd {}", key), name);
    return *value;
  };
  out.fast = pixels("X-Binary-Size-Fastest-Dimension", {});
  out.slow = pixels("X-Binary-Size-Second-Dimension", {});
  out.sections = pixels("X-Binary-Size-Third-Dimension", 1);
  const double bytes = 9.0 * static_cast<double>(out.fast) * static_cast<double>(out.slow) *
                       static_cast<double>(out.sections);
  check_fits_in_memory(
      bytes, fmt::format("a CBF image of {} x {} x {} pixels", out.fast, out.slow, out.sections),
      "is the header damaged?");
  return out;
}

std::vector<std::uint64_t> uncompressed(const CbfSection& section, const std::string& name) {
  const std::size_t width = section.bits / 8;
  if (section.data.size() / width < section.size()) throw Error("truncated CBF image", name);
  const auto order = entry(section.header, "X-Binary-Element-Byte-Order");
  const bool is_big = order && lower(*order).find("big") != std::string::npos;
  std::vector<std::uint64_t> out(section.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::size_t byte = 0; byte < width; ++byte) {
      const std::size_t place = is_big ? width - 1 - byte : byte;
      const auto value = static_cast<unsigned char>(section.data[i * width + place]);
      out[i] |= std::uint64_t{value} << (8 * byte);
    }
  }
  return out;
}

// What the bits of an element say.
double value_of(std::uint64_t bits, const CbfSection& section) {
  if (section.element == CbfElement::real) {
    return section.bits == 64
               ? std::bit_cast<double>(bits)
               : static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  }
  if (section.element == CbfElement::unsigned_integer) return static_cast<double>(bits);
  const unsigned unused = 64 - section.bits;
  return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
}

std::vector<double> expand_offsets(const CbfSection& section, const std::string& name) {
  const bool is_signed = section.element == CbfElement::signed_integer;
  if (section.element == CbfElement::real || section.bits > 32) {
    throw Error("byte-offset compressed CBF image of other than integers of 32 bits", name,
                "CBFlib's cif2cbf converts it");
  }
  const std::int64_t most = (std::int64_t{1} << (is_signed ? section.bits - 1 : section.bits)) - 1;
  const OffsetRange range{is_signed ? -most - 1 : 0, most};
  const auto values = expand_byte_offset(section.data, section.size(), range, name);
  return {values.begin(), values.end()};
}

}  // namespace

namespace {

// As many pixels as a byte can stand for (International Tables for Crystallography G, 5.6.3).
double most_pixels_in_byte(const CbfSection& section) {
  constexpr double kBits = 8.0;
  switch (section.compression) {
    case CbfCompression::byte_offset:
      return 1.0;
    case CbfCompression::packed:  // 128 alike take six bits
      return 128.0 / 6.0 * kBits;
    case CbfCompression::canonical:  // each takes a bit
      return kBits;
    case CbfCompression::none:
      break;
  }
  return kBits / section.bits;
}

// Before memory is taken for them.
void check_holds_pixels(const CbfSection& section, const std::string& name) {
  check_stored_size("CBF", {section.slow * section.sections, section.fast}, 1.0,
                    {section.data.size(), most_pixels_in_byte(section)}, name);
}

// The name behind the last "data_" at the beginning of a line, `before` where there is none.
std::string_view last_block(std::string_view text, std::string_view before) {
  std::string_view block = before;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    constexpr std::string_view kKey = "data_";
    if (line->text.starts_with(kKey)) block = trim(line->text.substr(kKey.size()));
  }
  return block;
}

}  // namespace

CbfFile parse_cbf_file(std::string_view bytes, const std::string& name) {
  CbfFile out;
  std::string_view block;
  while (true) {
    const std::size_t begin = bytes.find(kBoundary);
    block = last_block(bytes.substr(0, begin), block);
    out.text += bytes.substr(0, begin);
    if (begin == std::string_view::npos) break;
    bytes.remove_prefix(begin);
    const std::size_t start = bytes.find(kStart);
    if (start == std::string_view::npos) throw Error("CBF image without binary section", name);
    out.sections.push_back(
        section_of(bytes.substr(0, start), bytes.substr(start + kStart.size()), name));
    out.sections.back().block = block;
    check_holds_pixels(out.sections.back(), name);
    // The end is looked for behind the data, which may hold anything.
    bytes.remove_prefix(start + kStart.size() + out.sections.back().data.size());
    const std::size_t end = bytes.find(kEnd);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + kEnd.size());
  }
  if (out.sections.empty()) throw Error("CBF image without binary section", name);
  return out;
}

std::vector<double> expand_section(const CbfSection& section, const std::string& name) {
  std::vector<std::uint64_t> bits;
  switch (section.compression) {
    case CbfCompression::byte_offset:
      return expand_offsets(section, name);
    case CbfCompression::packed:
      bits = expand_packed(
          section.data, section.size(), section.bits,
          {.fast = says(section, "\"flat\"") || says(section, "; flat") ? 0 : section.fast,
           .slow = section.slow,
           .correlated_sections = !says(section, "uncorrelated_sections"),
           .second_version = says(section, "x-cbf_packed_v2")},
          name);
      break;
    case CbfCompression::canonical:
      bits = expand_canonical(section.data, section.size(), section.bits, name);
      break;
    case CbfCompression::none:
      bits = uncompressed(section, name);
      break;
  }
  std::vector<double> out(bits.size());
  std::ranges::transform(bits, out.begin(),
                         [&](std::uint64_t one) { return value_of(one, section); });
  return out;
}

}  // namespace nanobragg::io
