// The trace of one pixel as text and as data.
#include <string>

#include "bindings.hpp"
#include "gil.hpp"
#include "nanobragg/commands/trace/trace_pixels.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/trace/json_writer.hpp"
#include "pickling.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

struct PixelTrace {
  std::string text, json;
};

auto members(const PixelTrace& t) { return std::tie(t.text, t.json); }

// Whether the detector still stands where the flags put it.
bool is_as_flagged(const config::Job& run) {
  if (run.experiment.detector.panels.size() != 1) return false;
  const PanelValues& now = *run.experiment.detector.panels.front();
  const PanelValues flagged = *config::panel_of(run.origin.frame);
  return now.corner_m == flagged.corner_m && now.fast == flagged.fast && now.slow == flagged.slow &&
         now.pixel_size == flagged.pixel_size;
}

PixelTrace trace_pixel(config::Job run, std::size_t slow, std::size_t fast, bool all_steps) {
  const Unlocked unlocked;
  if (run.compute.kernel->trace == nullptr) run.compute.kernel = &kernel::find_kernel("scalar");
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.compute.quirks);
  trace::Trace trace = commands::trace_pixels(
      run, plan, {{{slow, fast}}},
      all_steps ? kernel::StepSelection::all : kernel::StepSelection::first_of_each);
  if (!is_as_flagged(run)) trace.geometry.clear();
  return {commands::to_text(trace), trace::to_json(trace)};
}

}  // namespace

void bind_trace(py::module_& module) {
  py::class_<PixelTrace> trace(module, "Trace", "Every factor of a pixel's computation.");
  add_copies(trace);
  trace
      .def_property_readonly(
          "text", [](const PixelTrace& t) { return t.text; },
          "lines that can be compared with those of other programs")
      .def_property_readonly(
          "data",
          [](const PixelTrace& t) { return py::module_::import("json").attr("loads")(t.json); },
          "the same as a dict, with units, and the record of each step")
      .def("__str__", [](const PixelTrace& t) { return t.text; });
  module.def(
      "trace", trace_pixel, py::arg("experiment"), py::arg("slow"), py::arg("fast"),
      py::arg("all_steps") = false,
      R"(Shows how the photons of one pixel, of several panels one below the other, come about.

all_steps: data holds every source, spindle step and domain. A kernel that does not show its steps
gives way to the scalar one. The lines of the detector's geometry are left out where it no longer
stands where the flags put it. Raises Error for a pixel that is not rendered.)");
}

}  // namespace nanobragg::python
