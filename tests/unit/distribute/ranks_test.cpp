// Shares of work.
#include "nanobragg/distribute/ranks.hpp"

#include <gtest/gtest.h>

namespace nanobragg::distribute {
namespace {

// One of several that never talk.
class Numbered : public Alone {
 public:
  Numbered(std::size_t rank, std::size_t count) : rank_(rank), count_(count) {}
  std::size_t rank() const override { return rank_; }
  std::size_t count() const override { return count_; }

 private:
  std::size_t rank_, count_;
};

TEST(Split, CoversEverythingOnce) {
  for (const std::size_t ranks : {1U, 2U, 3U, 5U, 8U}) {
    for (const std::size_t items : {0U, 1U, 5U, 17U}) {
      std::size_t next = 0;
      for (std::size_t rank = 0; rank < ranks; ++rank) {
        const Range range = split(Numbered(rank, ranks), items);
        EXPECT_EQ(range.first, next);
        EXPECT_LE(range.size(), items / ranks + 1);
        EXPECT_GE(range.size(), items / ranks);
        next = range.last;
      }
      EXPECT_EQ(next, items);
    }
  }
}

TEST(Alone, GivesEveryPieceOnce) {
  Alone alone;
  const auto pieces = alone.hand_out(3);
  for (const std::size_t piece : {0U, 1U, 2U}) EXPECT_EQ(pieces->next(), piece);
  EXPECT_FALSE(pieces->next());
  const auto ended = alone.hand_out(3);
  ended->next();
  ended->end();
  EXPECT_FALSE(ended->next());
}

}  // namespace
}  // namespace nanobragg::distribute
