// Experiments from flags, and their parameters by name, in users' units.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "arguments.hpp"
#include "bindings.hpp"
#include "gil.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/config/options/toml_paths.hpp"
#include "nanobragg/config/resolve/quirk_report.hpp"
#include "nanobragg/config/resolve/repeated_settings.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/variables.hpp"
#include "pickling.hpp"
#include "structure_factors.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

using plan::Parameter;
using plan::ParameterId;

// Where the user called: the package stands between (nanobragg/_arguments.py).
void warn(const std::string& text) {
  if (PyErr_WarnEx(PyExc_UserWarning, text.c_str(), 2) != 0) throw py::error_already_set();
}

config::Job from_flags(const std::vector<std::string>& flags) {
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      flags, [](const std::string& file) { return io::read_input(file); });
  config::Job run = [&] {
    const Unlocked unlocked;
    return config::resolve(parsed.settings);
  }();
  for (const std::string& text : parsed.warnings) warn(text);
  for (const std::string& text : run.warnings) warn(text);
  for (const compat::Quirk quirk : run.exercised) warn(config::describe(quirk));
  return run;
}

config::Job from_file(const py::object& path) {
  config::Settings settings;
  settings.experiment_file = path_of(path);
  config::Job run = [&] {
    const Unlocked unlocked;
    return config::resolve(settings);
  }();
  for (const std::string& text : run.warnings) warn(text);
  return run;
}

void to_file(const config::Job& run, const py::object& path) {
  const std::string file = path_of(path);
  const Unlocked unlocked;
  io::write_experiment(file, {run.experiment, run.compute.quirks});
}

bool says_the_same(const config::Settings& settings, const config::Job& run) {
  const auto digest = [](const config::Job& job) {
    return io::experiment_digest({job.experiment, job.compute.quirks});
  };
  try {
    return digest(config::resolve(settings)) == digest(run);
  } catch (const Error&) {
    return false;  // of files that are not there any more
  }
}

void to_toml(const config::Job& run, const py::object& path) {
  const std::filesystem::path file = path_of(path);
  if (file.extension() != ".toml") {
    throw UsageError(fmt::format("'path' does not take '{}' (it takes a name that ends in .toml)",
                                 file.string()));
  }
  const Unlocked unlocked;
  config::Settings settings = config::without_defaults(
      config::without_outputs(config::with_absolute_names(run.origin.effective)));
  if (!says_the_same(settings, run)) {
    std::filesystem::path whole = file;
    whole.replace_extension(io::kExperimentExtension);
    io::write_experiment(whole, {run.experiment, run.compute.quirks});
    settings = config::settings_with_experiment(run, whole.filename().string());
  }
  io::write_file_atomically(file, config::to_toml(settings));
}

using plan::Variable;

std::vector<std::string> parameter_names(const std::vector<std::string>& names,
                                         std::size_t panels) {
  std::vector<std::string> found;
  for (const Variable& variable : plan::find_single_variables(names, panels)) {
    found.push_back(plan::name_of(variable));
  }
  return found;
}

std::vector<Variable> find_variables(const config::Job& run,
                                     const std::vector<std::string>& names) {
  return plan::find_single_variables(names, run.experiment.detector.panels.size());
}

std::map<std::string, double> values(const config::Job& run) {
  const auto all = plan::values_of(run.experiment);
  std::map<std::string, double> named;
  for (const ParameterId id : plan::parameters_of(run.experiment)) {
    named.emplace(plan::name_of(id), all[id] * plan::info(id).per_internal);
  }
  return named;
}

double value(const config::Job& run, const std::string& name) {
  const auto found = find_variables(run, {name});
  if (found.size() != 1) {
    throw UsageError(fmt::format("'{}' names {} parameters", name, found.size()), "",
                     "values() has them all");
  }
  return plan::value_of(found.front(), run.experiment) * plan::per_internal(found.front());
}

using NewValues = std::map<std::string, std::variant<double, std::vector<double>>>;

