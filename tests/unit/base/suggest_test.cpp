// Nearest names: distances by hand, and when to say nothing.
#include "nanobragg/base/suggest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nanobragg {
namespace {

TEST(EditDistance, CountsEachKindOfMistakeOnce) {
  EXPECT_EQ(edit_distance("lambda", "lambda"), 0U);
  EXPECT_EQ(edit_distance("lamda", "lambda"), 1U);
  EXPECT_EQ(edit_distance("lambbda", "lambda"), 1U);
  EXPECT_EQ(edit_distance("lanbda", "lambda"), 1U);
  EXPECT_EQ(edit_distance("labmda", "lambda"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  // A letter that was swapped is not changed again: not 2 as by ca → ac → abc.
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);
}

TEST(Nearest, FindsTheClosestAndPrefersTheFirst) {
  const std::vector<std::string> flags{"-lambda", "-distance", "-Xbeam", "-Ybeam", "-N"};
  EXPECT_EQ(nearest("-lamda", flags), "-lambda");
  EXPECT_EQ(nearest("--distance", flags), "-distance");
  EXPECT_EQ(nearest("-xbeam", flags), "-Xbeam");
  EXPECT_EQ(nearest("distnace", flags), "-distance");
}

TEST(Nearest, FindsWhatWasCutShort) {
  const std::vector<std::string> flags{"-detector_thicksteps", "-detector_thick", "-floatfile"};
  EXPECT_EQ(nearest("-float", flags), "-floatfile");
  EXPECT_EQ(nearest("--detector", flags), "-detector_thick");
  EXPECT_FALSE(nearest("-fl", flags));
}

TEST(Nearest, SaysNothingWhereNothingIsNear) {
  const std::vector<std::string> flags{"-lambda", "-distance", "-N"};
  EXPECT_FALSE(nearest("-x", flags));
  EXPECT_FALSE(nearest("-frobnicate", flags));
  EXPECT_FALSE(nearest("", flags));
  EXPECT_FALSE(nearest("-lambda", {}));
}

}  // namespace
}  // namespace nanobragg
