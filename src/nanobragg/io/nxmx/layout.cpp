// Fills in the fields that readers of NXmx look for.
#include "nanobragg/io/nxmx/layout.hpp"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "nanobragg/base/units.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/io/geometry/forward_turn.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"
#include "nanobragg/io/images/typed_rows.hpp"
#include "nanobragg/io/truth/labels.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io::nxmx {
namespace {

using hdf5::Compression;
using hdf5::Handle;
using hdf5::Shape;

constexpr const char* kWavelength = "/entry/instrument/beam/incident_wavelength";
constexpr const char* kSpectrum = "/entry/instrument/beam/incident_wavelength_1Dspectrum";
constexpr const char* kSpectrumWeights =
    "/entry/instrument/beam/incident_wavelength_1Dspectrum_weight";
constexpr const char* kFluence = "/entry/instrument/beam/fluence";
constexpr const char* kOrientation = "/entry/sample/ub_matrix";
constexpr const char* kLabels = "/entry/nanobragg/labels";
constexpr const char* kOmega = "/entry/sample/transformations/omega";
constexpr const char* kOmegaEnd = "/entry/sample/transformations/omega_end";

std::array<double, 3> numbers(const Vec3<double>& v) { return {v.x, v.y, v.z}; }

void set_units(const Handle& dataset, const std::string& units) {
  hdf5::set_attribute(dataset, "units", units);
}

void write_length(const Handle& group, const std::string& name, double metres) {
  set_units(hdf5::write_number(group, name, metres), "m");
}

enum class Motion : std::uint8_t { translation, rotation };

// What makes a dataset a link in a chain of transformations.
void set_axis(const Handle& dataset, Motion motion, const Vec3<double>& direction,
              const std::string& depends_on) {
  const bool turns = motion == Motion::rotation;
  set_units(dataset, turns ? "deg" : "m");
  hdf5::set_attribute(dataset, "transformation_type", turns ? "rotation" : "translation");
  hdf5::set_attribute(dataset, "vector", numbers(direction));
  hdf5::set_attribute(dataset, "depends_on", depends_on);
}

// A translation by a vector, m.
void write_translation(const Handle& group, const std::string& name, const Vec3<double>& by,
                       const std::string& depends_on) {
  const double distance = length(by);
  const Vec3<double> direction = distance > 0.0 ? by / distance : Vec3<double>{0.0, 0.0, 1.0};
  set_axis(hdf5::write_number(group, name, distance), Motion::translation, direction, depends_on);
}

// "module7", or "module07" of more than ten: readers take modules by the order of their names.
std::string module_name(std::size_t index, std::size_t count) {
  const std::string number = std::to_string(index);
  const std::size_t digits = std::to_string(count - 1).size();
  return "module" + std::string(digits - number.size(), '0') + number;
}

void write_module(const Handle& detector, const std::string& name, const Panel& panel,
                  std::size_t first_row, const Mat3<double>& frame, double carried_z) {
  const std::string path = "/entry/instrument/detector/" + name;
  const Handle module = hdf5::make_group(detector, name, "NXdetector_module");
  const auto as_int = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  hdf5::write_integers(module, "data_origin", std::array{as_int(first_row), std::int64_t{0}}, {2});
  hdf5::write_integers(module, "data_size",
                       std::array{as_int(panel->shape.slow), as_int(panel->shape.fast)}, {2});
  hdf5::write_integers(module, "data_stride", std::array<std::int64_t, 2>{1, 1}, {2});
  const Vec3<double> corner = frame * panel->corner_m;
  write_translation(module, "module_offset", corner - Vec3<double>{0.0, 0.0, carried_z},
                    "/entry/instrument/detector/transformations/det_z");
  const double pixel = panel->pixel_size.value();
  const std::string offset = path + "/module_offset";
  set_axis(hdf5::write_number(module, "fast_pixel_direction", pixel), Motion::translation,
           frame * panel->fast, offset);
  set_axis(hdf5::write_number(module, "slow_pixel_direction", pixel), Motion::translation,
           frame * panel->slow, offset);
}

void write_detector_fields(const Handle& detector, const ImageDescription& about) {
  const Experiment& experiment = about.experiment;
  const PanelValues& panel = *experiment.detector.panels.front();
  const BeamOnPanel beam = beam_on_panel(panel, experiment.beam->direction);
  const double pixel = panel.pixel_size.value();
  const WrittenSensor sensor = written_sensor(experiment.detector.sensor);
  hdf5::write_text(detector, "description", written_name(experiment.detector));
  hdf5::write_text(detector, "type", "PIXEL");
  hdf5::write_text(detector, "sensor_material", sensor.material);
  write_length(detector, "sensor_thickness", sensor.thickness_m);
  if (!sensor.details.empty()) hdf5::write_text(detector, "details", sensor.details);
  write_length(detector, "x_pixel_size", pixel);
  write_length(detector, "y_pixel_size", pixel);
  write_length(detector, "distance", beam.along_beam);
  set_units(hdf5::write_number(detector, "beam_center_x", beam.fast / pixel), "pixel");
  set_units(hdf5::write_number(detector, "beam_center_y", beam.slow / pixel), "pixel");
  set_units(hdf5::write_number(detector, "count_time", about.exposure_s), "s");
  set_units(hdf5::write_number(detector, "frame_time", about.exposure_s), "s");
  hdf5::write_number(detector, "saturation_value", largest_valid(about));
  hdf5::write_number(detector, "underload_value", 0);
  if (about.values != PixelValues::counts) return;
  const double bits = about.type == PixelType::uint8    ? 8
                      : about.type == PixelType::uint16 ? 16
                                                        : 32;
  hdf5::write_number(detector, "bit_depth_readout", bits);
}

void write_detector(const Handle& instrument, const SeriesPlan& plan) {
  const ImageDescription& about = plan.first;
  const Experiment& experiment = about.experiment;
  const Mat3<double> frame = mcstas_frame(experiment);
  const auto& panels = experiment.detector.panels;
  const Handle detector = hdf5::make_group(instrument, "detector", "NXdetector");
  write_detector_fields(detector, about);
  const double z = beam_on_panel(*panels.front(), experiment.beam->direction).distance;
  {
    const Handle chain = hdf5::make_group(detector, "transformations", "NXtransformations");
    write_translation(chain, "det_z", {0.0, 0.0, z}, ".");
  }
  hdf5::write_text(detector, "depends_on", "/entry/instrument/detector/transformations/det_z");
  const PanelStack stack = stack_of(panels);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    write_module(detector, module_name(i, panels.size()), panels[i], stack.first_row[i], frame, z);
  }
}

