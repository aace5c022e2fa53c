// Ctrl-C in the middle of long work.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "gil.hpp"
#include "nanobragg/base/progress_sink.hpp"

namespace nanobragg::python {

struct Interrupted {};

// Lets Ctrl-C end a long run: Python's own handler only notes it, for its main thread. Where that
// one called, it looks, and each of the others stops when it reports next. Work that another thread
// called ends with the interpreter.
class InterruptCheck : public ProgressSink {
 public:
  void advance(std::size_t /*pixels*/) override {
    if (stopped_ || g_computations.shall_stop) throw Interrupted();
    if (!is_main_ || std::this_thread::get_id() != caller_) return;
    const auto now = Clock::now();
    if (now - last_ < std::chrono::milliseconds(50)) return;
    last_ = now;
    const Locked locked;
    if (PyErr_CheckSignals() == 0) return;
    stopped_ = true;
    throw Interrupted();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static bool is_main_thread() {
    const pybind11::object thread = pybind11::module_::import("threading").attr("main_thread")();
    return thread.attr("ident").cast<unsigned long>() == PyThread_get_thread_ident();
  }

  const bool is_main_ = is_main_thread();
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
    if (!PyErr_Occurred()) PyErr_SetNone(PyExc_KeyboardInterrupt);
    throw pybind11::error_already_set();
  }
}

// Has the work of threads that are still there stopped when the interpreter ends, before what it
// works with is gone.
void stop_work_at_exit();

}  // namespace nanobragg::python
