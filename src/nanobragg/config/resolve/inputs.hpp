// The files that hold parts of an experiment, read before anything is resolved.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/amplitude_file.hpp"
#include "nanobragg/config/resolve/header_geometry.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::config {

struct Inputs {
  HeaderFiles header;  // of -mask and -img; its geometry is that of -geometry, where given
  std::optional<io::GeometryFile> geometry;
  std::optional<Axes<double>> axes;  // Å⁻¹, at spindle angle 0, of -crystal or -geometry
  AmplitudeFile amplitudes;
  Settings settings;  // the given ones with what the files add: cell, wavelength, column
  std::vector<std::string> warnings;
};

// Throws UsageError for files that contradict flags or each other, Error for what cannot be read.
Inputs read_inputs(const Settings& settings, compat::QuirkSet quirks);

}  // namespace nanobragg::config
