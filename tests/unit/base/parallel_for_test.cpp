// Every task runs once, whatever the number of threads.
#include "nanobragg/base/parallel_for.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <vector>

#ifdef __SSE2__
#include <xmmintrin.h>
#endif

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

// What a program of many small images would lose with each.
TEST(ParallelFor, KeepsNoMemory) {
  const auto resident_pages = [] {
    std::ifstream statm("/proc/self/statm");
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return resident;
  };
  const auto call = [](int times) {
    for (int i = 0; i < times; ++i) parallel_for(64, 3, [](std::size_t) {});
  };
  call(200);
  const long before = resident_pages();
  call(2000);
  constexpr long kPages = 256;  // 1 MB; an arena each would take 25
  EXPECT_LT(resident_pages() - before, kPages);
}

#ifdef __SSE2__
// As start-up code of -ffast-math leaves a thread behind.
TEST(ParallelFor, KeepsSmallNumbersWhereTheThreadDropsThem) {
  constexpr unsigned kFlushToZero = 0x8040;
  const unsigned before = _mm_getcsr();
  volatile double small = 1e-310;
  for (const std::size_t threads : {std::size_t{1}, std::size_t{3}}) {
    std::vector<double> halves(100);
    _mm_setcsr(before | kFlushToZero);
    parallel_for(halves.size(), threads, [&](std::size_t i) { halves[i] = small / 2.0; });
    const unsigned after = _mm_getcsr();
    _mm_setcsr(before);
    for (const double half : halves) EXPECT_EQ(half, 5e-311);
    EXPECT_EQ(after & kFlushToZero, kFlushToZero);
  }
}
#endif

}  // namespace
}  // namespace nanobragg
