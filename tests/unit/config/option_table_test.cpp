// What must hold for every row of the option table.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"

namespace nanobragg::config {
namespace {

TEST(OptionTable, EverySpellingIsUniqueAndBeginsWithADash) {
  std::set<std::string> seen;
  for (const Option& option : option_table()) {
    for (const Spelling& spelling : option.spellings) {
      EXPECT_TRUE(spelling.flag.starts_with('-')) << spelling.flag;
      EXPECT_TRUE(seen.insert(spelling.flag).second) << spelling.flag << " appears twice";
      EXPECT_EQ(find_flag(spelling.flag).option, &option);
      EXPECT_EQ(find_flag(spelling.flag).spelling, &spelling);
    }
  }
  EXPECT_GT(seen.size(), 130U);
}

TEST(OptionTable, EveryKeyIsUnique) {
  std::set<std::string> seen;
  for (const Option& option : option_table()) {
    if (option.key.empty()) continue;
    EXPECT_TRUE(seen.insert(path_of(option)).second) << path_of(option) << " appears twice";
  }
}

TEST(OptionTable, EveryRowCanBeGivenAndIsExplained) {
  for (const Option& option : option_table()) {
    EXPECT_FALSE(option.spellings.empty() && option.key.empty());
    EXPECT_FALSE(option.help.empty());
    for (const Spelling& spelling : option.spellings) {
      // A flag takes values or stands for one.
      const bool takes_values = !value_names_of(option, spelling).empty();
      if (form_of(option).most > 0) {
        EXPECT_NE(takes_values, !spelling.preset.empty()) << spelling.flag;
      }
    }
  }
}

TEST(OptionTable, EveryPresetIsAValueOfItsRow) {
  for (const Option& option : option_table()) {
    for (const Spelling& spelling : option.spellings) {
      if (spelling.preset.empty()) continue;
      const Settings set =
          with_value({}, option, std::span(&spelling.preset, 1), {spelling.flag, ""});
      EXPECT_NE(set, Settings{}) << spelling.flag;
    }
  }
}

TEST(OptionTable, TakesTheShapesFromTheListOfShapes) {
  for (const CrystalShapeInfo& info : kCrystalShapes) {
    std::istringstream flags{std::string(info.flags)};
    for (std::string flag; flags >> flag;) {
      EXPECT_EQ(parse_arguments(std::span(&flag, 1)).settings.shape, info.shape) << flag;
    }
  }
}

TEST(OptionTable, UnknownFlagsAreNotFound) {
  EXPECT_EQ(find_flag("-lamda").option, nullptr);
  EXPECT_EQ(find_flag("").option, nullptr);
  EXPECT_EQ(find_flag("-").option, nullptr);
}

}  // namespace
}  // namespace nanobragg::config
