// Checks the arrays that users hand over.
#include "arrays.hpp"

#include <fmt/format.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

std::string shape_text(const py::array& array) {
  return py::str(py::tuple(array.attr("shape"))).cast<std::string>();
}

void check_shape(const py::array& array, ImageShape shape, const std::string& name) {
  const auto expected = array_shape(shape);
  const std::vector<py::ssize_t> found(array.shape(), array.shape() + array.ndim());
  if (found == expected) return;
  throw UsageError(fmt::format("{} has the shape {} (the panel has ({}, {}), slow × fast)", name,
                               shape_text(array), shape.slow, shape.fast));
}

}  // namespace

template <class T>
PanelArrays<T>::PanelArrays(const py::object& values, const std::vector<ImageShape>& shapes,
                            const std::string& name)
    : shapes_(shapes) {
  if (shapes.size() == 1) {
    arrays_.push_back(dense_array<T>(values, name));
  } else {
    if (!py::isinstance<py::iterable>(values)) {
      throw wrong_type(name, "a list of arrays, one for each panel", values);
    }
    for (const py::handle item : values) {
      arrays_.push_back(dense_array<T>(py::reinterpret_borrow<py::object>(item), name));
    }
  }
  if (arrays_.size() != shapes.size()) {
    throw UsageError(fmt::format("{} has {} arrays (the detector has {} panels)", name,
                                 arrays_.size(), shapes.size()));
  }
  for (std::size_t i = 0; i < shapes.size(); ++i) check_shape(arrays_[i], shapes[i], name);
}

template class PanelArrays<float>;
template class PanelArrays<double>;

}  // namespace nanobragg::python
