// Runs tasks by oneTBB, which no other file includes.
#include "nanobragg/base/parallel_for.hpp"

#include <pthread.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "nanobragg/base/standard_arithmetic.hpp"

namespace nanobragg {
namespace {

// A forked process has none of oneTBB's threads, and a copy of its locks in the state that they
// had: one that another thread held is never released.
std::atomic<bool> g_has_lost_its_threads = false;
// Set before oneTBB is used. A process that was forked before that has lost nothing.
std::atomic<bool> g_has_threads = false;

// When the program is loaded: a fork while another thread does this for the first time would leave
// it half done for ever.
const int kListensForForks = ::pthread_atfork(nullptr, nullptr, [] {
  if (g_has_threads) g_has_lost_its_threads = true;
});

// oneTBB 2021.8 does not give back the memory of an arena, 12 kB, so each number of threads has
// one. They are never destroyed: other threads may be at work when the program ends.
tbb::task_arena& arena_of(std::size_t threads) {
  static std::mutex mutex;
  static auto& arenas = *new std::map<std::size_t, tbb::task_arena>();
  const std::lock_guard guard(mutex);
  return arenas.try_emplace(threads, static_cast<int>(threads)).first->second;
}

}  // namespace

std::size_t default_thread_count() {
  return static_cast<std::size_t>(std::max(1, tbb::info::default_concurrency()));
}

void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& task) {
  // oneTBB's threads take it over from this one.
  const StandardArithmetic arithmetic;
  // More than there are tasks would idle, and more than this oneTBB does not start.
  constexpr std::size_t kMostThreads = 256;
  threads = std::min({threads, count, kMostThreads});
  if (threads <= 1 || g_has_lost_its_threads) {
    for (std::size_t i = 0; i < count; ++i) task(i);
    return;
  }
  g_has_threads = true;
  // Without it oneTBB starts no more threads than there are processors, and prints a warning.
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, threads);
  arena_of(threads).execute(
      [&] { tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) { task(i); }); });
}

}  // namespace nanobragg
