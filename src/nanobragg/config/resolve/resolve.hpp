// From what a user asked for to an experiment, the files to write, and how to run it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
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
#include "nanobragg/report/statistics.hpp"

namespace nanobragg::config {

struct Inputs;
// Where the amplitudes of a run are written; unset: nowhere.
struct AmplitudeFiles {
  std::optional<std::string> dump;         // those just read, where a name was given
  std::optional<std::string> cache;        // the same under the default name: no loss if it fails
  std::optional<std::string> reflections;  // as a list of reflections
};

// Which files to write; unset ones are not written.
struct Outputs {
  std::optional<std::string> float_image, int_image, noise_image, pgm, png;
  AmplitudeFiles amplitudes;
  std::optional<std::string> predictions;  // where reflections fall
  double scale = 0.0;                      // of the integer image; 0: automatic
  double pgm_scale = 0.0;                  // 0: automatic
  double adc_offset = 40.0;
  std::int64_t seed = 1;  // of the noise
  report::StatisticsRules statistics;
};

// The images of -out, whose names choose their formats.
struct NamedImages {
  std::vector<std::string> files;
  io::PixelValues values = io::PixelValues::counts;
  double exposure_s = 1.0;  // that they state
};

// What the files of a run say besides the experiment, and their names.
struct NamedInputs {
  std::string amplitudes;                        // for people
  std::optional<std::string> sources, geometry;  // names of the files that hold them
  std::vector<io::NamedFile> files;              // all that were read
  // Readings that can be trusted, both ends included, of each panel of -geometry.
  std::vector<std::optional<std::array<double, 2>>> trusted;
};

struct Resolved {
  Experiment experiment;
  compat::QuirkSet quirks;
  const kernel::Kernel* kernel;  // one of kernel::kernels()
  std::size_t threads;
  kernel::Precision precision;
  DetectorFrame frame;
  Outputs outputs;
  NamedImages images;
  // The settings with automatic choices filled in, to be written: feeding them back repeats.
  Settings effective;
  NamedInputs inputs;
  std::vector<compat::Quirk> exercised;  // that the reference would show and this run does not
  std::vector<std::string> warnings;
};

// Throws UsageError for flags that contradict each other, Error for bad data.
// `tell` is called at once for a run that takes long; without it that is among the warnings.
using TellAtOnce = std::function<void(const std::string&)>;
Resolved resolve(const Inputs& inputs, const TellAtOnce& tell = {});

// The same of the files that the settings name, which are read first.
Resolved resolve(const Settings& settings, const TellAtOnce& tell = {});

// The same with any set of quirks, whatever the settings say about them: to see what one of them
// does alone.
Resolved resolve(const Settings& settings, compat::QuirkSet quirks, const TellAtOnce& tell = {});

// Whether an image that holds NaN or infinity is an error.
bool refuses_non_finite(const Resolved& run);

// Throws UsageError where the quirks of a run act on its pixels: they have no derivatives.
void check_differentiable(const Resolved& run);

}  // namespace nanobragg::config
