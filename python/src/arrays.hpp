// Images as numpy arrays without copying, and arrays of any library as images.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::python {

// An array of `shape` on `data`, which `owner` keeps alive.
template <class T, class Owner>
pybind11::array_t<T> array_on(std::vector<pybind11::ssize_t> shape, const T* data, Owner owner) {
  auto kept = std::make_unique<Owner>(std::move(owner));
  const pybind11::capsule base(kept.get(), [](void* p) { delete static_cast<Owner*>(p); });
  kept.release();
  return pybind11::array_t<T>(std::move(shape), data, base);
}

inline std::vector<pybind11::ssize_t> array_shape(ImageShape shape) {
  return {static_cast<pybind11::ssize_t>(shape.slow), static_cast<pybind11::ssize_t>(shape.fast)};
}

// The pixels themselves, as an array (slow, fast).
template <class T>
pybind11::array_t<T> to_array(Image<T> image) {
  const auto shape = array_shape(image.shape());
  // Moving a vector leaves its elements where they are.
  const T* data = image.pixels().data();
  return array_on(shape, data, std::move(image));
}

// The pixels of a stack of panels: one array for one panel, else a list of views, one for each.
template <class T>
pybind11::object to_arrays(Image<T> stacked, const std::vector<Panel>& panels) {
  const pybind11::array_t<T> whole = to_array(std::move(stacked));
  if (panels.size() == 1) return whole;
  const PanelStack place = stack_of(panels);
  pybind11::list list;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const auto shape = array_shape(panels[i]->shape);
    const auto first = static_cast<pybind11::ssize_t>(place.first_row[i]);
    list.append(whole[pybind11::make_tuple(pybind11::slice(first, first + shape[0], 1),
                                           pybind11::slice(0, shape[1], 1))]);
  }
  return list;
}

template <class T>
using DenseArray = pybind11::array_t<T, pybind11::array::c_style | pybind11::array::forcecast>;

// Anything with the DLPack protocol, or that numpy makes an array of; copied only where its type or
// layout is another. Throws TypeError, calling it `name`, for what is not an array of numbers.
template <class T>
DenseArray<T> dense_array(const pybind11::object& values, const std::string& name) {
  // numpy makes an array of it: not a number.
  if (values.is_none()) throw wrong_type(name, "an array of numbers", values);
  const bool foreign =
      !pybind11::isinstance<pybind11::array>(values) && pybind11::hasattr(values, "__dlpack__");
  const pybind11::object array =
      foreign ? pybind11::module_::import("numpy").attr("from_dlpack")(values) : values;
  const DenseArray<T> dense = DenseArray<T>::ensure(array);
  if (!dense) throw wrong_type(name, "an array of numbers", values);
  return dense;
}

// The arrays of images, one for each of `shapes`: one array for one panel, else a list. Throws
// UsageError, calling them `name`, for other numbers and shapes.
template <class T>
class PanelArrays {
 public:
  PanelArrays(const pybind11::object& values, const std::vector<ImageShape>& shapes,
              const std::string& name);
  ImageView<const T> operator[](std::size_t panel) const {
    return {shapes_[panel], {arrays_[panel].data(), shapes_[panel].size()}};
  }

 private:
  std::vector<ImageShape> shapes_;
  std::vector<DenseArray<T>> arrays_;
};

}  // namespace nanobragg::python