config::Job with_values(const config::Job& run, const NewValues& changes) {
  std::vector<std::string> names;
  std::vector<double> numbers;
  for (const auto& [name, given] : changes) {
    const auto* list = std::get_if<std::vector<double>>(&given);
    const std::vector<double> to = list ? *list : std::vector{std::get<double>(given)};
    const std::size_t expected = find_variables(run, {name}).size();
    if (to.size() != expected) {
      throw UsageError(
          fmt::format("'{}' takes {} numbers (here are {})", name, expected, to.size()));
    }
    names.push_back(name);
    numbers.insert(numbers.end(), to.begin(), to.end());
  }
  std::vector<plan::VariableValue> to;
  for (const Variable& variable : find_variables(run, names)) {
    to.push_back({variable, numbers[to.size()] / plan::per_internal(variable)});
  }
  config::Job changed = run;
  changed.experiment = plan::with_values(run.experiment, to);
  return changed;
}

config::Job replaced(const config::Job& run, const py::kwargs& changes) {
  config::Job changed = run;
  Experiment& to = changed.experiment;
  for (const auto& [key, value] : changes) {
    const auto name = key.cast<std::string>();
    if (name == "crystal") {
      to.crystal = cast_argument<Crystal>(value, name, "a Crystal");
    } else if (name == "beam") {
      to.beam = cast_argument<Beam>(value, name, "a Beam");
    } else if (name == "detector") {
      to.detector = cast_argument<Detector>(value, name, "a Detector");
    } else if (name == "structure_factors") {
      to.structure_factors = cast_argument<Amplitudes>(value, name, "StructureFactors");
      if (!to.structure_factors) throw wrong_type(name, "StructureFactors", value);
    } else {
      throw UsageError("an experiment has no part '" + name + "'", "",
                       "replace crystal, beam, detector or structure_factors");
    }
  }
  return changed;
}

std::string why_without_effect(const config::Job& run, const std::string& name) {
  std::string why;
  for (const ParameterId id :
       plan::find_parameters({{name}}, run.experiment.detector.panels.size())) {
    why = plan::why_without_effect(id, run.experiment);
    if (why.empty()) break;
  }
  return why;
}

void bind_parameters(py::module_& module) {
  py::class_<Parameter>(module, "Parameter", "What can be refined: one row of the table.")
      .def("__copy__", [](py::object self) { return self; })
      .def(
          "__deepcopy__", [](py::object self, const py::dict&) { return self; }, py::arg("memo"))
      .def(py::pickle([](const Parameter& p) { return std::string(p.name); },
                      [](const std::string& name) {
                        return Parameter(plan::info(plan::find_parameters({{name}}).front()));
                      }))
      .def_property_readonly(
          "name", [](const Parameter& p) { return p.name; }, "as values() and gradient() call it")
      .def_property_readonly(
          "group", [](const Parameter& p) { return p.group; }, "a name for several at once, or ''")
      .def_property_readonly(
          "unit", [](const Parameter& p) { return p.unit; }, "unit of values and derivatives")
      .def_property_readonly(
          "bounds",
          [](const Parameter& p) {
            return std::pair(p.lower * p.per_internal, p.upper * p.per_internal);
          },
          "least and largest value")
      .def_property_readonly(
          "scale", [](const Parameter& p) { return p.scale * p.per_internal; },
          "a change that shows clearly; 0: in proportion to the value")
      .def_property_readonly(
          "help", [](const Parameter& p) { return p.help; }, "what it is")
      .def("__repr__", [](const Parameter& p) {
        return fmt::format("<Parameter {}{}{}{}: {}>", p.name, p.unit.empty() ? "" : " (", p.unit,
                           p.unit.empty() ? "" : ")", p.help);
      });
  module.def(
      "parameters",
      [] {
        const auto rows = plan::parameters();
        return std::vector<Parameter>(rows.begin(), rows.end());
      },
      "All parameters of an experiment: list of Parameter.");
  module.def("parameter_names", parameter_names, py::arg("names"), py::arg("panels") = 1,
             "The parameters that names of parameters and groups stand for, in the order given.\n\n"
             "Raises UsageError for an unknown name and one named twice.");
}

