// From what a user asked for to an experiment, the files to write, and how to run it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/report/statistics.hpp"

namespace nanobragg::config {

struct Inputs;

// Which files to write; unset ones are not written.
struct Outputs {
  std::optional<std::string> float_image, int_image, noise_image, pgm, png;
  std::optional<std::string> dump;   // the amplitudes just read, where a name was given
  std::optional<std::string> cache;  // the same under the default name: no loss if it fails
  double scale = 0.0;                // of the integer image; 0: automatic
  double pgm_scale = 0.0;            // 0: automatic
  double adc_offset = 40.0;
  std::int64_t seed = 1;  // of the noise
  report::StatisticsRules statistics;
};

// The images of -out, whose names choose their formats.
struct NamedImages {
  std::vector<std::string> files;
  io::PixelValues values = io::PixelValues::counts;
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
  Settings effective;  // the settings with automatic choices filled in: feeding them back repeats
  std::string amplitude_source;          // for people
  std::vector<compat::Quirk> exercised;  // that the reference would show and this run does not
  std::vector<std::string> warnings;
};

// Throws UsageError for flags that contradict each other, Error for bad data.
// `tell` hears at once of a run that takes long; without it that is among the warnings.
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
