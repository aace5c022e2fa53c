// Refinement: the words of the command, images from arrays, and what came out as values.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "arrays.hpp"
#include "bindings.hpp"
#include "gil.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/commands/refine/refine_request.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/refine/report.hpp"
#include "pickling.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

using refine::RefinedParameter;
using refine::Step;

// A result, and the run whose settings its experiment keeps.
struct Refinement {
  config::Job run;
  refine::Result result;
};

auto members(const Refinement& r) { return std::tie(r.run, r.result); }

Image<double> stacked(const py::object& image, const std::vector<Panel>& panels) {
  std::vector<ImageShape> shapes;
  for (const Panel& panel : panels) shapes.push_back(panel->shape);
  const PanelArrays<double> arrays(image, shapes, "observed");
  const PanelStack stack = stack_of(panels);
  Image<double> out(stack.shape);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (std::size_t slow = 0; slow < shapes[i].slow; ++slow) {
      std::ranges::copy(arrays[i].row(slow), out.view().row(stack.first_row[i] + slow).begin());
    }
  }
  return out;
}

// The readings of an array as the command takes those of a file: negative ones do not count.
Image<double> photons_in(const py::object& image, const std::vector<Panel>& panels,
                         const commands::CountScale& scale) {
  Image<double> readings = stacked(image, panels);
  const ImageShape shape = readings.shape();
  commands::Photons photons =
      commands::photons_of(io::observed_image("array", std::move(readings), {}), shape, scale,
                           "observed", [](const std::string&) {});
  const std::size_t negative = photons.pixels[static_cast<std::size_t>(io::Validity::negative)];
  if (negative > 0) {
    py::module_::import("warnings")
        .attr("warn")(fmt::format("observed: {} pixels are negative and do not count", negative));
  }
  return std::move(photons.image);
}

using Pairs = std::map<std::string, std::pair<double, double>>;

std::vector<std::string> words_of(const Pairs& pairs) {
  std::vector<std::string> words;
  for (const auto& [name, pair] : pairs) {
    words.push_back(fmt::format("{}={:.17g}:{:.17g}", name, pair.first, pair.second));
  }
  return words;
}

template <class T>
T taken(const py::dict& options, const char* name, T otherwise) {
  if (!options.contains(name) || options[name].is_none()) return otherwise;
  return cast_argument<T>(options[name], name);
}

// One of two words.
bool is_first(const std::string& word, const char* first, const char* second, const char* option) {
  if (word != first && word != second) {
    throw UsageError(fmt::format("unknown {} '{}'", option, word), "",
                     fmt::format("{} or {}", first, second));
  }
  return word == first;
}

commands::RefineRequest request_of(const std::vector<std::string>& names, const py::dict& options) {
  commands::RefineRequest request;
  request.parameters = names;
  request.pixels = taken(options, "pixels", request.pixels);
  request.method = taken(options, "method", request.method);
  request.background = taken(options, "background", request.background);
  request.crystal_system = taken(options, "crystal_system", request.crystal_system);
  request.restraints = words_of(taken(options, "restraints", Pairs{}));
  request.bounds = words_of(taken(options, "bounds", Pairs{}));
  const std::string loss = taken<std::string>(options, "loss", "poisson");
  if (is_first(loss, "gaussian", "poisson", "loss")) request.loss.kind = refine::LossKind::gaussian;
  const std::string variance = taken<std::string>(options, "variance", "model");
  if (is_first(variance, "observed", "model", "variance")) {
    request.loss.variance = refine::Variance::observed;
  }
  request.loss.read_noise = taken(options, "read_noise", request.loss.read_noise);
  request.loss.huber = taken(options, "robust", request.loss.huber);
  request.iterations = taken(options, "iterations", 0);
  if (request.iterations < 0) {
    throw UsageError(fmt::format("'iterations' does not take {} (it takes a number of at least 0)",
                                 request.iterations));
  }
  return request;
}

// Sees every step; what goes wrong in Python stops the refinement and is raised after it.
class Watch {
 public:
  explicit Watch(std::optional<py::function> monitor) : monitor_(std::move(monitor)) {}

  refine::Flow operator()(const Step& step) {
    const Locked locked;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (!monitor_) return refine::Flow::go_on;
      const py::object answer = (*monitor_)(step);
      return !answer.is_none() && answer.cast<bool>() ? refine::Flow::stop : refine::Flow::go_on;
    } catch (...) {
      raised_ = std::current_exception();
      return refine::Flow::stop;
    }
  }
  void raise_again() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  std::optional<py::function> monitor_;
  std::exception_ptr raised_;
};

Refinement refine_images(const py::object& experiment, const py::object& observed,
                         const py::object& parameters, const py::dict& options) {
  const auto run = cast_argument<config::Job>(experiment, "experiment", "an Experiment");
  const auto names = cast_argument<std::vector<std::string>>(
      parameters, "parameters", "a list of names of parameters and groups");
  config::check_differentiable(run);
  refine::Problem problem = commands::make_problem(request_of(names, options), run);
  problem.options.threads = taken(options, "threads", run.compute.threads);
  const std::vector<Panel>& panels = run.experiment.detector.panels;
  const commands::CountScale scale{taken(options, "offset", std::optional<double>()),
                                   taken(options, "gain", std::optional<double>()), 0.0};
  if (scale.gain && !(*scale.gain > 0.0)) {
    throw UsageError(
        fmt::format("'gain' does not take {} (it takes a positive number)", *scale.gain));
  }
  const auto turned = taken(options, "turned", std::vector<double>{});
  if (turned.empty()) {
    problem.observations.push_back({photons_in(observed, panels, scale), 0.0});
  } else {
    const auto images = cast_argument<std::vector<py::object>>(observed, "observed",
                                                               "a list of images, as turned is");
    if (images.size() != turned.size()) {
      throw UsageError(fmt::format("{} images turned by {} angles", images.size(), turned.size()));
    }
    for (std::size_t i = 0; i < images.size(); ++i) {
      problem.observations.push_back(
          {photons_in(images[i], panels, scale), to_radian(Degree(turned[i])).value()});
    }
  }
  Watch watch(taken(options, "monitor", std::optional<py::function>()));
  Refinement out{run, [&] {
                   const Unlocked unlocked;
                   return refine::refine(problem, std::ref(watch));
                 }()};
  watch.raise_again();
  out.run.experiment = out.result.experiment;
  return out;
}

