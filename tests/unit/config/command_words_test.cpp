// Settings as words: read back as the same settings.
#include "nanobragg/config/options/command_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/config/options/command_line.hpp"

namespace nanobragg::config {
namespace {

using Words = std::vector<std::string>;

Settings settings_of(const Words& words) { return parse_arguments(words).settings; }

TEST(CommandWords, AreReadBackAsTheSameSettings) {
  for (const Words& words : {
           Words{"-cell", "78", "78", "38", "90", "90", "120", "-misset", "1.5", "-2", "3e-7"},
           Words{"-misset", "random", "-misset_seed", "-3", "-round_xtal", "-N", "12", "-Nc", "7"},
           Words{"-wilson", "18.5,3", "-dmin", "2", "-nopolar", "-square_div"},
           Words{"-background", "water:100um", "-background", "air:30mm", "-compton"},
           Words{"-xds", "-ORGX", "100.5", "-ORGY", "99", "-distance", "120"},
           Words{"-mosflm", "-distance", "120", "-Xbeam", "10", "-Ybeam", "11"},
           Words{"-fdet_vector", "0", "0", "1", "-distance", "100", "-Xbeam", "3", "-Ybeam", "4"},
           Words{"-fdet_vector", "0", "0", "1", "-Xbeam", "3", "-close_distance", "90"},
           Words{"-pix0_vector_mm", "100", "10", "-10", "-pivot", "sample", "-adxv"},
           Words{"-roi", "1", "20", "3", "40", "-hkl", "a file's name.hkl", "-nonoise"},
       }) {
    Settings given = settings_of(words);
    Settings back = settings_of(command_words(given));
    // What the last flag implies is said; a named convention does not listen to it.
    if (given.convention == Convention::custom) {
      given.pivot = given.implied_pivot;
    } else {
      given.implied_pivot = back.implied_pivot;
    }
    EXPECT_EQ(back, given) << shell_words(words);
  }
}

TEST(CommandWords, AreWrittenAsPeopleWriteThem) {
  const Settings given =
      settings_of({"-cell", "78", "78", "38", "-gauss_cells", "-wilson", "18,1", "-lambda", "1"});
  EXPECT_THAT(command_words(given), testing::ElementsAre("-cell", "78", "78", "38", "-wilson",
                                                         "18,1", "-gauss_cells", "-lambda", "1"));
}

TEST(CommandWords, OfAShellAreQuoted) {
  EXPECT_EQ(shell_words({"-hkl", "it's $1.hkl", "-N", "5", ""}), "-hkl 'it'\\''s $1.hkl' -N 5 ''");
}

}  // namespace
}  // namespace nanobragg::config
