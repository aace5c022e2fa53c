// That no option which names a file is left out of the rule that keeps inputs.
#include "nanobragg/config/options/file_settings.hpp"

#include <gtest/gtest.h>

#include <variant>

namespace nanobragg::config {
namespace {

TEST(FileSettings, EveryRowOfAFileIsReadOrWritten) {
  std::size_t files = 0;
  for (const Option& option : option_table()) {
    const auto* member = std::get_if<FileMember>(&option.binding);
    if (member == nullptr || option.value_names.find("FILE") == std::string::npos) continue;
    ++files;
    const bool is_dump = *member == FileMember(&Settings::dump_file);
    EXPECT_EQ(int{is_input(*member)} + int{is_output(*member)}, is_dump ? 0 : 1) << option.key;
    EXPECT_EQ(flag_of(*member), option.spellings.front().flag);
  }
  EXPECT_EQ(files, input_files().size() + output_files().size() + 1);
}

// A name of a detector is none of a file.
TEST(FileSettings, ADetectorIsAFileWhereItEndsSo) {
  Settings settings;
  settings.detector = "eiger2-9m";
  EXPECT_TRUE(files_read(settings).empty());
  settings.detector = "my.toml";
  ASSERT_EQ(files_read(settings).size(), 1U);
  EXPECT_EQ(files_read(settings).front().option, "-detector");
}

}  // namespace
}  // namespace nanobragg::config
