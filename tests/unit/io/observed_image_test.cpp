// What the numbers of image files mean: reserved, overloaded, negative.
#include "nanobragg/io/images/observed_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/cbf_images.hpp"
#include "nanobragg/io/images/pgm.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using enum Validity;

std::vector<Validity> all(const ObservedImage& image) {
  return {image.validity.pixels().begin(), image.validity.pixels().end()};
}

TEST(Validity, FollowsRulesInTheirOrder) {
  const ValidityRules rules{{-1.0, 65535.0}, 1000.0, 2.0};
  const std::vector<std::pair<double, Validity>> cases{
      {-1.0, not_measured}, {65535.0, not_measured},   {1000.0, overloaded},
      {999.0, valid},       {-3.0, negative},          {1.0, underloaded},
      {2.0, valid},         {std::nan(""), not_finite}};
  for (const auto& [value, expected] : cases)
    EXPECT_EQ(validity_of(value, rules), expected) << value;
  EXPECT_EQ(validity_of(std::numeric_limits<double>::infinity(), {}), not_finite);
}

TEST(Validity, IsCountedInWords) {
  const Image<Validity> some({1, 5}, {valid, negative, overloaded, overloaded, not_measured});
  EXPECT_EQ(invalid_pixels(counts_of(some.view())),
            "4 pixels do not count (1 not measured, 2 overloaded, 1 negative)");
  EXPECT_EQ(invalid_pixels(counts_of(Image<Validity>({1, 1}, {valid}).view())), "");
}

