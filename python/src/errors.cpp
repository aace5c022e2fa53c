// Error and UsageError as Python exceptions of the same text.
#include "arguments.hpp"
#include "bindings.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

// Live as long as the module, which Python never unloads.
PyObject* error_type = nullptr;
PyObject* usage_error_type = nullptr;
PyObject* argument_type_error_type = nullptr;

PyObject* make_type(py::module_& module, const char* name, const char* doc, py::tuple bases) {
  const std::string full = "nanobragg." + std::string(name);
  PyObject* type = PyErr_NewExceptionWithDoc(full.c_str(), doc, bases.ptr(), nullptr);
  if (type == nullptr) throw py::error_already_set();
  module.add_object(name, py::handle(type));
  return type;
}

void raise(PyObject* type, const Error& error) {
  const py::object raised = py::handle(type)(py::str(error.what()));
  raised.attr("problem") = error.problem();
  raised.attr("where") = error.where();
  raised.attr("hint") = error.hint();
  PyErr_SetObject(type, raised.ptr());
}

}  // namespace

void bind_errors(py::module_& module) {
  const py::handle value_error(PyExc_ValueError), exception(PyExc_Exception);
  error_type = make_type(module, "Error",
                         "Data or values that make no image.\n\n"
                         "Reads as the program's message; its parts are `problem`, `where` and "
                         "`hint` (str).",
                         py::make_tuple(exception));
  usage_error_type =
      make_type(module, "UsageError",
                "Flags, names or arguments that are unknown or contradictory; an Error and a "
                "ValueError.",
                py::make_tuple(py::handle(error_type), value_error));
  argument_type_error_type =
      make_type(module, "ArgumentTypeError",
                "An argument of another type than the function takes; a UsageError and a "
                "TypeError.",
                py::make_tuple(py::handle(usage_error_type), py::handle(PyExc_TypeError)));
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const ArgumentTypeError& error) {
      raise(argument_type_error_type, error);
    } catch (const UsageError& error) {
      raise(usage_error_type, error);
    } catch (const Error& error) {
      raise(error_type, error);
    }
  });
}

}  // namespace nanobragg::python
