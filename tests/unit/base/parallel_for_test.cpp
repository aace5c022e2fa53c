// Every task runs once, whatever the number of threads.
#include "nanobragg/base/parallel_for.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <thread>
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

// The exit code of a child, -1 where it has not ended after a minute: a busy machine may let it
// wait.
int exit_code_of(pid_t child) {
  constexpr auto kStep = std::chrono::milliseconds(1);
  int status = 0;
  for (int step = 0; step < 60'000; ++step) {
    if (waitpid(child, &status, WNOHANG) == child)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    std::this_thread::sleep_for(kStep);
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return -1;
}

// Eight tasks in a process of their own.
pid_t fork_tasks() {
  const pid_t child = fork();
  if (child != 0) return child;
  std::atomic<int> runs = 0;
  parallel_for(8, 4, [&](std::size_t) { ++runs; });
  _exit(runs == 8 ? 0 : 1);
}

// As reading and writing HDF5 files fork, and Python's multiprocessing does.
TEST(ParallelFor, EndsInAForkedProcess) {
  std::atomic<bool> is_over = false;
  std::thread busy([&] {
    while (!is_over) parallel_for(8, 4, [](std::size_t) {});
  });
  int code = 0;
  for (int fork_number = 0; fork_number < 100 && code == 0; ++fork_number) {
    code = exit_code_of(fork_tasks());
  }
  is_over = true;
  busy.join();
  EXPECT_EQ(code, 0);
}

// Nothing may be half done then that is done once in a program.
TEST(ParallelFor, EndsInAProcessForkedWhileAnotherThreadBegins) {
  int code = 0;
  for (int i = 0; i < 300 && code == 0; ++i) {
    const pid_t program = fork();
    if (program == 0) {
      std::atomic<bool> is_ready = false;
      std::thread([&] {
        is_ready = true;
        parallel_for(8, 4, [](std::size_t) {});
      }).detach();
      while (!is_ready) {
      }
      volatile int spins = 20 * i;
      while (spins > 0) spins = spins - 1;
      _exit(exit_code_of(fork_tasks()));
    }
    code = exit_code_of(program);
  }
  EXPECT_EQ(code, 0);
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
