// Ctrl-C in the middle of long work.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "nanobragg/base/progress_sink.hpp"

namespace nanobragg::python {

struct Interrupted {};

// Lets Ctrl-C end a long run: Python's own handler only notes it. The thread that called looks, and
// each of the others stops when it reports next.
class InterruptCheck : public ProgressSink {
 public:
  void advance(std::size_t /*pixels*/) override {
    if (stopped_) throw Interrupted();
    if (std::this_thread::get_id() != caller_) return;
    const auto now = Clock::now();
    if (now - last_ < std::chrono::milliseconds(50)) return;
    last_ = now;
    const pybind11::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() == 0) return;
    stopped_ = true;
    throw Interrupted();
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::thread::id caller_ = std::this_thread::get_id();
  Clock::time_point last_ = Clock::now();
  std::atomic<bool> stopped_ = false;
};

// Runs `work` with a check; what Ctrl-C left pending is raised.
template <class Work>
auto interruptible(Work work) {
  try {
    InterruptCheck check;
    return work(check);
  } catch (const Interrupted&) {
    throw pybind11::error_already_set();
  }
}

}  // namespace nanobragg::python
