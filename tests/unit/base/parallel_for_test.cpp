// Every task runs once, whatever the number of threads.
#include "nanobragg/base/parallel_for.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <stdexcept>
#include <vector>

namespace nanobragg {
namespace {

TEST(ParallelFor, RunsEachTaskOnce) {
  constexpr std::size_t kTasks = 1000;
  for (const std::size_t threads :
       {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::numeric_limits<std::size_t>::max()}) {
    std::vector<std::atomic<int>> runs(kTasks);
    parallel_for(kTasks, threads, [&](std::size_t i) { ++runs[i]; });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
  }
}

TEST(ParallelFor, DoesNothingWithoutTasks) {
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, PassesAnExceptionOn) {
  const auto fail_at_7 = [](std::size_t i) {
    if (i == 7) throw std::runtime_error("seven");
  };
  EXPECT_THROW(parallel_for(20, 3, fail_at_7), std::runtime_error);
}

}  // namespace
}  // namespace nanobragg
