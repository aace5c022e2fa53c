// Runs independent tasks on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace nanobragg {

// Threads to use when the user names no number: the hardware's.
std::size_t default_thread_count();

// Calls task(0) … task(count − 1), each once, on at most `threads` threads (at least 1), and
// returns when all are done. Tasks may run in any order, so each must write only what is its own.
// They compute in StandardArithmetic. A process that was forked from one that had called this runs
// them on the calling thread. The first exception that a task throws is thrown here.
void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& task);

}  // namespace nanobragg
