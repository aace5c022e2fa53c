// An image that a user gives to be worked on: its photons, and the experiment that its file and the
// flags describe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/commands/observed/observed_turning.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/job.hpp"

namespace nanobragg::commands {

// The pedestal of the SMV images of nanoBragg.c, which do not say it.
inline constexpr double kSmvOffset = 40.0;

// What may be said of one image.
struct ImageWords {
  std::string file;
  std::optional<std::string> frame;  // of several exposures, counted from 1
  CountScale scale;
  io::ExternalFiles external = io::ExternalFiles::beside;
};

// The exposure that is meant. Throws UsageError for several.
ObservedFrame one_frame(const ImageWords& words);

// The pixels of an exposure as photons, NaN where nothing is measured. Throws Error for another
// shape than the detector's.
Image<double> read_photons(const ImageWords& words, const ObservedFrame& frame,
                           const PanelStack& stack, const Tell& tell);

// The experiment to be described beside the image: that of the flags, where they place the detector
// or name a file that does; else that of the image. An image without geometry gives its size, and
// the rest is told to be that of the flags and their defaults. Throws UsageError for flags that
// describe the sample or its computation, which nothing computes here.
struct ImageExperiment {
  config::Job run;
  bool has_lattice = false;  // else that of the experiment stands for none
};
ImageExperiment experiment_of(const ImageWords& words, const ObservedFrame& frame,
                              const config::Settings& flags, const Tell& tell);

struct ImageOutput {
  std::string file;                 // the end of its name chooses the format
  std::vector<io::NamedFile> read;  // must survive
};
// Looks whether it can be written. Throws UsageError, OverwriteError, Error.
void check_output(const ImageOutput& output, const Experiment& experiment);
// Writes photons as the experiment's response reads them; NaN is what measures nothing. Returns
// what was written, for people.
std::string write_photons(const ImageOutput& output, ImageExperiment experiment,
                          const Image<double>& photons);

}  // namespace nanobragg::commands
