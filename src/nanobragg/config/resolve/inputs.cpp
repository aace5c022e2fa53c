// Headers first, then geometry, then amplitudes: what comes earlier wins.
#include "nanobragg/config/resolve/inputs.hpp"

#include "nanobragg/config/resolve/geometry.hpp"

namespace nanobragg::config {

Inputs read_inputs(const Settings& settings, compat::QuirkSet quirks) {
  const Settings given = with_header_file(settings);
  Inputs inputs;
  inputs.header = read_header_files(given, quirks);
  inputs.warnings = inputs.header.warnings;
  inputs.geometry = read_geometry(given);
  if (inputs.geometry) {
    inputs.header.geometry = header_of(*inputs.geometry);
    inputs.warnings = inputs.geometry->warnings;
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
  return inputs;
}

}  // namespace nanobragg::config