double in_unit(const RefinedParameter& p, double internal) {
  return internal * plan::info(p.parameter.ids.front()).per_internal;
}

py::dict values(const Refinement& r) {
  py::dict out;
  for (const RefinedParameter& p : r.result.parameters) {
    out[py::str(p.parameter.name)] = in_unit(p, p.value);
  }
  return out;
}

py::dict uncertainties(const Refinement& r) {
  py::dict out;
  for (const RefinedParameter& p : r.result.parameters) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    out[py::str(p.parameter.name)] = p.uncertainty ? in_unit(p, *p.uncertainty) : kNone;
  }
  return out;
}

py::array_t<double> correlations(const Refinement& r) {
  const auto n = static_cast<py::ssize_t>(r.result.correlations.names.size());
  return py::array_t<double>({n, n}, r.result.correlations.rows.data());
}

py::dict amplitudes(const Refinement& r) {
  py::dict out;
  for (const refine::RefinedAmplitude& f : r.result.amplitudes) {
    out[py::make_tuple(f.index.h, f.index.k, f.index.l)] = py::make_tuple(f.value, f.uncertainty);
  }
  return out;
}

void bind_step(py::module_& module) {
  py::class_<Step> step(module, "Step", "One iteration of a refinement, the start included.");
  add_copies(step);
  step.def_readonly("iteration", &Step::iteration, "its number, from 0")
      .def_readonly("loss", &Step::loss, "that of the stage")
      .def_readonly("gradient_length", &Step::gradient, "of the gradient, scaled coordinates")
      .def_readonly("step", &Step::step, "length of the step that led here")
      .def_readonly("seconds", &Step::seconds, "since the start")
      .def_property_readonly(
          "softened", [](const Step& s) { return s.stage == refine::Stage::softened; },
          "whether the loss is still the soft one that lm begins with");
}

// How well the model describes the images.
void bind_fit(py::class_<Refinement>& result) {
  using R = Refinement;
  result
      .def_property_readonly("amplitudes", amplitudes,
                             "of each refined (h, k, l): |F| and its standard uncertainty")
      .def_property_readonly(
          "backgrounds", [](const R& r) { return r.result.backgrounds; },
          "mean photons a pixel, of each image")
      .def_property_readonly(
          "history", [](const R& r) { return r.result.history; }, "list of Step")
      .def_property_readonly(
          "pixels", [](const R& r) { return r.result.pixels; }, "how many counted")
      .def_property_readonly(
          "reduced_chi_squared",
          [](const R& r) {
            return std::pair(r.result.before.reduced_chi_squared,
                             r.result.after.reduced_chi_squared);
          },
          "before and after; 1 where noise alone remains")
      .def_property_readonly(
          "image",
          [](const R& r) {
            return to_arrays(Image<float>(r.result.after.image), r.run.experiment.detector.panels);
          },
          "what the refined model says of the first image: photons, background included")
      .def_property_readonly(
          "residuals",
          [](const R& r) {
            return to_arrays(Image<float>(r.result.after.residuals),
                             r.run.experiment.detector.panels);
          },
          "(observed - model) by standard deviations, of the first image; 0 where no pixel counts")
      .def("__str__", [](const R& r) {
        return refine::outcome_sentence(r.result) + "\n" + refine::parameter_table(r.result);
      });
}

void bind_result(py::module_& module) {
  using R = Refinement;
  py::class_<R> result(module, "Refinement", "What came out of refine().");
  add_copies(result)
      .def_property_readonly(
          "experiment", [](const R& r) { return r.run; }, "the refined Experiment")
      .def_property_readonly(
          "outcome", [](const R& r) { return refine::word_of(r.result.outcome); },
          "converged, out of iterations, interrupted or diverged")
      .def_property_readonly(
          "why", [](const R& r) { return r.result.why; }, "it stopped, a clause")
      .def_property_readonly(
          "crystal_system", [](const R& r) { return refine::name_of(r.result.system); },
          "which the cell obeys")
      .def_property_readonly(
          "values", values,
          "refined values by name, in the units of parameters(); equal ones as 'cell_a=cell_b'")
      .def_property_readonly(
          "uncertainties", uncertainties,
          "their standard uncertainties; infinite for what is not determined, nan for what is held "
          "at a bound")
      .def_property_readonly(
          "correlations", correlations,
          "array, in the order of values that are not held at a bound, then of amplitudes where "
          "they are few; nan for what is not determined")
      .def_property_readonly(
          "doubts", [](const R& r) { return r.result.after.doubts; },
          "reasons to doubt the fit, sentences; empty where there are none")
      .def_property_readonly(
          "undetermined", [](const R& r) { return r.result.correlations.undetermined; },
          "what the pixels do not determine, a clause; empty where all is determined");
  bind_fit(result);
}

}  // namespace

void bind_refinement(py::module_& module) {
  bind_step(module);
  bind_result(module);
  module.def("_refine", refine_images, py::arg("experiment"), py::arg("observed"),
             py::arg("parameters"), py::arg("options"),
             "What nanobragg.refine does, whose options by name are a dict.");
}

}  // namespace nanobragg::python
