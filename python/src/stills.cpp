// Stills one by one, each with what is true of it.
#include "nanobragg/commands/series/stills.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrays.hpp"
#include "bindings.hpp"
#include "interrupt.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/shots.hpp"
#include "nanobragg/io/truth/labels.hpp"
#include "nanobragg/model/crop_and_bin.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

using Words = std::map<std::string, std::string>;
// First pixel and number of pixels, each along slow and fast.
using Box = std::array<std::size_t, 4>;

CropAndBin part_of(const std::optional<Box>& crop, std::size_t bin) {
  CropAndBin part{.crop = {}, .bin = bin};
  if (crop) {
    const auto [slow, fast, rows, columns] = *crop;
    part.crop = PixelBox{{slow, fast}, {rows, columns}};
  }
  return part;
}

// A request, and what renders it; neither moves.
class Stills {
 public:
  Stills(config::Job run, const commands::StillsOptions& options, std::int64_t seed)
      : request_(commands::make_stills(with_seed(std::move(run), seed), options)),
        shots_(request_) {}
  Stills(const Stills&) = delete;
  Stills& operator=(const Stills&) = delete;

  std::size_t size() const { return request_.images; }
  const std::vector<std::string>& warnings() const { return request_.run.warnings; }

  std::map<std::string, double> label(std::size_t i) const {
    check(i);
    const Unlocked unlocked;
    const io::ImageDescription about = shots_.description(i);
    const auto columns = io::label_columns(about);
    const auto numbers = io::labels_of(about);
    std::map<std::string, double> out;
    for (std::size_t k = 0; k < columns.size(); ++k) out.emplace(columns[k].name, numbers[k]);
    return out;
  }

  // Counts as int32, −1 where nothing is measured, or expected photons as float32, and the photons
  // that are expected in all.
  std::pair<py::object, double> render(std::size_t i, bool counts) const {
    check(i);
    double sum = 0.0;
    if (counts) {
      auto image = taken<std::int32_t>(i, sum, [](const io::DetectorImage& of) {
        return of.counts.rows(0, of.counts.shape().slow);
      });
      return {to_array(std::move(image)), sum};
    }
    auto image = taken<float>(i, sum, [](const io::DetectorImage& of) {
      Image<float> photons(of.photons.shape());
      std::ranges::copy(of.photons.pixels(), photons.pixels().begin());
      return photons;
    });
    return {to_array(std::move(image)), sum};
  }

 private:
  static config::Job with_seed(config::Job run, std::int64_t seed) {
    run.response.seed = seed;
    return run;
  }
  void check(std::size_t i) const {
    if (i < size()) return;
    throw py::index_error(fmt::format("image {} of {}", i, size()));
  }
  template <class T, class Take>
  Image<T> taken(std::size_t i, double& sum, const Take& take) const {
    return interruptible([&](InterruptCheck& interrupt) {
      const Unlocked unlocked;
      Image<T> out;
      const auto stop = [&] {
        interrupt.advance(0);
        return false;
      };
      shots_.render(i, stop, [&](const commands::Shots::Rendered& rendered) {
        out = take(rendered.image);
        sum = rendered.photons;
      });
      return out;
    });
  }

  commands::SeriesRequest request_;
  commands::Shots shots_;
};

// `words` has the options of the program by their names.
commands::StillsOptions options_of(std::size_t images, const Words& words, const Words& vary) {
  const auto spread = [&](const char* name) {
    return parse_spread(words.at(name), fmt::format("'{}'", name));
  };
  commands::StillsOptions options{.out = {},
                                  .images = images,
                                  .orientations = words.at("orientations"),
                                  .fluence = spread("fluence"),
                                  .mosaic = spread("mosaic"),
                                  .wavelength = spread("wavelength"),
                                  .lattices = words.at("lattices")};
  for (const auto& [name, distribution] : vary) options.vary.push_back(name + "=" + distribution);
  return options;
}

}  // namespace

void bind_stills(py::module_& module) {
  py::class_<config::Job>(module.attr("Experiment"))
      .def(
          "crop",
          [](const config::Job& run, const std::optional<Box>& box, std::size_t bin) {
            const CropAndBin part = part_of(box, bin);
            if (bin < 1) throw UsageError("'bin' does not take 0 (it takes a number of pixels)");
            check(part, run.experiment.detector);
            check_divides(part, run.experiment.detector);
            config::Job out = run;
            out.experiment = cropped_and_binned(run.experiment, part);
            return out;
          },
          py::arg("box") = py::none(), py::arg("bin") = 1,
          R"(The experiment of a part of the detector, and of sums of bin × bin pixels, where they are.

box: first slow, first fast, pixels along slow and fast; not given: all. Raises UsageError where it
does not lie within the one panel, and where the sums do not divide it. Its image is that part, but
for light that a point spread brings from outside, and as finely sampled.)");
  py::class_<CropAndBin>(module, "_CropAndBin", "A part of images, and pixels to add up.")
      .def(py::init(&part_of), py::arg("crop"), py::arg("bin"));
  py::class_<Stills>(module, "_StillsMaker",
                     "Renders stills by their number; see nanobragg.stills.")
      .def(py::init([](const config::Job& run, std::size_t images, const Words& words,
                       const Words& vary, std::int64_t seed, const CropAndBin& part) {
             commands::StillsOptions options = options_of(images, words, vary);
             options.written.pixels = part;
             return std::make_unique<Stills>(run, options, seed);
           }),
           py::arg("experiment"), py::arg("images"), py::arg("words"), py::arg("vary"),
           py::arg("seed"), py::arg("part"))
      .def("__len__", &Stills::size)
      .def_property_readonly("warnings", &Stills::warnings, "what the program would warn of")
      .def("label", &Stills::label, py::arg("image"),
           "What is true of an image: numbers by name, in the units of parameters().")
      .def("render", &Stills::render, py::arg("image"), py::arg("counts"),
           "The pixels of an image, all panels in one array, and its expected photons in all.");
}

}  // namespace nanobragg::python