void write_beam(const Handle& instrument, const SeriesPlan& plan) {
  const ImageDescription& about = plan.first;
  const Handle beam = hdf5::make_group(instrument, "beam", "NXbeam");
  const auto angstrom = [](double metres) { return to_angstrom(Metre(metres)).value(); };
  const Handle wavelength =
      plan.kind == SeriesKind::stills
          ? hdf5::make_series(beam, "incident_wavelength", H5T_NATIVE_DOUBLE, {}, Compression::none)
          : hdf5::write_number(beam, "incident_wavelength", angstrom(about.mean_wavelength_m()));
  set_units(wavelength, "angstrom");
  set_units(hdf5::make_series(beam, "fluence", H5T_NATIVE_DOUBLE, {}, Compression::none), "m^-2");
  // Stokes parameters of unit intensity, of a beam whose field points along x for S1 > 0.
  const double kahn = about.experiment.beam->kahn_factor;
  hdf5::write_numbers(beam, "incident_polarisation_stokes", std::array{1.0, kahn, 0.0, 0.0}, {4});
  if (about.spectrum.size() < 2) return;
  hdf5::set_attribute(wavelength, "variant", "incident_wavelength_1Dspectrum");
  const Shape element{about.spectrum.size()};
  set_units(hdf5::make_series(beam, "incident_wavelength_1Dspectrum", H5T_NATIVE_DOUBLE, element,
                              Compression::none),
            "angstrom");
  hdf5::make_series(beam, "incident_wavelength_1Dspectrum_weight", H5T_NATIVE_DOUBLE, element,
                    Compression::none);
}

void write_lattice(const Handle& sample, const Axes<double>& direct) {
  const auto angle = [](const Vec3<double>& u, const Vec3<double>& v) {
    return to_degree(Radian(std::acos(dot(unit(u), unit(v))))).value();
  };
  hdf5::write_numbers(
      sample, "unit_cell",
      std::array{length(direct.a), length(direct.b), length(direct.c), angle(direct.b, direct.c),
                 angle(direct.c, direct.a), angle(direct.a, direct.b)},
      {6});
  // Columns a*, b*, c* in 1/Å, in the frame of the file: with the goniometer at 0 where there is
  // one, else as the crystal stands in the middle of the exposure.
  set_units(hdf5::make_series(sample, "ub_matrix", H5T_NATIVE_DOUBLE, {3, 3}, Compression::none),
            "1/angstrom");
}

