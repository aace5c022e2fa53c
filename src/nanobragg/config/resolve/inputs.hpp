// The files that hold parts of an experiment, read before anything is resolved.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/detectors/detector_description.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/amplitude_file.hpp"
#include "nanobragg/config/resolve/header_geometry.hpp"
#include "nanobragg/config/resolve/resolve_background.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/geometry/mosflm_matrix.hpp"
#include "nanobragg/io/lists/source_list.hpp"
#include "nanobragg/io/lists/spectrum_file.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::config {

// What lists and tables hold.
struct Lists {
  std::vector<io::SourceRow> sources;       // of -sourcefile
  std::vector<io::SpectrumPoint> spectrum;  // of -spectrum
  BackgroundTables background;
};

// Everything that is read: what follows from it is computed by resolve() without a look at a file
// or a clock.
struct Inputs {
  // What -experiment_file holds; of the others, only settings, quirks, seed and tables of the
  // background are then used.
  std::optional<io::StoredExperiment> stored;
  HeaderFiles header;  // of -mask and -img; its geometry is that of -geometry, where given
  std::optional<io::GeometryFile> geometry;
  std::optional<DetectorDescription> detector;  // of -detector
  std::optional<Axes<double>> axes;        // Å⁻¹, at spindle angle 0, of -crystal or -geometry
  std::optional<io::MosflmMatrix> matrix;  // of -mat, where axes are unset
  AmplitudeFile amplitudes;
  Lists lists;
  compat::QuirkSet quirks;
  std::int64_t seed = 1;  // of the noise: without -seed, the time
  // The given ones with what the files add: cell, wavelength, column, what -detector says.
  Settings settings;
  std::vector<std::string> warnings;
};

// `quirks` are those of the settings, or of the experiment file, where they are not given;
// `geometry` is what the file that -geometry names holds, where that has been read already. Throws
// UsageError for files that contradict flags or each other, Error for what cannot be read.
Inputs read_inputs(const Settings& settings, std::optional<compat::QuirkSet> quirks = std::nullopt,
                   std::optional<io::GeometryFile> geometry = std::nullopt);

// The same, read from `given`, with the panels, beam and crystal of another experiment of the file
// that -geometry names. Its warnings alone.
Inputs with_experiment(const Settings& given, const Inputs& read, io::GeometryFile experiment);

}  // namespace nanobragg::config
