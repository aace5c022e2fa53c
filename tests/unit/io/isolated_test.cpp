// Work in a process of its own: what it sends, and how its end is told.
#include "nanobragg/io/files/isolated.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <string>

namespace nanobragg::io {
namespace {

TEST(Isolated, Converses) {
  Isolated child([](const Line& line) {
    std::string said;
    while (line.receive(said)) line.send(said + said);
  });
  std::string answer;
  ASSERT_TRUE(child.line().send("ab"));
  ASSERT_TRUE(child.line().receive(answer));
  EXPECT_EQ(answer, "abab");
  // More than a socket holds at once.
  const std::string large(1 << 22, 'x');
  ASSERT_TRUE(child.line().send(large));
  ASSERT_TRUE(child.line().receive(answer));
  EXPECT_EQ(answer.size(), 2 * large.size());
}

TEST(Isolated, TellsOfACrash) {
  Isolated child([](const Line&) { std::raise(SIGSEGV); });
  std::string answer;
  EXPECT_FALSE(child.line().receive(answer));
  EXPECT_THAT(child.ending(), testing::HasSubstr("signal 11"));
}

TEST(Isolated, EndsWhatDoesNotEnd) {
  Isolated child([](const Line&) {
    allow_seconds(1);
    for (std::atomic<unsigned> turns{0};; ++turns) {
    }
  });
  std::string answer;
  EXPECT_FALSE(child.line().receive(answer));
  EXPECT_THAT(child.ending(), testing::HasSubstr("longer"));
}

TEST(Isolated, SurvivesASilentPartner) {
  Isolated child([](const Line&) {});
  std::string answer;
  EXPECT_FALSE(child.line().receive(answer));
  // Not killed by writing to what has ended.
  EXPECT_FALSE(child.line().send(std::string(1 << 22, 'x')));
}

}  // namespace
}  // namespace nanobragg::io
