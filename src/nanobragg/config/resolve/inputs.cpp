// Headers first, then geometry, then amplitudes: what comes earlier wins.
#include "nanobragg/config/resolve/inputs.hpp"

#include <ctime>
#include <utility>

#include "nanobragg/config/detectors/catalogue.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/config/resolve/named_detector.hpp"

namespace nanobragg::config {

namespace {

void read_lists(const Settings& settings, Inputs& inputs) {
  if (settings.source_file) inputs.lists.sources = io::read_source_list(*settings.source_file);
  if (settings.spectrum_file) inputs.lists.spectrum = io::read_spectrum(*settings.spectrum_file);
}

// The settings with those of -detector, which is read.
Settings read_detector(const Settings& given, Inputs& inputs) {
  if (!given.detector) return given;
  inputs.detector = describe_detector(*given.detector);
  return with_detector(given, *inputs.detector);
}

// The parts of an experiment, each from its file.
void read_parts(const Settings& flags, std::optional<io::GeometryFile> geometry, Inputs& inputs) {
  const Settings given = read_detector(flags, inputs);
  inputs.header = read_header_files(given, inputs.quirks);
  inputs.warnings = inputs.header.warnings;
  if (inputs.detector) {
    check_same_detector(flags, *inputs.detector, inputs.header.geometry);
  }
  inputs.geometry = geometry ? std::move(geometry) : read_geometry(given);
  if (inputs.geometry) {
    if (inputs.detector) check_same_detector(*inputs.detector, *inputs.geometry);
    inputs.header.geometry = header_of(*inputs.geometry);
    inputs.warnings = geometry_warnings(given, *inputs.geometry);
  }
  if (const auto orientation = read_orientation(given, inputs.geometry)) {
    inputs.axes = orientation->axes;
    inputs.warnings.insert(inputs.warnings.end(), orientation->warnings.begin(),
                           orientation->warnings.end());
  }
  inputs.amplitudes = read_amplitude_file(given);
  const bool has_wavelength =
      given.spectrum_file.has_value() || inputs.header.geometry.wavelength_m.has_value();
  const AlreadyKnown known{.wavelength = has_wavelength, .lattice = inputs.axes.has_value()};
  const Settings with_geometry = with_geometry_values(given, inputs.geometry);
  inputs.settings = with_file_values(with_geometry, inputs.amplitudes, known);
  for (std::string& warning : amplitude_warnings(with_geometry, inputs.amplitudes, known)) {
    inputs.warnings.push_back(std::move(warning));
  }
  if (inputs.settings.matrix_file && !inputs.axes) {
    inputs.matrix = io::read_mosflm_matrix(*inputs.settings.matrix_file);
  }
  read_lists(inputs.settings, inputs);
}

}  // namespace

Inputs read_inputs(const Settings& settings, std::optional<compat::QuirkSet> quirks,
                   std::optional<io::GeometryFile> geometry) {
  Inputs inputs;
  inputs.seed = settings.seed.value_or(static_cast<long>(std::time(nullptr)));
  if (settings.experiment_file) {
    inputs.stored = io::read_experiment(*settings.experiment_file);
    inputs.settings = settings;
    if (!settings.compat) inputs.settings.compat = compat::mode_of(inputs.stored->quirks);
  }
  const Settings& given = inputs.stored ? inputs.settings : settings;
  inputs.lists.background = read_background_tables(given);
  inputs.quirks = quirks.value_or(value(given, &Settings::compat).quirks);
  if (!inputs.stored) {
    read_parts(geometry ? settings : with_header_file(settings), std::move(geometry), inputs);
  }
  return inputs;
}

Inputs with_experiment(const Settings& given, const Inputs& read, io::GeometryFile experiment) {
  Inputs inputs = read;
  inputs.header.geometry = header_of(experiment);
  inputs.warnings = geometry_warnings(given, experiment);
  if (!given.crystal_file && !given.matrix_file) {
    inputs.axes = experiment.reciprocal_axes;
  }
  if (!given.kahn_factor) inputs.settings.kahn_factor = experiment.kahn_factor;
  inputs.geometry = std::move(experiment);
  return inputs;
}

}  // namespace nanobragg::config
