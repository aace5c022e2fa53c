// Arguments whose type is not what a function takes.
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <string>

#include "nanobragg/base/error.hpp"

namespace nanobragg::python {

// Becomes a TypeError, which is a UsageError as well.
class ArgumentTypeError : public UsageError {
 public:
  using UsageError::UsageError;
};

// Names the argument, and shows it as far as it fits in a line.
inline ArgumentTypeError wrong_type(const std::string& name, const std::string& expected,
                                    pybind11::handle found) {
  constexpr std::size_t kLongest = 60;
  auto text = pybind11::repr(found).cast<std::string>();
  const pybind11::str type(pybind11::type::handle_of(found).attr("__name__"));
  if (text.size() > kLongest) text = type.cast<std::string>();
  return ArgumentTypeError("'" + name + "' does not take " + text + " (it takes " + expected + ")");
}

// The value as a T, which users know as `expected`: by default what pybind11 calls it.
template <class T>
T cast_argument(pybind11::handle value, const std::string& name,
                const std::string& expected = pybind11::detail::make_caster<T>::name.text) {
  try {
    return value.cast<T>();
  } catch (const pybind11::cast_error&) {
    throw wrong_type(name, expected, value);
  } catch (pybind11::error_already_set& error) {
    // What numpy cannot make an array of.
    if (!error.matches(PyExc_TypeError) && !error.matches(PyExc_ValueError)) throw;
    throw wrong_type(name, expected, value);
  }
}

// A name of a file: text, or what has one (pathlib).
inline std::string path_of(const pybind11::object& path) {
  try {
    return pybind11::module_::import("os").attr("fspath")(path).cast<std::string>();
  } catch (pybind11::error_already_set& error) {
    if (!error.matches(PyExc_TypeError)) throw;
    throw wrong_type("path", "the name of a file", path);
  }
}

}  // namespace nanobragg::python
