// Image files as arrays.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "arrays.hpp"
#include "bindings.hpp"
#include "gil.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/exposure.hpp"
#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

std::size_t exposures(const py::object& path) {
  const std::string file = path_of(path);
  const Unlocked unlocked;
  return commands::find_frames({file}, {}).list.size();
}

// The one exposure of a file, or the chosen one.
std::size_t chosen(std::optional<std::size_t> exposure, std::size_t count,
                   const std::string& file) {
  if (exposure || count == 1) return exposure.value_or(0);
  throw UsageError(fmt::format("'{}' has {} exposures", file, count), "",
                   "read(path, exposure=0) reads the first; exposures(path) counts them");
}

py::array_t<double> read(const py::object& path, std::optional<std::size_t> exposure, bool raw) {
  const std::string file = path_of(path);
  const io::ImageFormat* const named = io::find_format(file);
  if (named != nullptr && named->name == io::kRawFloats) {
    throw UsageError(fmt::format("cannot read '{}' ({} do not say their shape)", file, named->name),
                     "", "numpy.fromfile(file, 'float32').reshape(slow, fast) can");
  }
  io::ObservedImage image = [&] {
    const Unlocked unlocked;
    const std::unique_ptr<io::ImageFile> images = io::open_image(file, {});
    return images->read(chosen(exposure, images->exposures(), file));
  }();
  if (!raw) {
    for (std::size_t i = 0; i < image.values.pixels().size(); ++i) {
      if (image.validity.pixels()[i] == io::Validity::valid) continue;
      image.values.pixels()[i] = std::numeric_limits<double>::quiet_NaN();
    }
  }
  return to_array(std::move(image.values));
}

io::PixelValues pixel_values(const std::string& name) {
  if (name == "counts") return io::PixelValues::counts;
  if (name == "photons") return io::PixelValues::photons;
  throw UsageError("unknown values '" + name + "'", "", "write counts or photons");
}

std::vector<ImageShape> shapes_of(const config::Job& run) {
  std::vector<ImageShape> shapes;
  for (const Panel& panel : run.experiment.detector.panels) shapes.push_back(panel->shape);
  return shapes;
}

// Calls take(exposure) with the photons read out as the run's flags say.
template <class Take>
void expose(const config::Job& run, const PanelArrays<float>& photons, io::PixelValues values,
            std::uint64_t seed, const Take& take) {
  const PanelStack place = stack_of(run.experiment.detector.panels);
  const std::vector<ImageShape> shapes = shapes_of(run);
  Image<float> stacked(place.shape);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (std::size_t slow = 0; slow < shapes[i].slow; ++slow) {
      std::ranges::copy(photons[i].row(slow),
                        stacked.view().row(place.first_row[i] + slow).begin());
    }
  }
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.compute.quirks);
  commands::ExposureSettings settings =
      commands::exposure_settings(run.response, run.compute.threads);
  settings.values = values;
  settings.seed = seed;
  if (values == io::PixelValues::photons) settings.read_out.reset();
  take(commands::Exposure(run.experiment, plan, std::as_const(stacked).view(), settings));
}

void write(const config::Job& run, const py::object& image, const py::object& path,
           const std::string& values, std::uint64_t seed) {
  const std::string file = path_of(path);
  const io::ImageFormat& format = io::format_of(file);
  const PanelArrays<float> photons(image, shapes_of(run), "image");
  const io::PixelValues meant = pixel_values(values);
  const Unlocked unlocked;
  expose(run, photons, meant, seed,
         [&](const commands::Exposure& exposure) { format.write(file, exposure.image()); });
}

py::object count(const config::Job& run, const py::object& image, std::uint64_t seed) {
  const PanelArrays<float> photons(image, shapes_of(run), "image");
  Image<std::int32_t> counts;
  {
    const Unlocked unlocked;
    expose(run, photons, io::PixelValues::counts, seed, [&](const commands::Exposure& exposure) {
      const io::DetectorImage of = exposure.image();
      counts = of.counts.rows(0, of.counts.shape().slow);
    });
  }
  return to_arrays(std::move(counts), run.experiment.detector.panels);
}

}  // namespace

void bind_io(py::module_& module) {
  module.def("exposures", exposures, py::arg("path"), R"(How many exposures an image file has.)");
  module.def("read", read, py::arg("path"), py::arg("exposure") = py::none(),
             py::arg("raw") = false,
             R"(The pixels of an image file as an array (slow, fast) of float64.

What the file holds decides: CBF, NXmx, SMV, TIFF, PNG or PGM, compressed or not. Pixels that measure
nothing (reserved numbers, masks and limits of the file, negative ones) are nan; with raw=True all
stand there as the file has them. exposure: of several, from 0. Raises UsageError for a file of
several of which none is chosen and for raw floats (numpy.fromfile(file, 'float32') reads those),
Error for a file that is damaged.)");
  module.def("count", count, py::arg("experiment"), py::arg("image"), py::arg("seed") = 1,
             R"(What a detector reads of an image of expected photons: counts with their noise.

image: as simulate() returns it. The counts are those that write() puts into a file with the same
seed: int32, -1 where nothing is measured; read out as the experiment's flags say (-gain …), else
photons counted.)");
  module.def("write", write, py::arg("experiment"), py::arg("image"), py::arg("path"),
             py::arg("values") = "counts", py::arg("seed") = 1,
             R"(Writes an image of the experiment, with its geometry, complete or not at all.

image: expected photons (slow, fast), or a list for several panels, as simulate() returns.
values: "counts" draws counted photons with their Poisson noise from `seed`; "photons" writes the
expected ones as far as the format has fractions, else rounded.
path: the end of the name chooses the format, as for `-out`. Raises Error where the file cannot be
written.)");
}

}  // namespace nanobragg::python
