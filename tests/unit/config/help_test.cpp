// The generated texts: complete, and within their limits.
#include "nanobragg/config/options/help.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/option.hpp"

namespace nanobragg::config {
namespace {

using testing::HasSubstr;

// Whole words, so that -mat is not found in -matrix.
std::set<std::string> words_in(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ',' || c == '`' || c == '<'; }, ' ');
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

TEST(Help, NamesEveryFlagAndKey) {
  const std::set<std::string> help = words_in(help_text());
  const std::set<std::string> table = words_in(markdown_flag_table());
  for (const Option& option : option_table()) {
    for (const Spelling& spelling : option.spellings) {
      EXPECT_TRUE(help.contains(spelling.flag)) << spelling.flag;
      EXPECT_TRUE(table.contains(spelling.flag)) << spelling.flag;
    }
    EXPECT_TRUE(option.key.empty() || table.contains(path_of(option))) << option.key;
  }
}

TEST(Help, FitsATerminalOfAHundredColumns) {
  std::istringstream lines(help_text());
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    EXPECT_LE(columns, 100) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TEST(Help, ShowsUnitsAndDefaults) {
  const std::string help = help_text();
  EXPECT_THAT(help, HasSubstr("  -pixel mm                       edge of a pixel [0.1]\n"));
  EXPECT_THAT(help, HasSubstr("-lambda, -wave, -wavelength Å,"));
  EXPECT_THAT(help, HasSubstr("-energy eV"));
  EXPECT_THAT(help, HasSubstr("[-mosflm]"));
  EXPECT_THAT(help, HasSubstr("[floatimage.bin]"));
}

TEST(MarkdownTables, HaveTheSameCellsInEveryRow) {
  for (const std::string& text : {markdown_flag_table(), markdown_quirk_table()}) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with('|')) continue;
      std::size_t bars = 0;
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '|' && (i == 0 || line[i - 1] != '\\')) ++bars;
      }
      EXPECT_EQ(bars, 5U) << line;
    }
  }
}

TEST(MarkdownQuirkTable, HasARowForEachQuirk) {
  const std::string table = markdown_quirk_table();
  for (const compat::QuirkInfo& quirk : compat::quirk_table()) {
    EXPECT_THAT(table, HasSubstr(std::string("| `").append(quirk.name).append("` | ")));
  }
}

}  // namespace
}  // namespace nanobragg::config
