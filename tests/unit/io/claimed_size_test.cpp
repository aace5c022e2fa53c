// Small files that claim to be large.
#include "nanobragg/io/files/claimed_size.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/tiff_images.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

TEST(ClaimedSize, IsHeldAgainstMemory) {
  EXPECT_NO_THROW(check_claimed_size({100, 100}, "f"));
  EXPECT_THROW(check_claimed_size({0, 100}, "f"), Error);
  EXPECT_THROW(
      check_claimed_size(
          {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max()}, "f"),
      Error);
}

TEST(ClaimedSize, IsHeldAgainstTheBytesOfAFile) {
  const auto check = [](double bytes_per_pixel, StoredBytes stored) {
    check_stored_size("TIFF", {100, 200}, bytes_per_pixel, stored, "f");
  };
  EXPECT_NO_THROW(check(2.0, {40'000}));
  EXPECT_NO_THROW(check(2.0, {40, 1000.0}));
  EXPECT_THAT([&] { check(2.0, {39'999}); },
              testing::ThrowsMessage<Error>(
                  "f: truncated TIFF image (200 × 100 pixels do not fit in 39999 bytes)"));
  EXPECT_THROW(check(2.0, {39, 1000.0}), Error);
}

TEST(ClaimedSize, OfPanelsAsOneImage) {
  const std::vector<ImageShape> alike{{10, 20}, {10, 30}};
  EXPECT_EQ(checked_stack(alike, "f").shape, (ImageShape{20, 30}));
  const std::vector<ImageShape> crossed{{1, 5000}, {5000, 1}};
  EXPECT_THAT([&] { checked_stack(crossed, "f"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("panels of too different widths")));
}

TEST(ClaimedSize, OfAMaskThatATextDescribes) {
  EXPECT_NO_THROW(check_described_mask({1 << 14, 1 << 14}, "f"));
  EXPECT_THROW(check_described_mask({(1 << 14) + 1, 1 << 14}, "f"), Error);
}

// A little-endian TIFF of one strip of 12 bytes that says it has 2³⁰ × 2³⁰ pixels of 16 bits.
TEST(ClaimedSize, OfATiff) {
  std::string bytes("II*\0\x14\0\0\0", 8);
  bytes += std::string(12, 'x');
  const auto tag = [&](unsigned number, char type, unsigned value) {
    for (const unsigned word : {number, static_cast<unsigned>(type)}) {
      bytes += static_cast<char>(word & 0xff);
      bytes += static_cast<char>(word >> 8);
    }
    bytes += std::string("\1\0\0\0", 4);
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  };
  constexpr char kShort = 3;
  constexpr char kLong = 4;
  bytes += std::string("\x8\0", 2);
  tag(256, kLong, 1U << 30);
  tag(257, kLong, 1U << 30);
  tag(258, kShort, 16);
  tag(259, kShort, 1);
  tag(262, kShort, 1);
  tag(273, kLong, 8);
  tag(277, kShort, 1);
  tag(279, kLong, 12);
  bytes += std::string(4, '\0');
  const test::TemporaryFolder folder;
  std::ofstream(folder / "x.tif", std::ios::binary) << bytes;
  try {
    open_tiff_images(folder / "x.tif")->read(0);
    FAIL() << "was read";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("x.tif"));
  }
}

}  // namespace
}  // namespace nanobragg::io
