// Every format of the registry gives back the pixels that it was given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "support/exposure.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::string named(std::string_view stem, std::string_view extension) {
  return std::string(stem).append(extension);
}

// What a format makes of a count.
double written(std::string_view format, std::int32_t count, double pedestal) {
  if (count != image::kNotMeasured) return count + (format == "SMV" ? pedestal : 0.0);
  if (format == "CBF") return -1.0;
  if (format == "NXmx") return 4294967295.0;
  return format == "SMV" ? 0.0 : 65535.0;
}

TEST(ImageFormats, GiveBackTheirPixels) {
  const test::TemporaryFolder folder;
  const test::PlainExposure exposure;
  const DetectorImage image = exposure.image();
  int read = 0;
  for (const ImageFormat& format : image_formats()) {
    if (!format.open) continue;
    for (const std::string_view extension : format.extensions) {
      SCOPED_TRACE(extension);
      const auto file = folder / named("x", extension);
      ASSERT_EQ(&format_of(file), &format);
      format.write(file, image);
      const auto file_of_images = open_image(file, {});
      ASSERT_EQ(file_of_images->exposures(), 1U);
      const ObservedImage back = file_of_images->read(0);
      EXPECT_EQ(back.format, format.name);
      ASSERT_EQ(back.shape(), image.counts.shape());
      for (std::size_t i = 0; i < back.values.pixels().size(); ++i) {
        const std::int32_t count = exposure.counts().pixels()[i];
        ASSERT_EQ(back.values.pixels()[i], written(format.name, count, image.description.pedestal))
            << "pixel " << i;
        // An SMV image has no mark of its own for what is not measured.
        const bool is_valid = count != image::kNotMeasured || format.name == "SMV";
        ASSERT_EQ(back.validity.pixels()[i] == Validity::valid, is_valid) << "pixel " << i;
      }
      ++read;
    }
  }
  EXPECT_GE(read, 6);
}

// A plugin that is loaded on the way may change how the processor treats the smallest numbers.
TEST(ImageFormats, LeaveTheArithmeticAlone) {
  const test::TemporaryFolder folder;
  const test::PlainExposure exposure;
  for (const ImageFormat& format : image_formats()) {
    if (!format.write) continue;
    format.write(folder / named("x", format.extensions.front()), exposure.image());
    volatile double subnormal = 1e-310;
    EXPECT_GT(subnormal / 2.0, 0.0) << format.name;
  }
}

TEST(ImageFormats, WriteTheSameBytesEveryTime) {
  const test::TemporaryFolder folder;
  const test::PlainExposure exposure;
  for (const ImageFormat& format : image_formats()) {
    if (format.write)
      format.write(folder / named("a", format.extensions.front()), exposure.image());
  }
  // A time in a file would have whole seconds.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  for (const ImageFormat& format : image_formats()) {
    if (!format.write) continue;
    SCOPED_TRACE(format.name);
    const auto first = folder / named("a", format.extensions.front());
    const auto second = folder / named("b", format.extensions.front());
    format.write(second, exposure.image());
    std::string a = read_file(first);
    const std::string b = read_file(second);
    // A CBF block has the name of its file.
    if (const std::size_t at = a.find("data_a"); at != std::string::npos) a[at + 5] = 'b';
    EXPECT_TRUE(a == b);
  }
}

TEST(ImageFormats, KeepExpectedPhotonsWhereTheyCan) {
  const test::TemporaryFolder folder;
  test::PlainExposure exposure;
  exposure.description().values = PixelValues::photons;
  const DetectorImage image = exposure.image();
  format_of("x.bin").write(folder / "x.bin", image);
  const auto raw = read_raw_float(folder / "x.bin", image.photons.shape());
  EXPECT_TRUE(std::ranges::equal(raw.pixels(), image.photons.pixels()));
  if (!find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  format_of("x.nxs").write(folder / "x.nxs", image);
  const auto nexus = open_image(folder / "x.nxs", {})->read(0);
  EXPECT_TRUE(std::ranges::equal(nexus.values.pixels(), image.photons.pixels()));
}

TEST(ImageFormats, LeaveNothingWhereTheyCannotWrite) {
  const test::TemporaryFolder folder;
  const test::PlainExposure exposure;
  for (const ImageFormat& format : image_formats()) {
    if (!format.write) continue;
    const auto file = folder.path() / "none" / named("x", format.extensions.front());
    EXPECT_THROW(format.write(file, exposure.image()), Error) << format.name;
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(ImageFormats, AreChosenByTheEndOfTheName) {
  EXPECT_EQ(format_of("a.b/X.CBF").name, "CBF");
  EXPECT_EQ(find_format("cbf"), nullptr);
  EXPECT_THAT([] { format_of("x.jpg"); }, ThrowsMessage<UsageError>(HasSubstr(
                                              "no image format for 'x.jpg' (the end of the name "
                                              "chooses it): known are .bin, .img")));
}

}  // namespace
}  // namespace nanobragg::io
