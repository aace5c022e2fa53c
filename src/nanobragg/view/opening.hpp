// What is opened: images, and the experiment that they and the flags describe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::view {

// An exposure, or why there is none.
struct OpenedFrame {
  std::string name;
  std::optional<commands::ObservedFrame> frame;
  std::string problem;
};

struct Opening {
  std::vector<OpenedFrame> frames;
  config::Settings settings;
  bool has_crystal = false;
  std::string without_geometry;       // why it is not known where the detector stands; empty: it is
  std::vector<std::string> assumed;   // what nobody said, as sentences
  std::vector<std::string> warnings;  // of the flags
};

// Files are images (# stand for the digits of a series), or describe an experiment: .toml as
// -config, .expt and .geom as -geometry, .json as -experiment_file, .mtz and .hkl as -hkl, .pdb as
// -model. Flags win. Where they place no detector, the first image does. An image that cannot be
// read is among the frames with its problem. With neither files nor flags: an example. Throws
// UsageError for wrong flags, Error for a file that is not there.
Opening open(const std::vector<std::string>& files, const std::vector<std::string>& flags);

}  // namespace nanobragg::view
