// Ctrl-C in the middle of long work.
#pragma once

#include <pybind11/pybind11.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>
#include <utility>

#include "gil.hpp"
#include "nanobragg/base/progress_sink.hpp"

namespace nanobragg::python {

struct Interrupted {};

// Lets Ctrl-C end a long run: Python's own handler only notes it, for its main thread. Where that
// one called, it looks, and each of the others stops when it reports next. Work that another thread
// called ends with the interpreter. Where there is a function of the user, it learns how many of
// all pixels are done; what it raises ends the work, too.
class InterruptCheck : public ProgressSink {
 public:
  using Function = std::optional<pybind11::function>;
  InterruptCheck() = default;
  InterruptCheck(Function progress, std::size_t pixels)
      : progress_(std::move(progress)), pixels_(pixels) {}

  void advance(std::size_t pixels) override {
    done_ += pixels;
    if (stopped_ || g_computations.shall_stop) throw Interrupted();
    if ((!is_main_ && !progress_) || std::this_thread::get_id() != caller_) return;
    const auto now = Clock::now();
    if (now - last_ < std::chrono::milliseconds(50)) return;
    last_ = now;
    const Locked locked;
    if ((!is_main_ || PyErr_CheckSignals() == 0) && tell(std::min<std::size_t>(done_, pixels_))) {
      return;
    }
    stopped_ = true;
    throw Interrupted();
  }
  // All is done. The caller has the lock.
  void end() {
    if (!tell(pixels_)) throw pybind11::error_already_set();
  }

 private:
  using Clock = std::chrono::steady_clock;
  // Whether the user's function raised nothing; what it raised is pending.
  bool tell(std::size_t done) const {
    if (!progress_) return true;
    PyObject* const answer = PyObject_CallFunction(
        progress_->ptr(), "nn", static_cast<Py_ssize_t>(done), static_cast<Py_ssize_t>(pixels_));
    Py_XDECREF(answer);
    return answer != nullptr;
  }
  static bool is_main_thread() {
    const pybind11::object thread = pybind11::module_::import("threading").attr("main_thread")();
    return thread.attr("ident").cast<unsigned long>() == PyThread_get_thread_ident();
  }

  const bool is_main_ = is_main_thread();
  std::thread::id caller_ = std::this_thread::get_id();
  Clock::time_point last_ = Clock::now();
  std::atomic<bool> stopped_ = false;
  std::atomic<std::size_t> done_ = 0;
  Function progress_;
  std::size_t pixels_ = 0;
};

// Runs `work` with a check; what Ctrl-C or the user's function left pending is raised.
template <class Work, class... Arguments>
auto interruptible(Work work, Arguments... arguments) {
  try {
    InterruptCheck check(std::move(arguments)...);
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