void write_sample(const Handle& entry, const SeriesPlan& plan) {
  const ImageDescription& about = plan.first;
  const Handle sample = hdf5::make_group(entry, "sample", "NXsample");
  hdf5::write_text(sample, "name", "simulated crystal");
  if (about.lattice) write_lattice(sample, about.lattice->direct);
  if (plan.kind == SeriesKind::stills) return;
  const Handle chain = hdf5::make_group(sample, "transformations", "NXtransformations");
  const ForwardTurn turn = forward_turn(about);
  const Vec3<double> axis = mcstas_frame(about.experiment) * turn.axis;
  for (const char* name : {"omega", "omega_end"}) {
    set_axis(hdf5::make_series(chain, name, H5T_NATIVE_DOUBLE, {}, Compression::none),
             Motion::rotation, axis, ".");
  }
  set_units(
      hdf5::write_number(chain, "omega_range_average", to_degree(Radian(turn.range_rad)).value()),
      "deg");
  hdf5::write_text(sample, "depends_on", kOmega);
}

void append_numbers(const Handle& file, const char* path, std::size_t exposure,
                    const std::vector<double>& values) {
  const Handle dataset = hdf5::open_dataset(file, path);
  hdf5::cut_series(dataset, exposure);
  hdf5::append(dataset, H5T_NATIVE_DOUBLE, values.data());
}

std::vector<double> orientation(const ImageDescription& about, const Axes<double>& reciprocal) {
  const Mat3<double> frame = mcstas_frame(about.experiment);
  const auto [a, b, c] = transform(reciprocal, [&](const auto& v) { return frame * v; });
  return {a.x, b.x, c.x, a.y, b.y, c.y, a.z, b.z, c.z};
}

bool grows(const Handle& file, const char* path) {
  const Handle dataset = hdf5::open_dataset(file, path);
  const Handle space(H5Dget_space(dataset.get()), H5Sclose, "look at a dataset");
  return H5Sget_simple_extent_ndims(space.get()) > 0;
}

}  // namespace

Handle write_entry(const Handle& file, const SeriesPlan& plan) {
  hdf5::set_attribute(file, "NX_class", "NXroot");
  hdf5::set_attribute(file, "default", "entry");
  Handle entry = hdf5::make_group(file, "entry", "NXentry");
  hdf5::set_attribute(entry, "default", "data");
  hdf5::write_text(entry, "definition", "NXmx");
  hdf5::write_text(entry, "start_time", "1970-01-01T00:00:00Z");
  hdf5::write_text(entry, "end_time_estimated", "1970-01-01T00:00:00Z");
  {
    const Handle source = hdf5::make_group(entry, "source", "NXsource");
    hdf5::write_text(source, "name", "simulated");
    hdf5::write_text(source, "type", "simulation");
    const Handle notes = hdf5::make_group(entry, "nanobragg", "NXcollection");
    hdf5::write_text(notes, "settings", plan.settings);
    hdf5::write_text(notes, "identity", plan.identity);
    hdf5::write_integers(notes, "exposures", std::array{static_cast<std::int64_t>(plan.frames)},
                         {});
  }
  return entry;
}

Handle write_data_group(const Handle& entry) {
  Handle data = hdf5::make_group(entry, "data", "NXdata");
  hdf5::set_attribute(data, "signal", "data");
  return data;
}

namespace {

hid_t type_of(const ImageDescription& about) {
  const bool is_float = about.values == PixelValues::photons || about.type == PixelType::float32;
  if (is_float) return H5T_IEEE_F32LE;
  if (about.type == PixelType::uint8) return H5T_STD_U8LE;
  return about.type == PixelType::uint16 ? H5T_STD_U16LE : H5T_STD_U32LE;
}

}  // namespace

hdf5::Element images_of(const SeriesPlan& plan) {
  const ImageShape shape = stack_of(plan.first.experiment.detector.panels).shape;
  return {type_of(plan.first), {shape.slow, shape.fast}};
}

Handle make_images(const Handle& data, const SeriesPlan& plan) {
  const auto [type, shape] = images_of(plan);
  return hdf5::make_series(data, "data", type, shape, Compression::best);
}

namespace {

// A row of numbers an exposure; the attributes say what they are.
void write_labels(const Handle& file, const ImageDescription& about) {
  const Handle notes(H5Gopen2(file.get(), "/entry/nanobragg", H5P_DEFAULT), H5Gclose,
                     "open the notes");
  std::string names;
  std::string units;
  const auto columns = label_columns(about);
  for (const auto& [name, unit] : columns) {
    names += (names.empty() ? "" : ",") + name;
    units += (&name == &columns.front().name ? "" : ",") + unit;
  }
  const Handle labels =
      hdf5::make_series(notes, "labels", H5T_NATIVE_DOUBLE, {columns.size()}, Compression::none);
  hdf5::set_attribute(labels, "names", names);
  hdf5::set_attribute(labels, "units", units);
}

}  // namespace

