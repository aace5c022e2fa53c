// How -background is read.
#include "nanobragg/config/options/background_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/config/options/toml_paths.hpp"

namespace nanobragg::config {
namespace {

using Kind = BackgroundValue::Kind;

TEST(BackgroundValue, LengthsHaveUnits) {
  for (const auto& [text, metres] : {std::pair{"50um", 50e-6},
                                     {"50\u00b5m", 50e-6},
                                     {"50\u03bcm", 50e-6},
                                     {"7nm", 7e-9},
                                     {"200mm", 0.2},
                                     {"1.5cm", 0.015},
                                     {"1e1m", 10.0},
                                     {"0m", 0.0}}) {
    const auto length = parse_length(text);
    ASSERT_TRUE(length) << text;
    EXPECT_DOUBLE_EQ(length->value(), metres) << text;
  }
  for (const char* text : {"50", "um", "-1mm", "1 mm", "1km", "infm", "nanm", "1mm2", ""}) {
    EXPECT_FALSE(parse_length(text)) << text;
  }
}

TEST(BackgroundValue, NamesMaterialsFilesAndTheTableOfTheFlag) {
  const BackgroundValue water = parse_background("water:50um");
  EXPECT_EQ(water.kind, Kind::material);
  EXPECT_EQ(water.name, "water");
  EXPECT_FALSE(water.density_g_cm3 || water.molar_mass_g);
  EXPECT_EQ(parse_background("stol:1mm").kind, Kind::table_of_flag);
  const BackgroundValue file = parse_background("a:b/x.stol:1mm:1.2:28");
  EXPECT_EQ(file.kind, Kind::file);
  EXPECT_EQ(file.name, "a:b/x.stol");
  EXPECT_EQ(file.density_g_cm3, 1.2);
  EXPECT_EQ(file.molar_mass_g, 28.0);
}

TEST(BackgroundValue, NamesWhatWasMeasured) {
  const BackgroundValue profile = parse_background("profile:a/b.dat");
  EXPECT_EQ(profile.kind, Kind::profile);
  EXPECT_EQ(profile.name, "a/b.dat");
  EXPECT_EQ(profile.scale, 1.0);
  EXPECT_EQ(parse_background("profile:run:1.dat:2.5").name, "run:1.dat");
  EXPECT_EQ(parse_background("profile:run:1.dat:2.5").scale, 2.5);
  const BackgroundValue image = parse_background("image:x.cbf:0:-40");
  EXPECT_EQ(image.kind, Kind::image);
  EXPECT_EQ(image.name, "x.cbf");
  EXPECT_EQ(image.scale, 0.0);
  EXPECT_EQ(image.offset, -40.0);
  EXPECT_FALSE(parse_background("image:x.cbf:2").offset);
  for (const char* text :
       {"profile:", "image:", "profile:x.dat:-1", "image:x.cbf:inf", "image:x.cbf:1:inf"}) {
    EXPECT_THROW(parse_background(text), UsageError) << text;
  }
}

TEST(BackgroundValue, RefusesEverythingElse) {
  for (const char* text : {"water", "water:50", ":50um", "water:50um:", "water:50um:-1",
                           "water:50um:1:0", "water:50um:1:18:2", "water:50um:x", ""}) {
    EXPECT_THROW(parse_background(text), UsageError) << text;
  }
}

TEST(BackgroundValue, ItsFilesAreFoundFromElsewhere) {
  Settings settings;
  settings.backgrounds = {"water:1mm", "x.stol:1mm:1:18", "/a/y.Q:1mm:1:18", "profile:p.dat:2",
                          "image:/b/i.cbf"};
  const Settings named = with_absolute_names(settings);
  EXPECT_EQ(named.backgrounds->at(0), "water:1mm");
  EXPECT_THAT(named.backgrounds->at(1), testing::MatchesRegex("/.*/x\\.stol:1mm:1:18"));
  EXPECT_EQ(named.backgrounds->at(2), "/a/y.Q:1mm:1:18");
  EXPECT_THAT(named.backgrounds->at(3), testing::MatchesRegex("profile:/.*/p\\.dat:2"));
  EXPECT_EQ(named.backgrounds->at(4), "image:/b/i.cbf");
}

TEST(BackgroundValue, ATableOfTomlKeepsWhatIsRepeated) {
  const std::string text = "[background]\nmaterials = ['air:1m', 'air:1m']\n";
  const Settings settings = parse_toml(text, "run.toml");
  EXPECT_EQ(settings.backgrounds, (std::vector<std::string>{"air:1m", "air:1m"}));
  EXPECT_EQ(parse_toml(to_toml(settings), "again.toml"), settings);
}

}  // namespace
}  // namespace nanobragg::config
