// Raw float, PGM and PNG: what their readers and writers refuse, and the bytes they write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/pgm.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;
using testing::StrEq;
using testing::Throws;
using testing::ThrowsMessage;

TEST(RawFloat, ChecksTheSize) {
  const std::string bytes(24, '\0');
  EXPECT_EQ(parse_raw_float(bytes, "f", {2, 3}).shape(), (ImageShape{2, 3}));
  EXPECT_THAT(
      [&] {
        parse_raw_float(bytes, "f.bin", {3, 3});
      },
      ThrowsMessage<Error>(StrEq("f.bin: float image of the wrong size (expected 3 x 3 "
                                 "pixels of 4 bytes, found 24 bytes): "
                                 "a file that begins like no known format is read as raw floats")));
  EXPECT_THAT([&] { parse_raw_float(bytes + "x", "f.bin", {2, 3}); }, Throws<Error>());
  EXPECT_THAT([&] { parse_raw_float(bytes, "f.bin", {std::size_t{1} << 62, 1}); }, Throws<Error>());
}

TEST(Pgm, WritesTheScaleAsAComment) {
  const test::TemporaryFolder folder;
  const std::vector<std::uint8_t> pixels = {10, 0, 255, 35, 32, 49};
  write_pgm(folder / "x.pgm", {{2, 3}, pixels}, 0.03147449);
  const std::string header = "P5\n3 2\n# pixels scaled by 0.0314745\n255\n";
  EXPECT_EQ(read_file(folder / "x.pgm"), header + std::string(pixels.begin(), pixels.end()));
}

TEST(Pgm, ReadsOtherHeaders) {
  const auto image = parse_pgm("P5 # a\n#b\n 2\t1 #c\r\n255 \n\x20", "x");
  EXPECT_EQ(image.shape(), (ImageShape{1, 2}));
  EXPECT_EQ((image[{0, 0}]), '\n');
  EXPECT_EQ((image[{0, 1}]), ' ');
}

TEST(Pgm, RefusesDamage) {
  const auto expect_error = [](std::string_view bytes, const std::string& part) {
    EXPECT_THAT([&] { parse_pgm(bytes, "x.pgm"); }, ThrowsMessage<Error>(HasSubstr(part)));
  };
  expect_error("P2 1 1 255 \n0", "lacks 'P5'");
  expect_error("P5 0 1 255 \n", "absurd width");
  expect_error("P5 1 -1 255 \n", "absurd height");
  expect_error("P5 1 1 65535 \n..", "absurd maximum");
  expect_error("P5 1 1 255", "does not end");
  expect_error("P5 # no more", "absurd width");
  expect_error("P5 3 2 255\nabcd", "states 6 pixels, found 4");
  expect_error("P5 1000000000 1000000000 255\n", "states 1000000000000000000 pixels, found 0");
}

TEST(Png, IsTheSameEveryTimeAndHoldsNoTime) {
  const std::vector<std::uint8_t> pixels = {0, 1, 2, 253, 254, 255};
  io::Palette palette{};
  for (std::size_t i = 0; i < palette.size(); ++i) palette[i].fill(static_cast<std::uint8_t>(i));
  const auto bytes = encode_png({{2, 3}, pixels}, palette);
  EXPECT_EQ(bytes, encode_png({{2, 3}, pixels}, palette));
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_THAT(text, testing::StartsWith("\x89PNG"));
  EXPECT_THAT(text, HasSubstr("PLTE"));
  EXPECT_THAT(text, testing::Not(HasSubstr("tIME")));
}

TEST(Png, RefusesSizesThatLibpngCannotWrite) {
  const std::vector<std::uint8_t> pixels(1000001);
  EXPECT_THAT(
      [&] {
        encode_png({{1, 1000001}, pixels}, io::Palette{});
      },
      ThrowsMessage<Error>(HasSubstr("no PNG of 1000001 x 1")));
  EXPECT_THAT([&] { encode_png({{0, 0}, {}}, io::Palette{}); }, Throws<Error>());
}

TEST(Writers, RefuseAFolderThatIsNotThere) {
  const std::vector<std::uint8_t> pixels(6);
  const std::vector<float> floats(6);
  EXPECT_THAT([&] { write_pgm("/no/x", {{2, 3}, pixels}, 1.0); }, Throws<Error>());
  EXPECT_THAT([&] { write_png("/no/x", {{2, 3}, pixels}, io::Palette{}); }, Throws<Error>());
  EXPECT_THAT([&] { write_raw_float("/no/x", {{2, 3}, floats}); }, Throws<Error>());
}

}  // namespace
}  // namespace nanobragg::io
