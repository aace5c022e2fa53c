// What one run does: the experiment, how its photons are computed, what becomes of them, and which
// files are written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/model/read_out.hpp"
#include "nanobragg/report/statistics.hpp"

namespace nanobragg::config {

// How the expected photons are computed. Only the quirks change what they are; the rest decides how
// fast and how precisely they are found.
struct Compute {
  compat::QuirkSet quirks;
  const kernel::Kernel* kernel;  // one of kernel::kernels()
  std::size_t threads;
  kernel::Precision precision;
};

// What the detector makes of expected photons.
struct Response {
  io::PixelValues values = io::PixelValues::counts;  // of the images of -out
  std::int64_t seed = 1;                             // of the noise
  double adc_offset = 40.0;                          // counts of a pixel without a photon
  double scale = 0.0;       // counts a photon in the image without noise; 0: automatic
  double exposure_s = 1.0;  // that the images of -out state
  NoiseSource noise_source = NoiseSource::reference;
  std::optional<ReadOut> read_out;  // unset: photons are counted, and nothing else happens
};

// Where the amplitudes of a run are written; unset: nowhere.
struct AmplitudeFiles {
  std::optional<std::string> dump;         // those just read, where a name was given
  std::optional<std::string> cache;        // the same under the default name: no loss if it fails
  std::optional<std::string> reflections;  // as a list of reflections
};

// Which files to write; unset ones are not written.
struct Outputs {
  std::optional<std::string> float_image, int_image, noise_image, pgm, png;
  std::vector<std::string> images;  // of -out, whose names choose their formats
  AmplitudeFiles amplitudes;
  std::optional<std::string> predictions;  // where reflections fall
  double pgm_scale = 0.0;                  // grey levels a photon; 0: automatic
  report::StatisticsRules statistics;
};

// What the files of a run say besides the experiment, and their names.
struct NamedInputs {
  std::string amplitudes;  // for people
  // Names of the files that hold them; the panels may be those of a known detector.
  std::optional<std::string> sources, geometry;
  std::vector<io::NamedFile> files;  // all that were read
  // Readings that can be trusted, both ends included, of each panel of -geometry.
  std::vector<std::optional<std::array<double, 2>>> trusted;
};

// How the user described the experiment: for texts, headers and files that repeat it.
struct Origin {
  DetectorFrame frame;
  // The settings with automatic choices filled in, to be written: feeding them back repeats.
  Settings effective;
  NamedInputs inputs;
};

struct Job {
  Experiment experiment;
  Compute compute;
  Response response;
  Outputs outputs;
  Origin origin;
  std::vector<compat::Quirk> exercised;  // that the reference would show and this run does not
  std::vector<std::string> warnings;
};

// Whether an image that holds NaN or infinity is an error.
bool refuses_non_finite(const Job& job);

// Throws UsageError where the quirks of a run act on its pixels: they have no derivatives.
void check_differentiable(const Job& job);

}  // namespace nanobragg::config
