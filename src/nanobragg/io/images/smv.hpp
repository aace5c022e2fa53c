// SMV (ADSC) images of 16-bit pixels behind a text header.
#pragma once

#include <bit>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/row_writer.hpp"

namespace nanobragg::io {

enum class EntryEnd : std::uint8_t { semicolon, none };

// One KEY=VALUE of a header.
struct SmvEntry {
  std::string key;
  std::string value;
  EntryEnd end = EntryEnd::semicolon;
  friend bool operator==(const SmvEntry&, const SmvEntry&) = default;
};

// The header of a file, with what a reader needs to find the pixels checked.
class SmvHeader {
 public:
  // The header is HEADER_BYTES long and ends at its last line that is '}' alone; values may stand
  // in braces. Throws Error where the bytes do not begin with '{', have no '}' within HEADER_BYTES,
  // or where HEADER_BYTES, SIZE1 or SIZE2 is missing or absurd. The pixels need not be there.
  static SmvHeader parse(std::string_view bytes, const std::string& name);

  ImageShape shape() const { return shape_; }             // SIZE1 is fast, SIZE2 slow
  std::size_t length() const { return length_; }          // HEADER_BYTES
  std::endian byte_order() const { return byte_order_; }  // little where there is no BYTE_ORDER
  std::span<const SmvEntry> entries() const { return entries_; }

  // The value of a key as it stands there; of several the last. Nothing where it is missing.
  std::optional<std::string_view> text(std::string_view key) const;
  // The same as a number, which a unit may follow after a space: lengths in mm, wavelengths in Å,
  // angles in degrees. Throws Error where it is none, and for what stands there otherwise.
  std::optional<double> number(std::string_view key) const;
  // What a mere text search finds: the number after the last "KEY=", which may be the end of a
  // longer key; 0 where something else stands there.
  std::optional<double> number_by_search(std::string_view key) const;

 private:
  SmvHeader(std::string_view bytes, const std::string& name);
  std::size_t size_of(std::string_view key) const;

  std::string name_;  // of the file, for messages
  std::string text_;  // between the braces
  std::vector<SmvEntry> entries_;
  std::size_t length_ = 0;
  ImageShape shape_;
  std::endian byte_order_ = std::endian::little;
};

struct SmvImage {
  SmvHeader header;
  Image<std::uint16_t> pixels;
};

// Whether a file begins as such a header does, rather than as JSON: a key behind its brace.
// A pipe, which would lose what is looked at, is none.
bool is_smv(const std::filesystem::path& path);

// Throws Error also where TYPE or Data_type is other than unsigned_short, for compressed pixels,
// for fewer than the header says and for more than one frame of them.
SmvImage parse_smv(std::string_view bytes, const std::string& name);
SmvImage read_smv(const std::filesystem::path& path);

enum class HeaderLength : std::uint8_t {
  // Declares 512 bytes and writes a longer header as it is: readers will find the image shifted.
  fixed_512,
  // Declares and fills up the next multiple of 512 bytes.
  next_multiple,
};

// The header with its padding: HEADER_BYTES, DIM, BYTE_ORDER (this machine's), TYPE, SIZE1 and
// SIZE2, which follow from the image, then `entries` in their order.
std::string smv_header_text(ImageShape shape, std::span<const SmvEntry> entries,
                            HeaderLength header_length);
void write_smv(const std::filesystem::path& path, ImageView<const std::uint16_t> image,
               std::span<const SmvEntry> entries, HeaderLength header_length);

// The same with pixels that are made while they are written: `next_rows` gives those from a row on.
void write_smv(const std::filesystem::path& path, ImageShape shape,
               const NextRows<std::uint16_t>& next_rows, std::span<const SmvEntry> entries,
               HeaderLength header_length);

}  // namespace nanobragg::io
