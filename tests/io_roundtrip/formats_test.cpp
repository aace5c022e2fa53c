// Every format gives back what was written: seeded data of many shapes.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "io_roundtrip/png_reader.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/pgm.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "nanobragg/io/reflections/fdump.hpp"
#include "nanobragg/io/reflections/hkl_text.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using test::TemporaryFolder;

constexpr std::array<ImageShape, 4> kShapes = {{{1, 1}, {1, 17}, {23, 1}, {61, 47}}};

// Every bit pattern of T is equally likely.
template <class T>
Image<T> random_image(ImageShape shape, std::mt19937& random) {
  Image<T> image(shape);
  std::uniform_int_distribution<std::uint32_t> bits;
  for (T& pixel : image.pixels()) {
    if constexpr (sizeof(T) == sizeof(std::uint32_t)) {
      pixel = std::bit_cast<T>(bits(random));
    } else {
      pixel = static_cast<T>(bits(random));
    }
  }
  return image;
}

template <class T>
bool same_bits(const Image<T>& first, const Image<T>& second) {
  const auto a = std::as_bytes(first.pixels());
  const auto b = std::as_bytes(second.pixels());
  return first.shape() == second.shape() && std::equal(a.begin(), a.end(), b.begin(), b.end());
}

TEST(RoundTrip, RawFloatKeepsEveryBit) {
  const TemporaryFolder folder;
  std::mt19937 random(1);
  for (const ImageShape shape : kShapes) {
    const auto image = random_image<float>(shape, random);
    write_raw_float(folder / "x", image.view());
    EXPECT_TRUE(same_bits(read_raw_float(folder / "x", shape), image));
  }
}

TEST(RoundTrip, SmvKeepsPixelsAndEntries) {
  const TemporaryFolder folder;
  std::mt19937 random(2);
  // From a short header to one of several units.
  for (std::size_t length = 0; length < 1200; length += 37) {
    const auto image = random_image<std::uint16_t>(kShapes[length % kShapes.size()], random);
    const std::vector<SmvEntry> entries = {{"DIALS_ORIGIN", "-1,2,-3", EntryEnd::none},
                                           {"NOTE", std::string(length, 'x')},
                                           {"WAVELENGTH", "0.9768"}};
    write_smv(folder / "x", image.view(), entries, HeaderLength::next_multiple);
    const SmvImage read = read_smv(folder / "x");
    EXPECT_TRUE(same_bits(read.pixels, image));
    EXPECT_EQ(read.header.length() % 512, 0U);
    const auto last = read.header.entries().last(entries.size());
    EXPECT_TRUE(std::equal(last.begin(), last.end(), entries.begin()));
    EXPECT_EQ(read.header.number("WAVELENGTH"), 0.9768);
  }
}

TEST(RoundTrip, PgmKeepsPixels) {
  const TemporaryFolder folder;
  std::mt19937 random(3);
  for (const ImageShape shape : kShapes) {
    const auto image = random_image<std::uint8_t>(shape, random);
    write_pgm(folder / "x", image.view(), 0.5);
    EXPECT_TRUE(same_bits(read_pgm(folder / "x"), image));
  }
}

TEST(RoundTrip, PngShowsThePaletteColourOfEachPixel) {
  const TemporaryFolder folder;
  std::mt19937 random(4);
  io::Palette palette{};
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const auto level = static_cast<std::uint8_t>(i);
    palette[i] = {level, static_cast<std::uint8_t>(255 - level),
                  static_cast<std::uint8_t>(7 * level)};
  }
  for (const ImageShape shape : kShapes) {
    const auto image = random_image<std::uint8_t>(shape, random);
    write_png(folder / "x.png", image.view(), palette);
    const auto colours = test::read_png(folder / "x.png");
    ASSERT_EQ(colours.shape(), shape);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      ASSERT_EQ(colours.pixels()[i], palette[image.pixels()[i]]);
    }
  }
}

StructureFactors random_factors(std::mt19937& random) {
  std::uniform_int_distribution<std::int32_t> corner(-20, 20);
  std::uniform_int_distribution<std::int32_t> extent(0, 6);
  std::uniform_real_distribution<double> amplitude(0.0, 1000.0);
  MillerBox box{{corner(random), corner(random), corner(random)}, {}};
  box.max = {box.min.h + extent(random), box.min.k + extent(random), box.min.l + extent(random)};
  std::vector<double> table(box.size_h() * box.size_k() * box.size_l());
  for (double& value : table) value = amplitude(random);
  return StructureFactors::from_table(box, std::move(table), amplitude(random));
}

TEST(RoundTrip, FdumpKeepsTheTable) {
  const TemporaryFolder folder;
  std::mt19937 random(5);
  for (int i = 0; i < 50; ++i) {
    const StructureFactors factors = random_factors(random);
    write_fdump(folder / "F.bin", factors);
    const StructureFactors read = read_fdump(folder / "F.bin", 3.5);
    EXPECT_EQ(read.box().min, factors.box().min);
    EXPECT_EQ(read.box().max, factors.box().max);
    EXPECT_EQ(read.default_amplitude(), 3.5);
    ASSERT_EQ(read.table().size(), factors.table().size());
    EXPECT_TRUE(std::equal(read.table().begin(), read.table().end(), factors.table().begin()));
  }
}

TEST(RoundTrip, FdumpPadsWithZeros) {
  const TemporaryFolder folder;
  const auto factors = StructureFactors::from_table({{0, 0, 0}, {0, 0, 0}}, {5.0}, 2.0);
  write_fdump(folder / "F.bin", factors);
  const std::string bytes = read_file(folder / "F.bin");
  ASSERT_TRUE(bytes.starts_with("0 0 0 0 0 0\n\f"));
  const auto values = parse_raw_float(bytes.substr(13), "", {8, 2});
  const auto read = [&](std::size_t i) {
    return std::bit_cast<double>(std::array{values[{i, 0}], values[{i, 1}]});
  };
  EXPECT_EQ(read(0), 5.0);
  for (std::size_t i = 1; i < 8; ++i) EXPECT_EQ(read(i), 0.0);
}

TEST(RoundTrip, HklTextKeepsEveryDigitInBothLayouts) {
  std::mt19937 random(6);
  std::uniform_int_distribution<std::int32_t> index(-99, 99);
  std::uniform_real_distribution<double> exponent(-30.0, 15.0);
  std::vector<Reflection> reflections;
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    const Reflection r{{index(random), index(random), index(random)},
                       std::pow(10.0, exponent(random))};
    reflections.push_back(r);
    std::array<char, 80> line{};
    std::snprintf(line.data(), line.size(), "%4d%5d%5d %.17g\n", r.index.h, r.index.k, r.index.l,
                  r.amplitude);
    text += line.data();
  }
  for (const auto layout : {HklLayout::lines, HklLayout::groups_of_four}) {
    const HklText read = parse_hkl_text(text, "x", layout);
    ASSERT_EQ(read.reflections.size(), reflections.size());
    for (std::size_t i = 0; i < reflections.size(); ++i) {
      EXPECT_EQ(read.reflections[i].index, reflections[i].index);
      EXPECT_EQ(read.reflections[i].amplitude, reflections[i].amplitude);
      EXPECT_TRUE(read.box.contains(reflections[i].index));
    }
  }
}

}  // namespace
}  // namespace nanobragg::io
