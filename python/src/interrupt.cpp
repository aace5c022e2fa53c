// The last thing that the module does.
#include "interrupt.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

void stop_work() {
  using namespace std::chrono_literals;
  // Work that reports stops within milliseconds; no user waits for what does not.
  const auto latest = std::chrono::steady_clock::now() + 2s;
  g_computations.shall_stop = true;
  const py::gil_scoped_release unlocked;
  while (g_computations.running > 0 && std::chrono::steady_clock::now() < latest) {
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

void stop_work_at_exit() {
  py::module_::import("atexit").attr("register")(py::cpp_function(stop_work));
}

}  // namespace nanobragg::python
