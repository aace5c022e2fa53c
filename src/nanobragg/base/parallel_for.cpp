// The one place that knows oneTBB.
#include "nanobragg/base/parallel_for.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

#include "nanobragg/base/standard_arithmetic.hpp"

namespace nanobragg {

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
  if (threads <= 1) {
    for (std::size_t i = 0; i < count; ++i) task(i);
    return;
  }
  // Without it oneTBB starts no more threads than there are processors, and complains.
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) { task(i); }); });
}

}  // namespace nanobragg