// One row of numbers of a type, as a TIFF page.
template <class T>
void write_page(TIFF* file, const std::vector<T>& row, std::uint16_t format,
                const char* description = nullptr) {
  TIFFSetField(file, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(row.size()));
  TIFFSetField(file, TIFFTAG_IMAGELENGTH, 1U);
  TIFFSetField(file, TIFFTAG_BITSPERSAMPLE, static_cast<std::uint16_t>(8 * sizeof(T)));
  TIFFSetField(file, TIFFTAG_SAMPLESPERPIXEL, std::uint16_t{1});
  TIFFSetField(file, TIFFTAG_SAMPLEFORMAT, format);
  TIFFSetField(file, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  if (description != nullptr) TIFFSetField(file, TIFFTAG_IMAGEDESCRIPTION, description);
  std::vector<T> copy = row;
  TIFFWriteEncodedStrip(file, 0, copy.data(), static_cast<tmsize_t>(copy.size() * sizeof(T)));
  TIFFWriteDirectory(file);
}

TEST(TiffImages, MeanWhatTheirTypeSays) {
  const test::TemporaryFolder folder;
  const auto name = (folder / "x.tif").string();
  TIFF* const file = TIFFOpen(name.c_str(), "w");
  write_page<std::uint16_t>(file, {0, 65534, 65535}, SAMPLEFORMAT_UINT);
  write_page<std::int32_t>(file, {7, -1, -2, -5, 2147483647}, SAMPLEFORMAT_INT,
                           "# Count_cutoff 1000 counts");
  write_page<std::int32_t>(file, {999, 1000, 1001}, SAMPLEFORMAT_INT, "# Count_cutoff 1000 counts");
  write_page<std::uint32_t>(file, {4294967295U, 65535U}, SAMPLEFORMAT_UINT);
  write_page<float>(file, {1.5F, std::nanf(""), -2.0F}, SAMPLEFORMAT_IEEEFP);
  TIFFClose(file);
  const auto images = open_image(name, {});
  ASSERT_EQ(images->exposures(), 5U);
  EXPECT_THAT(all(images->read(0)), ElementsAre(valid, valid, not_measured));
  EXPECT_THAT(all(images->read(1)),
              ElementsAre(valid, not_measured, not_measured, negative, not_measured));
  EXPECT_THAT(all(images->read(2)), ElementsAre(valid, overloaded, overloaded));
  EXPECT_THAT(all(images->read(3)), ElementsAre(not_measured, valid));
  EXPECT_THAT(all(images->read(4)), ElementsAre(valid, not_finite, negative));
  EXPECT_EQ((images->read(1).values[{0, 3}]), -5.0);
  EXPECT_THAT([&] { images->read(5); }, ThrowsMessage<Error>(HasSubstr("no exposure 6")));
}

TEST(SmvImages, HaveTheLimitAndThePedestalOfTheirHeader) {
  const test::TemporaryFolder folder;
  const Image<std::uint16_t> counts({1, 4}, {0, 999, 1000, 65535});
  const auto read = [&](const std::vector<SmvEntry>& entries) {
    write_smv(folder / "x.img", counts.view(), entries, HeaderLength::next_multiple);
    return open_image(folder / "x.img", {})->read(0);
  };
  const ObservedImage plain = read({});
  EXPECT_THAT(all(plain), ElementsAre(valid, valid, valid, overloaded));
  EXPECT_FALSE(plain.pedestal);
  const ObservedImage told = read({{"CCD_IMAGE_SATURATION", "1000"}, {"IMAGE_PEDESTAL", "7"}});
  EXPECT_THAT(all(told), ElementsAre(valid, valid, overloaded, overloaded));
  EXPECT_EQ(told.pedestal, 7.0);
  EXPECT_EQ(read({{"ADC_OFFSET", "40"}, {"SATURATED_VALUE", "1e6"}}).pedestal, 40.0);
}

std::string section(const std::string& id, const std::string& data, std::size_t fast,
                    std::size_t slow) {
  return "\n;\n--CIF-BINARY-FORMAT-SECTION--\nContent-Type: application/octet-stream;\n"
         "     conversions=\"x-CBF_BYTE_OFFSET\"\nX-Binary-Size: " +
         std::to_string(data.size()) + "\nX-Binary-ID: " + id +
         "\nX-Binary-Element-Type: \"signed 32-bit integer\"\nX-Binary-Size-Fastest-Dimension: " +
         std::to_string(fast) + "\nX-Binary-Size-Second-Dimension: " + std::to_string(slow) +
         "\n\n\x0c\x1a\x04\xd5" + data + "\n--CIF-BINARY-FORMAT-SECTION----\n;\n";
}

TEST(CbfImages, OfPilatusKnowGapsAndTheCutoff) {
  const std::string data("\x05\xfa\xff\x68", 4);  // 5, −1, −2, 102
  const std::string file =
      "###CBF: VERSION 1.5\ndata_x\n_array_data.header_convention \"PILATUS_1.2\"\n"
      "_array_data.header_contents\n;\n# Count_cutoff 100 counts\n;\n_array_data.data" +
      section("1", data, 2, 2);
  const ObservedImage image = parse_cbf_image(file, "x");
  EXPECT_THAT(all(image), ElementsAre(valid, not_measured, not_measured, overloaded));
  EXPECT_EQ(image.shape(), (ImageShape{2, 2}));
}

// Two panels in another order than their arrays, each with numbers of its own that are reserved.
TEST(CbfImages, OfSeveralPanelsFollowTheTableOfFrames) {
  const std::string file =
      "###CBF: VERSION 1.5\ndata_x\nloop_\n_diffrn_data_frame.id\n_diffrn_data_frame.array_id\n"
      "_diffrn_data_frame.binary_id\nF B 2\nF A 1\nloop_\n_array_intensities.array_id\n"
      "_array_intensities.linearity\n_array_intensities.gain\n_array_intensities.overload\n"
      "_array_intensities.undefined_value\nA linear 4 100 0\nB linear 4 9 7\n"
      "loop_\n_array_data.array_id\n_array_data.binary_id\n_array_data.data\nA 1" +
      section("1", std::string("\x00\x07", 2), 2, 1) + "B 2" +
      section("2", std::string("\x00\x07\x02", 3), 3, 1);
  const ObservedImage image = parse_cbf_image(file, "x");
  EXPECT_EQ(image.shape(), (ImageShape{2, 3}));
  EXPECT_THAT(all(image), ElementsAre(valid, not_measured, overloaded,      // B: 0, 7, 9
                                      not_measured, valid, not_measured));  // A: 0, 7, no pixel
  EXPECT_EQ(image.gain, 4.0);
}

TEST(CbfImages, RefuseWhatTheyCannotRead) {
  const auto expect_error = [](const std::string& header, const std::string& text) {
    std::string file = "###CBF: VERSION 1.5\ndata_x\n_array_data.data" +
                       section("1", std::string("\x00\x07", 2), 2, 1);
    const std::string known = "\"x-CBF_BYTE_OFFSET\"";
    file.replace(file.find(known), known.size(), header);
    EXPECT_THAT([&] { parse_cbf_image(file, "x"); }, ThrowsMessage<Error>(HasSubstr(text)));
  };
  expect_error("\"x-CBF_PREDICTOR\"", "in a compression that cannot be read");
  expect_error("\"x-CBF_PACKED\"", "damaged CBF image (at pixel 0 of 2)");
  expect_error("\"x-CBF_CANONICAL\"", "damaged CBF image (at pixel 0 of 2)");
  EXPECT_THAT([] { parse_cbf_image("###CBF: VERSION 1.5\ndata_x\n", "x"); },
              ThrowsMessage<Error>(HasSubstr("without binary section")));
}

TEST(OpenImage, GoesByWhatAFileHolds) {
  const test::TemporaryFolder folder;
  const Image<std::uint16_t> counts({1, 2}, {3, 4});
  write_smv(folder / "frame.0001", counts.view(), {}, HeaderLength::next_multiple);
  EXPECT_EQ(open_image(folder / "frame.0001", {})->read(0).format, "SMV");
  write_pgm(folder / "x.dat", Image<std::uint8_t>({1, 2}, {255, 1}).view(), 1.0);
  EXPECT_THAT(all(open_image(folder / "x.dat", {})->read(0)), ElementsAre(valid, valid));
  write_file_atomically(folder / "y.dat", std::string(8, '\0'));
  EXPECT_EQ(open_image(folder / "y.dat", ImageShape{1, 2})->read(0).format, "raw floats");
  EXPECT_THAT([&] { open_image(folder / "y.dat", {}); },
              ThrowsMessage<UsageError>(HasSubstr("do not say it")));
  write_file_atomically(folder / "y.cbf", "nothing");
  EXPECT_THAT([&] { open_image(folder / "y.cbf", {}); },
              ThrowsMessage<Error>(HasSubstr("without binary section")));
}

}  // namespace
}  // namespace nanobragg::io
