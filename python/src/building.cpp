// Experiments from their parts, amplitudes from files, and what makes two values equal.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "bindings.hpp"
#include "fields.hpp"
#include "gil.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/config/resolve/resolve_sampling.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "structure_factors.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

config::Job resolved(const std::vector<std::string>& flags) {
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      flags, [](const std::string& file) { return io::read_input(file); });
  return config::resolve(parsed.settings);
}

// An experiment of which every part can be replaced.
const config::Job& plain() {
  static const config::Job kPlain =
      resolved({"-cell", "10", "10", "10", "90", "90", "90", "-default_F", "1", "-lambda", "1",
                "-detpixels", "8", "-oversample", "1"});
  return kPlain;
}

// As flags would have it for a detector of its first panel.
int recommended(const Experiment& e, const config::Job& base) {
  config::DetectorFrame frame = base.origin.frame;
  const PanelValues& panel = *e.detector.panels.front();
  frame.placed.distance = panel.distance.value();
  frame.size.pixel = panel.pixel_size.value();
  return config::recommended_oversample(e.crystal, e.beam->wavelength, frame, base.compute.quirks);
}

config::Job from_parts(const Crystal& crystal, const Beam& beam, const Detector& detector,
                       const Amplitudes& amplitudes, std::optional<int> oversample) {
  if (!amplitudes) throw wrong_type("structure_factors", "StructureFactors", py::none());
  config::Job run = plain();
  run.experiment.crystal = crystal;
  run.experiment.beam = beam;
  run.experiment.detector = detector;
  run.experiment.structure_factors = amplitudes;
  if (oversample && *oversample < 1) {
    throw UsageError(fmt::format("'oversample' does not take {} (it takes sub-pixels, at least 1)",
                                 *oversample));
  }
  run.experiment.sampling.oversample = oversample.value_or(recommended(run.experiment, plain()));
  return run;
}

Amplitudes amplitudes_of(const std::vector<std::string>& flags) {
  const Unlocked unlocked;
  return held(resolved(flags).experiment.structure_factors);
}

std::vector<std::string> with_cell(std::vector<std::string> flags,
                                   const std::optional<std::vector<double>>& cell) {
  if (!cell) return flags;
  if (cell->size() != 6) {
    throw UsageError(
        fmt::format("'cell' does not take {} numbers (it takes a, b, c in Å and "
                    "α, β, γ in °)",
                    cell->size()));
  }
  flags.emplace_back("-cell");
  for (const double x : *cell) flags.push_back(fmt::format("{}", x));
  return flags;
}

Amplitudes from_file(const py::object& path, const std::optional<std::vector<double>>& cell,
                     double default_amplitude) {
  std::vector<std::string> flags{"-hkl", path_of(path), "-lambda", "1", "-detpixels", "8"};
  flags.insert(flags.end(), {"-default_F", fmt::format("{}", default_amplitude)});
  return amplitudes_of(with_cell(std::move(flags), cell));
}

Amplitudes from_model(const py::object& path, double dmin, double wavelength) {
  return amplitudes_of({"-model", path_of(path), "-dmin", fmt::format("{}", dmin), "-lambda",
                        fmt::format("{}", wavelength), "-detpixels", "8"});
}

// All that a value says, as one text: that of a plain experiment with it.
std::string text_of(const Experiment& experiment) {
  return io::experiment_json({experiment, plain().compute.quirks});
}
std::string text_of(const config::Job& run) {
  return io::experiment_json({run.experiment, run.compute.quirks}) +
         run.compute.kernel->name.data();
}
std::string text_of(const Crystal& crystal) {
  Experiment e = plain().experiment;
  e.crystal = crystal;
  return text_of(e);
}
std::string text_of(const Beam& beam) {
  Experiment e = plain().experiment;
  e.beam = beam;
  return text_of(e);
}
std::string text_of(const Detector& detector) {
  Experiment e = plain().experiment;
  e.detector = detector;
  return text_of(e);
}
std::string text_of(const Panel& panel) {
  Detector detector;
  detector.panels = {panel};
  return text_of(detector);
}
std::string text_of(const Amplitudes& amplitudes) {
  Experiment e = plain().experiment;
  e.structure_factors = amplitudes;
  return text_of(e);
}

template <class T>
void add_equality(py::module_& module, const char* name) {
  const py::object type = module.attr(name);
  const auto same = [](const T& a, const py::object& b) -> py::object {
    if (!py::isinstance(b, py::type::of(py::cast(a)))) {
      return py::reinterpret_borrow<py::object>(Py_NotImplemented);
    }
    return py::bool_(text_of(a) == text_of(b.cast<T>()));
  };
  type.attr("__eq__") =
      py::cpp_function(same, py::is_method(type), py::name("__eq__"), py::arg("other"));
  type.attr("__hash__") =
      py::cpp_function([](const T& a) { return std::hash<std::string>()(text_of(a)); },
                       py::is_method(type), py::name("__hash__"));
}

}  // namespace

void bind_building(py::module_& module) {
  auto experiment = py::class_<config::Job>(module.attr("Experiment"));
  experiment.def(
      py::init(&from_parts), py::arg("crystal"), py::arg("beam"), py::arg("detector"),
      py::arg("structure_factors"), py::arg("oversample") = py::none(),
      R"(From its parts, with nothing else in the beam; flags can say more (from_flags()).

oversample: sub-pixels along each axis; not given: as many as flags would take for the crystal.)");
  auto beam = py::class_<Beam>(module.attr("Beam"));
  beam.def(py::init([](double wavelength, const py::kwargs& fields_given) {
             BeamValues values;
             values.wavelength = to_metre(Angstrom(wavelength));
             return Fields<BeamValues>::replaced(values, fields_given);
           }),
           py::arg("wavelength"),
           "Along x, unpolarised, of one wavelength in Å; other fields by their names.");
  auto factors = py::class_<StructureFactors, Amplitudes>(module.attr("StructureFactors"));
  factors.def_static(
      "from_file", from_file, py::arg("path"), py::arg("cell") = py::none(),
      py::arg("default") = 0.0,
      R"(Amplitudes of a file, as -hkl reads it: MTZ, CIF, lists of text; also compressed.

cell: a, b, c in Å and α, β, γ in °, where the file has none. Raises Error for bad data.)");
  factors.def_static("from_model", from_model, py::arg("path"), py::arg("dmin"),
                     py::arg("wavelength") = 1.0,
                     R"(Amplitudes of the atoms of a PDB or mmCIF file, as -model makes them.

dmin: finest resolution, Å; wavelength: Å, for f′ and f″. Raises Error for bad data.)");
  add_equality<config::Job>(module, "Experiment");
  add_equality<Crystal>(module, "Crystal");
  add_equality<Beam>(module, "Beam");
  add_equality<Detector>(module, "Detector");
  add_equality<Panel>(module, "Panel");
  add_equality<Amplitudes>(module, "StructureFactors");
}

}  // namespace nanobragg::python
