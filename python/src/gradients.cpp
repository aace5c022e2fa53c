// Derivatives of images by parameters and amplitudes, in users' units.
#include <pybind11/stl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "arrays.hpp"
#include "bindings.hpp"
#include "interrupt.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/image/gradient.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

using kernel::AmplitudeGradient;
using plan::Parameter;
using plan::Variable;

std::vector<ImageShape> panel_shapes(const config::Job& run) {
  std::vector<ImageShape> shapes;
  for (const Panel& panel : run.experiment.detector.panels) shapes.push_back(panel->shape);
  return shapes;
}

// How a derivative is computed.
struct Arithmetic {
  std::string precision;
  std::optional<std::size_t> threads;
};

image::Differentiable differentiable(const config::Job& run, const Arithmetic& by,
                                     InterruptCheck& interrupt) {
  const bool is_single = by.precision == "float32";
  if (!is_single && by.precision != "float64") {
    throw UsageError("derivatives in " + by.precision + " (it is float32 or float64)");
  }
  return {run.experiment, *run.compute.kernel, by.threads.value_or(run.compute.threads),
          is_single ? kernel::Precision::float32 : kernel::Precision::float64, &interrupt};
}

// Summed over the panels.
image::ExperimentGradient summed(const image::Differentiable& at,
                                 const PanelArrays<double>& weights, AmplitudeGradient amplitudes) {
  image::ExperimentGradient sum = image::pullback(at, 0, weights[0], amplitudes);
  for (std::size_t i = 1; i < at.plan().detector.panels.size(); ++i) {
    const image::ExperimentGradient more = image::pullback(at, i, weights[i], amplitudes);
    for (const plan::ParameterId id : plan::parameters_of(at.experiment())) {
      sum.parameters[id] += more.parameters[id];
    }
    std::ranges::transform(sum.amplitudes, more.amplitudes, sum.amplitudes.begin(), std::plus<>());
  }
  return sum;
}

image::ExperimentGradient gradient_of(const config::Job& run, const py::object& d_image,
                                      const Arithmetic& by, AmplitudeGradient amplitudes) {
  const PanelArrays<double> weights(d_image, panel_shapes(run), "d_image");
  return interruptible([&](InterruptCheck& interrupt) {
    const Unlocked unlocked;
    return summed(differentiable(run, by, interrupt), weights, amplitudes);
  });
}

// Every parameter where nothing is named.
std::vector<Variable> variables_of(const Experiment& experiment,
                                   const std::optional<std::vector<std::string>>& names) {
  if (names) return plan::find_single_variables(*names, experiment.detector.panels.size());
  const auto ids = plan::parameters_of(experiment);
  return {ids.begin(), ids.end()};
}

py::dict gradient(const config::Job& run, const py::object& d_image,
                  std::optional<std::size_t> threads, const std::string& precision,
                  const std::optional<std::vector<std::string>>& names) {
  const StructureFactors& table = *run.experiment.structure_factors;
  const std::vector<Variable> variables = variables_of(run.experiment, names);
  plan::check_no_mates(variables, table);
  const bool by_amplitude = std::ranges::any_of(
      variables, [](const Variable& v) { return plan::amplitude_in(v).has_value(); });
  const auto amplitudes = by_amplitude ? AmplitudeGradient::computed : AmplitudeGradient::left_out;
  const auto by = gradient_of(run, d_image, {precision, threads}, amplitudes);
  py::dict named;
  for (const Variable& variable : variables) {
    named[py::str(plan::name_of(variable))] = by.by(variable, table) / plan::per_internal(variable);
  }
  return named;
}

py::array_t<double> amplitude_gradient(const config::Job& run, const py::object& d_image,
                                       std::optional<std::size_t> threads,
                                       const std::string& precision) {
  const StructureFactors& table = *run.experiment.structure_factors;
  if (!table.has_table()) {
    throw UsageError("derivatives by amplitudes (the experiment has no table of them)", "",
                     "give -hkl or -model, or replace structure_factors");
  }
  auto by = gradient_of(run, d_image, {precision, threads}, AmplitudeGradient::computed);
  const auto size = [](std::size_t n) { return static_cast<py::ssize_t>(n); };
  const MillerBox& box = table.box();
  const double* data = by.amplitudes.data();
  return array_on({size(box.size_h()), size(box.size_k()), size(box.size_l())}, data,
                  std::move(by.amplitudes));
}

