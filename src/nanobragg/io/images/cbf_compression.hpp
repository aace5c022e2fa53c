// The other compressions of CBF arrays: canonical codes and packed differences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::io {

// The elements of an array as bit patterns of `bits` bits (8 to 64), those that are shorter than 64
// in the lowest bits. Throws Error, naming `name`, for bytes that do not hold `count` of them.

// "x-CBF_CANONICAL" (CBFlib manual, 3.3.1): each element as its difference from the one before, in
// a canonical Huffman code that stands before the data.
std::vector<std::uint64_t> expand_canonical(std::string_view bytes, std::size_t count,
                                            unsigned bits, const std::string& name);

// How elements are predicted before their differences are packed.
struct PackedLayout {
  std::size_t fast = 0, slow = 0;   // of a section; 0: the one before predicts an element
  bool correlated_sections = true;  // neighbours in the section before count
  bool second_version = false;      // "x-CBF_PACKED_V2": other widths
};

// "x-CBF_PACKED" (CBFlib manual, 3.3.2, after J. P. Abrahams): blocks of differences of one width,
// from the mean of the neighbours that are known already. Elements of at most 32 bits.
std::vector<std::uint64_t> expand_packed(std::string_view bytes, std::size_t count, unsigned bits,
                                         const PackedLayout& layout, const std::string& name);

}  // namespace nanobragg::io
