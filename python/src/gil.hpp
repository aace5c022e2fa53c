// The lock of the interpreter, released and taken again by threads that may outlive Python.
#pragma once

#include <cxxabi.h>
#include <pybind11/pybind11.h>
#include <unistd.h>

#include <atomic>

namespace nanobragg::python {

// What of this module computes without the lock.
struct Computations {
  std::atomic<int> running = 0;
  std::atomic<bool> shall_stop = false;  // the interpreter ends
};
inline Computations g_computations;

// Takes the lock by `take`. An interpreter that ends does not give it any more: Python before 3.14
// then ends the thread by unwinding its stack, which aborts the program as soon as it comes to a
// destructor. The thread waits for the end instead, as it does in later versions.
template <class Take>
auto take_or_wait_for_end(Take take) {
  try {
    return take();
  } catch (const abi::__forced_unwind&) {
    while (true) ::pause();
  }
}

// Other threads of Python run as long as this exists.
class Unlocked {
 public:
  Unlocked() : state_(PyEval_SaveThread()) { ++g_computations.running; }
  ~Unlocked() {
    --g_computations.running;
    take_or_wait_for_end([this] {
      PyEval_RestoreThread(state_);
      return 0;
    });
  }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  PyThreadState* state_;
};

// Python may be called as long as this exists, in the thread that has an Unlocked.
class Locked {
 public:
  Locked() : state_(take_or_wait_for_end([] { return PyGILState_Ensure(); })) {}
  ~Locked() { PyGILState_Release(state_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  PyGILState_STATE state_;
};

}  // namespace nanobragg::python
