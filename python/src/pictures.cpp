// How images are shown, for nanobragg/show.py.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <utility>
#include <vector>

#include "bindings.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/report/limits.hpp"
#include "nanobragg/report/rings.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

std::pair<double, double> limits(
    const py::array_t<float, py::array::c_style | py::array::forcecast>& image) {
  const report::Limits found =
      report::limits_from_noise(std::vector<float>(image.data(), image.data() + image.size()));
  return {found.low, found.high};
}

std::vector<double> ring_spacings(const config::Job& run) {
  return report::ring_spacings_A(
      config::best_resolution_A(run.experiment.detector.panels, *run.experiment.beam));
}

}  // namespace

void bind_pictures(py::module_& module) {
  module.def("_limits", limits, py::arg("image"));
  module.def("_ring_spacings", ring_spacings, py::arg("experiment"));
}

}  // namespace nanobragg::python
