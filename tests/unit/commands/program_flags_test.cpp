// Flags that must mean the same in another folder.
#include "nanobragg/commands/compare/program_flags.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nanobragg::commands {
namespace {

using testing::ElementsAre;

std::vector<std::string> portable(const std::string& flags) {
  return portable_flags(words_of(flags), "/data/in");
}

TEST(PortableFlags, InputsBecomeAbsolute) {
  EXPECT_THAT(portable("-hkl a.hkl -matrix sub/../b.mat -img ../c.img -mask /m.img"),
              ElementsAre("-hkl", "/data/in/a.hkl", "-matrix", "/data/in/b.mat", "-img",
                          "/data/c.img", "-mask", "/m.img"));
  EXPECT_THAT(portable("-sourcefile s.txt -config c.toml"),
              ElementsAre("-sourcefile", "/data/in/s.txt", "-config", "/data/in/c.toml"));
}

TEST(PortableFlags, OutputsAreLeftOut) {
  EXPECT_THAT(portable("-floatfile f -intimage i -noisefile n -pgmfile p -pngfile q -N 5"),
              ElementsAre("-N", "5"));
}

TEST(PortableFlags, ADumpIsReadFromTheCallerOrWrittenInTheRun) {
  EXPECT_THAT(portable("-dump F.bin"), ElementsAre("-dump", "/data/in/F.bin"));
  EXPECT_THAT(portable("-dump /data/F.bin -hkl a.hkl"),
              ElementsAre("-dump", "F.bin", "-hkl", "/data/in/a.hkl"));
}

TEST(PortableFlags, WhatIsNoFileStays) {
  EXPECT_THAT(portable("-cell 1 2 3 -kernel simd -device cuda -spindle_axis -1 0 0"),
              ElementsAre("-cell", "1", "2", "3", "-kernel", "simd", "-device", "cuda",
                          "-spindle_axis", "-1", "0", "0"));
  EXPECT_THAT(portable("-N 5 -hkl"), ElementsAre("-N", "5", "-hkl"));
  EXPECT_TRUE(portable("").empty());
}

TEST(PortableSettings, InputsBecomeAbsoluteAndOutputsAreLeftOut) {
  config::Settings settings;
  settings.hkl_file = "a.hkl";
  settings.float_file = "f.bin";
  settings.kernel = "scalar";
  const config::Settings portable = portable_settings(settings, "/data/in");
  EXPECT_EQ(portable.hkl_file, "/data/in/a.hkl");
  EXPECT_EQ(portable.float_file, std::nullopt);
  EXPECT_EQ(portable.kernel, "scalar");
  EXPECT_EQ(portable.matrix_file, std::nullopt);
}

}  // namespace
}  // namespace nanobragg::commands