Handle write_all_but_images(const Handle& file, const SeriesPlan& plan) {
  const Handle entry = write_entry(file, plan);
  if (plan.kind == SeriesKind::stills) write_labels(file, plan.first);
  const Handle instrument = hdf5::make_group(entry, "instrument", "NXinstrument");
  hdf5::set_attribute(hdf5::write_text(instrument, "name", "simulated"), "short_name", "simulated");
  write_detector(instrument, plan);
  write_beam(instrument, plan);
  write_sample(entry, plan);
  return write_data_group(entry);
}

void write_layout(const Handle& file, const SeriesPlan& plan) {
  make_images(write_all_but_images(file, plan), plan);
}

void write_pixel_mask(const Handle& file, const CountRows& counts) {
  const Handle detector(H5Gopen2(file.get(), "/entry/instrument/detector", H5P_DEFAULT), H5Gclose,
                        "open the detector");
  const ImageShape shape = counts.shape();
  const Handle dataset =
      hdf5::make_series(detector, "pixel_mask", H5T_NATIVE_UINT32, {shape.fast}, Compression::best);
  for (std::size_t slow = 0; slow < shape.slow;) {
    Image<std::int32_t> band = counts.band(slow);
    std::ranges::transform(band.pixels(), band.pixels().begin(),
                           [](std::int32_t count) { return count == image::kNotMeasured ? 1 : 0; });
    for (std::size_t row = 0; row < band.shape().slow; ++row, ++slow) {
      hdf5::append(dataset, H5T_NATIVE_INT32, band.view().row(row).data());
    }
  }
}

void append_pixels(const Handle& file, const DetectorImage& image) {
  const Handle data = hdf5::open_dataset(file, kData);
  if (image.description.values == PixelValues::photons) {
    hdf5::append_rows(data, H5T_NATIVE_FLOAT, [&](std::size_t first, std::size_t /*rows*/) {
      return static_cast<const void*>(image.photons.row(first).data());
    });
    return;
  }
  if (image.description.type == PixelType::float32) {
    Image<float> readings;
    hdf5::append_rows(data, H5T_NATIVE_FLOAT, [&](std::size_t first, std::size_t rows) {
      readings = typed<float>(image.counts.rows(first, rows));
      return static_cast<const void*>(readings.pixels().data());
    });
    return;
  }
  // −1 becomes the largest number of 32 bits without sign, which readers take as not measured, and
  // HDF5 makes that the largest of fewer bits.
  static_assert(static_cast<std::uint32_t>(image::kNotMeasured) == 0xffffffffU);
  Image<std::int32_t> counts;
  hdf5::append_rows(data, H5T_NATIVE_UINT32, [&](std::size_t first, std::size_t rows) {
    counts = {};
    counts = image.counts.rows(first, rows);
    return static_cast<const void*>(counts.pixels().data());
  });
}

void append_description(const Handle& file, std::size_t exposure, const ImageDescription& about) {
  if (grows(file, kWavelength)) {
    append_numbers(file, kWavelength, exposure,
                   {to_angstrom(Metre(about.mean_wavelength_m())).value()});
  }
  append_numbers(file, kFluence, exposure, {about.experiment.beam->fluence});
  if (hdf5::exists(file, kLabels)) append_numbers(file, kLabels, exposure, labels_of(about));
  const bool turns = hdf5::exists(file, kOmega);
  if (about.lattice) {
    const Lattice<double> lattice = turns ? *about.lattice : exposed_lattice(about);
    append_numbers(file, kOrientation, exposure, orientation(about, lattice.reciprocal));
  }
  if (turns) {
    const ForwardTurn turn = forward_turn(about);
    const double degrees = to_degree(Radian(turn.start_rad)).value();
    append_numbers(file, kOmega, exposure, {degrees});
    append_numbers(file, kOmegaEnd, exposure,
                   {degrees + to_degree(Radian(turn.range_rad)).value()});
  }
  if (hdf5::exists(file, kSpectrum)) {
    std::vector<double> wavelengths;
    std::vector<double> weights;
    for (const SpectrumLine& line : about.spectrum) {
      wavelengths.push_back(to_angstrom(Metre(line.wavelength_m)).value());
      weights.push_back(line.weight);
    }
    append_numbers(file, kSpectrum, exposure, wavelengths);
    append_numbers(file, kSpectrumWeights, exposure, weights);
  }
}

void append_exposure(const Handle& file, const DetectorImage& image) {
  const std::size_t exposure = hdf5::series_length(hdf5::open_dataset(file, kData));
  if (exposure == 0 && !hdf5::exists(file, "/entry/instrument/detector/pixel_mask")) {
    write_pixel_mask(file, image.counts);
  }
  append_description(file, exposure, image.description);
  append_pixels(file, image);
}

}  // namespace nanobragg::io::nxmx
