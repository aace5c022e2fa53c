// CBF: the bytes of its compression, what its header says, and what the reader refuses.
#include "nanobragg/io/images/cbf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "support/exposure.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

TEST(ByteOffset, WritesDifferencesInTheShortestWidth) {
  const auto bytes = [](std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
  };
  const auto compressed = [](std::vector<std::int32_t> pixels) {
    return compress_byte_offset(pixels);
  };
  EXPECT_EQ(compressed({1, 128, 1}), bytes({1, 127, -127}));
  // −128 announces two bytes, so it takes two itself.
  EXPECT_EQ(compressed({-128}), bytes({0x80, 0x80, 0xff}));
  EXPECT_EQ(compressed({128, 0x1234}), bytes({0x80, 0x80, 0x00, 0x80, 0xb4, 0x11}));
  EXPECT_EQ(compressed({32768}), bytes({0x80, 0x00, 0x80, 0x00, 0x80, 0x00, 0x00}));
  // A difference of 33 bits.
  EXPECT_EQ(compressed({kMost, kLeast}),
            bytes({0x80, 0x00, 0x80, 0xff, 0xff, 0xff, 0x7f, 0x80, 0x00, 0x80, 0x00,
                   0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff}));
}

TEST(ByteOffset, ReadsEveryWidth) {
  std::vector<std::int32_t> pixels{0,     127,   -1,     128, -32768, 32767,
                                   65536, kMost, kLeast, 0,   kMost,  0};
  for (int bit = 0; bit < 31; ++bit) {
    for (const int near : {-1, 0, 1}) pixels.push_back((1 << bit) + near);
    pixels.push_back(-(1 << bit));
  }
  EXPECT_EQ(expand_byte_offset(compress_byte_offset(pixels), pixels.size(), "x"), pixels);
}

TEST(ByteOffset, RefusesDamage) {
  const std::string bytes = compress_byte_offset(std::vector<std::int32_t>{1, 70000, 3});
  EXPECT_THAT([&] { expand_byte_offset(bytes, 1000, "x.cbf"); },
              ThrowsMessage<Error>(HasSubstr("truncated CBF image")));
  EXPECT_THAT([&] { expand_byte_offset(bytes.substr(0, 4), 3, "x.cbf"); },
              ThrowsMessage<Error>(HasSubstr("damaged CBF image (at pixel 1 of 3)")));
  // 2³¹ − 1 and then one more.
  const std::string beyond = compress_byte_offset(std::vector<std::int32_t>{kMost}) + "\x01";
  EXPECT_THAT([&] { expand_byte_offset(beyond, 2, "x.cbf"); },
              ThrowsMessage<Error>(HasSubstr("at pixel 1 of 2")));
}

TEST(Cbf, RefusesDamage) {
  const test::TemporaryFolder folder;
  const test::PlainExposure exposure;
  write_cbf(folder / "x.cbf", exposure.image());
  const std::string good = read_file(folder / "x.cbf");
  EXPECT_EQ(parse_cbf(good, "x").shape(), exposure.image().counts.shape());
  const auto refused = [&](const std::string& from, const std::string& to, const char* part) {
    std::string bytes = good;
    bytes.replace(bytes.find(from), from.size(), to);
    EXPECT_THAT([&] { parse_cbf(bytes, "x.cbf"); }, ThrowsMessage<Error>(HasSubstr(part)));
  };
  refused("###CBF", "##CBF", "not a CBF image");
  refused("\x0c\x1a\x04\xd5", "", "without binary section");
  refused("x-CBF_BYTE_OFFSET", "x-CBF_PACKED", "byte-offset compressed");
  refused("X-Binary-Size: ", "X-Binary-Size: 9", "truncated CBF image");
  refused("X-Binary-Size-Fastest-Dimension: ", "X-Binary-Size-Fastest-Dimension: 99999",
          "truncated CBF image");
  refused("X-Binary-Size-Second-Dimension: ", "X-Binary-Size-Second-Dimension: -",
          "absurd X-Binary-Size-Second-Dimension");
  for (std::size_t length = 0; length + 5000 < good.size(); length += 37) {
    EXPECT_THROW(parse_cbf(std::string_view(good).substr(0, length), "x"), Error);
  }
}

// Readers of the other header refuse other sizes.
TEST(Cbf, HasTheHeaderOfAPilatusForItsSizesAlone) {
  const test::TemporaryFolder folder;
  test::PlainExposure exposure;
  const auto is_pilatus = [&](ImageShape shape) {
    PanelValues panel = *exposure.description().experiment.detector.panels.front();
    panel.shape = shape;
    exposure.description().experiment.detector.panels = {Panel(panel)};
    const Image<float> photons(shape);
    const CountRows counts(shape, [&](std::size_t, std::size_t rows) {
      return Image<std::int32_t>({rows, shape.fast});
    });
    write_cbf(folder / "x.cbf", {exposure.description(), photons.view(), counts});
    return read_file(folder / "x.cbf").find("PILATUS_1.2") != std::string::npos;
  };
  for (const ImageShape shape : {ImageShape{195, 487},
                                 {407, 487},
                                 {619, 487},
                                 {195, 1475},
                                 {1043, 981},
                                 {1679, 1475},
                                 {2527, 2463}}) {
    EXPECT_TRUE(is_pilatus(shape)) << shape.fast << " × " << shape.slow;
  }
  for (const ImageShape shape : {ImageShape{23, 31},
                                 {1024, 1024},
                                 {251, 333},
                                 {618, 487},
                                 {619, 488},
                                 {185, 194},
                                 {1065, 1030},
                                 {390, 487},
                                 {195, 974}}) {
    EXPECT_FALSE(is_pilatus(shape)) << shape.fast << " × " << shape.slow;
  }
}

TEST(Cbf, DescribesATiltedPanelByItsAxes) {
  const test::TemporaryFolder folder;
  test::PlainExposure exposure;
  exposure.tilt();
  write_cbf(folder / "x.cbf", exposure.image());
  const std::string bytes = read_file(folder / "x.cbf");
  // Turned by 0.1 about y of the laboratory, which is that of imgCIF; x there is z here.
  EXPECT_THAT(bytes, HasSubstr("ELEMENT_X translation detector ELEMENT_Y 0.995004165 0.000000000 "
                               "0.099833417 0 0 0\n"));
  EXPECT_THAT(bytes, HasSubstr("ELEMENT_Y translation detector DETECTOR_Z 0.000000000 -1.000000000 "
                               "0.000000000 -1.763000000 1.290000000 -120.000000000\n"));
  EXPECT_TRUE(std::ranges::equal(parse_cbf(bytes, "x").pixels(), exposure.counts().pixels()));
}

}  // namespace
}  // namespace nanobragg::io
