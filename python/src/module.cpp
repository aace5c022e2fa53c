// The compiled half of the Python package: nanobragg._core.
#include "bindings.hpp"
#include "interrupt.hpp"
#include "nanobragg/build_info.hpp"

PYBIND11_MODULE(_core, module) {
  using namespace nanobragg;
  pybind11::options options;
  options.disable_enum_members_docstring();
  module.doc() =
      "X-ray diffraction images of crystals on an absolute scale, and their derivatives.";
  module.attr("__version__") = build_info::kVersion;
  python::bind_errors(module);
  python::bind_model(module);
  python::bind_experiment(module);
  python::bind_images(module);
  python::bind_gradients(module);
  python::bind_refinement(module);
  python::bind_trace(module);
  python::bind_pictures(module);
  python::bind_io(module);
  python::bind_stills(module);
  python::bind_building(module);
  python::stop_work_at_exit();
}
