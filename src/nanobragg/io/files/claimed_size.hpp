// The size that a file claims to have, held against its bytes and the memory before any is taken.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {

// Throws Error, naming the file, for an image that does not fit into memory as the numbers that
// all formats are brought to, and for one without pixels.
void check_claimed_size(ImageShape shape, const std::string& name);

// As many bytes as one of Deflate (zip, gzip, PNG) can stand for: "1032:1" in zlib's technical
// details (https://zlib.net/zlib_tech.html).
inline constexpr double kDeflateRatio = 1032.0;
// Of Zstandard: a block of 128 kB that repeats a byte takes four (RFC 8878, section 3.1.1.2).
inline constexpr double kZstdRatio = 32768.0;

// Where pixels are kept.
struct StoredBytes {
  std::size_t count;
  double ratio = 1.0;  // bytes that one can stand for: of the compression, at most
};

// Throws Error, naming the file, for an image of a format ("TIFF") whose pixels cannot all be in
// what is stored.
void check_stored_size(std::string_view format, ImageShape shape, double bytes_per_pixel,
                       StoredBytes stored, const std::string& name);

// Panels as one image. Throws Error, naming the file, where that image does not fit into memory, or
// is nearly all empty because a panel is much wider than the others.
PanelStack checked_stack(std::span<const ImageShape> shapes, const std::string& name);

// Throws Error for a mask that a text describes, whose bytes say nothing of its size, where it is
// larger than any detector.
void check_described_mask(ImageShape shape, const std::string& name);

}  // namespace nanobragg::io