// The images one behind the other, each by the unit of its variable.
Image<double> stacked(const std::vector<Image<double>>& images,
                      const std::vector<Variable>& variables) {
  const ImageShape shape = images.front().shape();
  Image<double> all({variables.size() * shape.slow, shape.fast});
  auto to = all.pixels().begin();
  for (std::size_t p = 0; p < variables.size(); ++p) {
    const double unit = plan::per_internal(variables[p]);
    to = std::ranges::transform(images[p].pixels(), to, [&](double by) { return by / unit; }).out;
  }
  return all;
}

py::array_t<double> panel_jacobian(const image::Differentiable& at, std::size_t panel,
                                   const std::vector<Variable>& variables) {
  Image<double> all = [&] {
    const Unlocked unlocked;
    return stacked(image::jacobian_images(at, panel, variables), variables);
  }();
  auto shape = array_shape(at.plan().detector.panels[panel].shape);
  shape.insert(shape.begin(), static_cast<py::ssize_t>(variables.size()));
  const double* data = all.pixels().data();
  return array_on(std::move(shape), data, std::move(all));
}

py::object jacobian(const config::Job& run, const std::vector<std::string>& names,
                    std::optional<std::size_t> threads, const std::string& precision) {
  const auto variables = plan::find_single_variables(names, run.experiment.detector.panels.size());
  if (variables.empty()) throw UsageError("a jacobian by no parameter (no names are given)");
  return interruptible([&](InterruptCheck& interrupt) -> py::object {
    const image::Differentiable at = differentiable(run, {precision, threads}, interrupt);
    const std::size_t panels = run.experiment.detector.panels.size();
    if (panels == 1) return panel_jacobian(at, 0, variables);
    py::list list;
    for (std::size_t i = 0; i < panels; ++i) list.append(panel_jacobian(at, i, variables));
    return list;
  });
}

}  // namespace

void bind_gradients(py::module_& module) {
  module.def("gradient", gradient, py::arg("experiment"), py::arg("d_image"),
             py::arg("threads") = py::none(), py::arg("precision") = "float64",
             py::arg("names") = py::none(),
             R"(Derivatives of a loss by every parameter, from those by every pixel (reverse mode).

d_image: ∂loss/∂photons, an array (slow, fast) of numpy or any library with DLPack, or a list, one
for each panel. Returns a dict from the name of each parameter to the derivative per its unit; 0
where no pixel depends on it. One pass over the pixels, whatever the number of parameters.

names: parameters, groups and amplitudes F(h,k,l), mates by symmetry included, that are wanted; every
parameter where not given.

precision: float32 computes pixels in single precision, faster and to 1e-5 of the largest.
Raises UsageError for another shape, and where the experiment's kernel has no gradients,
KeyboardInterrupt on Ctrl-C.)");
  module.def("amplitude_gradient", amplitude_gradient, py::arg("experiment"), py::arg("d_image"),
             py::arg("threads") = py::none(), py::arg("precision") = "float64",
             R"(The same by every amplitude of structure_factors.table, in its shape.

Each position of the table is taken alone, mates by symmetry too: sums over
structure_factors.reflections are the derivatives by unique reflections.)");
  module.def("jacobian", jacobian, py::arg("experiment"), py::arg("names"),
             py::arg("threads") = py::none(), py::arg("precision") = "float64",
             R"(Derivatives of every pixel by the named parameters and amplitudes (forward mode).

Returns an array (names, slow, fast), photons per unit of the parameter, or a list of them for
several panels. A name of a group stands for its parameters: parameter_names() lists them.
F(1,-2,3) is the amplitude of a reflection and of its mates by symmetry, in electrons; its image is 0
where no pixel depends on it.

Raises UsageError for an unknown name, for an amplitude that the table does not hold and for two of
one reflection.)");
}

}  // namespace nanobragg::python
