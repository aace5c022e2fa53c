// What fails for one rank fails for all, with its error.
#include "nanobragg/distribute/together.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <vector>

#include "nanobragg/base/run_again.hpp"
#include "support/thread_ranks.hpp"

namespace nanobragg::distribute {
namespace {

using testing::Each;
using testing::HasSubstr;

constexpr std::size_t kRanks = 4;

// The messages and exit codes with which each rank ended.
struct Endings {
  std::vector<std::string> texts = std::vector<std::string>(kRanks);
  std::vector<int> codes = std::vector<int>(kRanks);
};

Endings endings_of(const std::function<void(Ranks&)>& step) {
  Endings out;
  test::run_ranks(kRanks, [&](Ranks& ranks) {
    try {
      together(ranks, [&] { step(ranks); });
    } catch (const std::exception& error) {
      out.texts[ranks.rank()] = error.what();
      out.codes[ranks.rank()] = exit_code_of(error);
    }
  });
  return out;
}

TEST(Together, FailsOnAllWithTheErrorOfTheFirst) {
  const Endings one = endings_of([](Ranks& ranks) {
    if (ranks.rank() >= 2) throw RunAgain("no room", "x.nxs", "make some");
  });
  EXPECT_THAT(one.codes, Each(kRunAgain));
  EXPECT_THAT(one.texts, Each(HasSubstr("x.nxs: no room (on rank 2, ")));
  EXPECT_THAT(one.texts, Each(HasSubstr("): make some")));
  const Endings all = endings_of([](Ranks&) { throw UsageError("no such flag"); });
  EXPECT_THAT(all.codes, Each(kWrongUsage));
  EXPECT_THAT(all.texts, Each("no such flag"));
  const Endings odd = endings_of([](Ranks& ranks) {
    if (ranks.rank() == 1) throw std::bad_alloc();
  });
  EXPECT_THAT(odd.texts, Each(HasSubstr("out of memory (on rank 1")));
  EXPECT_THAT(endings_of([](Ranks&) {}).codes, Each(0));
}

TEST(Together, KnowsWhoDiffers) {
  std::mutex mutex;
  std::vector<std::string> errors;
  test::run_ranks(kRanks, [&](Ranks& ranks) {
    check_same(ranks, "same", "words");
    try {
      check_same(ranks, ranks.rank() < 3 ? "a" : "b", "words");
    } catch (const UsageError& error) {
      const std::lock_guard guard(mutex);
      errors.emplace_back(error.what());
    }
  });
  EXPECT_EQ(errors.size(), kRanks);
  EXPECT_THAT(errors, Each(HasSubstr("the ranks have different words (rank 3 is the first")));
}

}  // namespace
}  // namespace nanobragg::distribute
