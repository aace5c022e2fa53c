// Images of expected photons as arrays.
#include <pybind11/stl.h>

#include <optional>

#include "arrays.hpp"
#include "bindings.hpp"
#include "interrupt.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/image/pipeline.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

template <class Real>
using Renderer = image::SimulationOf<Real> (*)(const plan::SamplingPlan&, const kernel::Kernel&,
                                               const kernel::RunOptions&);

template <class Real>
Image<Real> rendered(const config::Job& run, std::size_t threads, kernel::Precision precision,
                     Renderer<Real> render, const InterruptCheck::Function& progress) {
  const auto work = [&](InterruptCheck& interrupt) {
    const Unlocked unlocked;
    const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.compute.quirks);
    auto simulation = render(plan, *run.compute.kernel, {threads, &interrupt, precision});
    if (config::refuses_non_finite(run)) {
      image::check_finite(std::as_const(simulation.photons).view());
    }
    return std::move(simulation.photons);
  };
  const auto work_to_the_end = [&](InterruptCheck& interrupt) {
    Image<Real> image = work(interrupt);
    interrupt.end();
    return image;
  };
  return interruptible(work_to_the_end, progress,
                       stack_of(run.experiment.detector.panels).shape.size());
}

py::object simulate(const config::Job& run, const py::object& dtype,
                    std::optional<std::size_t> threads, const InterruptCheck::Function& progress) {
  const py::dtype type = py::dtype::from_args(dtype);
  const std::size_t on = threads.value_or(run.compute.threads);
  const std::vector<Panel>& panels = run.experiment.detector.panels;
  if (type.is(py::dtype::of<float>())) {
    return to_arrays(rendered<float>(run, on, run.compute.precision, image::simulate, progress),
                     panels);
  }
  if (type.is(py::dtype::of<double>())) {
    return to_arrays(
        rendered<double>(run, on, kernel::Precision::float64, image::simulate_f64, progress),
        panels);
  }
  throw UsageError("images of " + type.attr("name").cast<std::string>() +
                   " (they are float32 or float64)");
}

}  // namespace

void bind_images(py::module_& module) {
  module.def("simulate", simulate, py::arg("experiment"), py::arg("dtype") = "float32",
             py::arg("threads") = py::none(), py::arg("progress") = py::none(),
             R"(Renders the experiment.

Returns an array (slow, fast) of expected photons a pixel, or a list of them, one for each panel of
a detector of several. Pixels that are masked or outside the region of interest are 0.

dtype: float32 holds what the program writes with -floatfile, computed as -dtype and -kernel of the
flags say; float64 is computed in double precision and keeps every bit.
threads: as -threads says where not given; without effect on the result.
progress: called now and then with how many pixels are done, of how many; what it raises ends the work.

The array owns its memory, and other threads of Python run meanwhile. torch.from_dlpack(image)
shares it. Raises Error where a pixel is not a number of photons, KeyboardInterrupt on Ctrl-C.)");
}

}  // namespace nanobragg::python
