// The binary sections of a CBF file, and the text around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

// What the bits of an element mean.
enum class CbfElement : std::uint8_t { signed_integer, unsigned_integer, real };

// How the elements are written: as they are, or compressed.
enum class CbfCompression : std::uint8_t { none, byte_offset, packed, canonical };

// An array of one, two or three dimensions; its bytes are those of the file.
struct CbfSection {
  std::string_view header, data;
  std::string_view block;  // the name of its data block; empty without one
  std::optional<long> binary_id;
  CbfCompression compression = CbfCompression::none;
  CbfElement element = CbfElement::signed_integer;
  unsigned bits = 32;
  std::size_t fast = 1, slow = 1, sections = 1;

  std::size_t size() const { return fast * slow * sections; }
};

struct CbfFile {
  std::string text;  // all but the sections
  std::vector<CbfSection> sections;
};

// `bytes` outlive the result. Throws Error for a file without sections, for headers that are not
// valid, and for a compression that is not known.
CbfFile parse_cbf_file(std::string_view bytes, const std::string& name);

// The elements as numbers, row by row, section by section. Throws Error for data that do not hold
// them.
std::vector<double> expand_section(const CbfSection& section, const std::string& name);

}  // namespace nanobragg::io