void bind_parts(py::class_<config::Job>& experiment) {
  using Run = config::Job;
  experiment
      .def_property_readonly(
          "crystal", [](const Run& run) { return run.experiment.crystal; }, "its crystal")
      .def_property_readonly(
          "beam", [](const Run& run) { return run.experiment.beam; }, "its beam")
      .def_property_readonly(
          "detector", [](const Run& run) { return run.experiment.detector; }, "its detector")
      .def_property_readonly(
          "structure_factors",
          [](const Run& run) { return held(run.experiment.structure_factors); }, "its amplitudes")
      .def_property_readonly(
          "oversample", [](const Run& run) { return run.experiment.sampling.oversample; },
          "sub-pixels along each axis")
      .def_property_readonly(
          "kernel", [](const Run& run) { return run.compute.kernel->name; },
          "what computes its images")
      .def_property_readonly(
          "threads", [](const Run& run) { return run.compute.threads; },
          "how many are used where a function names no number")
      .def_property_readonly(
          "warnings", [](const Run& run) { return run.warnings; },
          "what the program would warn of: list of str")
      .def("replace", replaced,
           "The same experiment with another crystal, beam, detector or structure_factors.\n\n"
           "What the flags derived from the old part, such as the oversampling, stays.");
}

void bind_files(py::class_<config::Job>& experiment) {
  experiment.def_static(
      "from_file", from_file, py::arg("path"),
      R"(The experiment of a file that to_file(), `-out NAME.json`, a series or a refinement wrote.

Raises Error for a file that cannot be read.)");
  experiment.def(
      "to_file", to_file, py::arg("path"),
      R"(Writes the whole experiment as JSON, complete or not at all, for from_file() and -experiment_file.

Numbers read back bit for bit. Raises Error where the file cannot be written.)");
  experiment.def_static(
      "from_toml",
      [](const py::object& path) {
        return from_flags({"-config", path_of(path)});
      },
      py::arg("path"),
      R"(The experiment of a TOML file, as -config reads it: to_toml() or people write it.

Raises UsageError for keys that are wrong, Error for bad data; what the program warns of becomes a
UserWarning.)");
  experiment.def(
      "to_toml", to_toml, py::arg("path"),
      R"(Writes a TOML file for from_toml() and -config: the keys and files that make the experiment.

An experiment that is not what its flags said any more (with_values(), replace(), parts) is named
there and written beside, whole, under the same name with .json. path: a name that ends in .toml.
Raises Error where a file cannot be written.)");
}

}  // namespace

void bind_experiment(py::module_& module) {
  bind_parameters(module);
  py::class_<config::Job> experiment(module, "Experiment",
                                     R"(Everything that determines an image of expected photons.

Immutable: methods return another experiment. from_flags() makes one; crystal, beam, detector and
structure_factors are its parts; values() and with_values() its numbers by name.)");
  experiment.def_static("from_flags", from_flags, py::arg("flags"),
                        R"(The experiment that the program's command line describes.

flags: words as `nanobragg simulate` takes them, -config FILE included. Output files that they name
are not written. Raises UsageError for flags that are wrong, Error for bad data; what the program
warns of becomes a UserWarning.)");
  bind_files(experiment);
  add_copies(experiment);
  bind_parts(experiment);
  experiment
      .def("values", values, "The value of every parameter, by name, in the units of parameters().")
      .def("value", value, py::arg("name"),
           "The value of one parameter, in its unit, or of an amplitude F(h,k,l).")
      .def("with_values", with_values, py::arg("values"),
           R"(The experiment with other values of the named parameters, in their units.

A group takes a list: {"misset": [0.1, 0, 0], "distance": 100}. F(1,-2,3) is the amplitude of a
reflection and its mates by symmetry. What does not change keeps every bit. Raises UsageError for an
unknown name, Error where the values make no experiment.)")
      .def("why_without_effect", why_without_effect, py::arg("name"),
           "Why no pixel depends on a parameter or group, or ''.")
      .def("__repr__", [](const config::Job& run) {
        return fmt::format("<Experiment {} {} {}>",
                           py::repr(py::cast(run.experiment.crystal)).cast<std::string>(),
                           py::repr(py::cast(run.experiment.beam)).cast<std::string>(),
                           py::repr(py::cast(run.experiment.detector)).cast<std::string>());
      });
}

}  // namespace nanobragg::python
