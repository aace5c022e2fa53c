// CBF images of 32-bit pixels: a mini header as PILATUS detectors write it, byte-offset
// compression.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

// Each pixel as its difference from the one before: one byte, or the byte −128 and then two, or
// −2¹⁵ as two more and then four, or −2³¹ as four more and then eight; little-endian (the CBF
// description of CBFlib, "byte_offset"; International Tables for Crystallography G, 2.3.3.3).
// Before the first pixel of an image comes 0.
std::string compress_byte_offset(std::span<const std::int32_t> pixels,
                                 std::int32_t pixel_before = 0);
// Throws Error where the bytes do not hold `count` pixels of 32 bits.
std::vector<std::int32_t> expand_byte_offset(std::string_view bytes, std::size_t count,
                                             const std::string& name);
// The same for pixels of another type, of at most 32 bits.
struct OffsetRange {
  std::int64_t least, most;
};
std::vector<std::int64_t> expand_byte_offset(std::string_view bytes, std::size_t count,
                                             const OffsetRange& range, const std::string& name);

// With the mini header where the image has the size of a PILATUS and the header says everything,
// else with a full imgCIF header. Throws Error for several panels.
void check_cbf(const std::filesystem::path& path, const Experiment& experiment);
void write_cbf(const std::filesystem::path& path, const DetectorImage& image);

// The first array of a file , signed 32-bit integers behind byte-offset compression. Throws Error.
Image<std::int32_t> parse_cbf(std::string_view bytes, const std::string& name);
Image<std::int32_t> read_cbf(const std::filesystem::path& path);

}  // namespace nanobragg::io
