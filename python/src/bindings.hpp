// What each file of bindings adds to the module.
#pragma once

#include <pybind11/pybind11.h>

namespace nanobragg::python {

void bind_errors(pybind11::module_& module);
void bind_model(pybind11::module_& module);
void bind_experiment(pybind11::module_& module);
void bind_images(pybind11::module_& module);
void bind_gradients(pybind11::module_& module);
void bind_refinement(pybind11::module_& module);
void bind_trace(pybind11::module_& module);
void bind_pictures(pybind11::module_& module);
void bind_io(pybind11::module_& module);
// After all classes.
void bind_building(pybind11::module_& module);
void bind_stills(pybind11::module_& module);

}  // namespace nanobragg::python
