// How readings become photons: what is said wins over the file, and the file over the flags.
#include <gtest/gtest.h>

#include <string>

#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::commands {
namespace {

// The photons of a reading of 100.
double photons(std::string_view format, std::optional<double> pedestal, std::optional<double> gain,
               const CountScale& scale) {
  Image<double> pixels({1, 1});
  pixels[{0, 0}] = 100.0;
  io::ObservedImage image = io::observed_image(format, pixels, {});
  image.pedestal = pedestal;
  image.gain = gain;
  return photons_of(std::move(image), {1, 1}, scale, "x", [](const std::string&) {}).image[{0, 0}];
}

TEST(CountScale, ASayingWinsOverTheFileAndTheFileOverTheFlags) {
  ReadOut read_out;
  read_out.gain = 4.0;
  read_out.pedestal = 20.0;
  const CountScale flags{.offset = {}, .gain = {}, .usual_offset = 40.0, .read_out = read_out};
  EXPECT_EQ(photons("CBF", {}, {}, flags), 20.0);
  EXPECT_EQ(photons("CBF", 50.0, 5.0, flags), 10.0);
  CountScale said = flags;
  said.offset = 80.0;
  said.gain = 10.0;
  EXPECT_EQ(photons("CBF", 50.0, 5.0, said), 2.0);
  EXPECT_EQ(photons(io::kRawFloats, {}, {}, flags), 100.0);
  // A read-out without a pedestal adds none, but SMV images have one.
  CountScale counter = flags;
  counter.read_out->pedestal.reset();
  EXPECT_EQ(photons("CBF", {}, {}, counter), 25.0);
  EXPECT_EQ(photons("SMV", {}, {}, counter), 15.0);
}

}  // namespace
}  // namespace nanobragg::commands
