// Exposures with crystals, as a file of another program lists them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/model/symmetry.hpp"

namespace nanobragg::io {

struct ListedSensor {
  double thickness_m = 0.0;
  double attenuation_per_m = 0.0;
};

// What the numbers of an image are.
struct ListedReadings {
  double gain = 1.0, pedestal = 0.0;  // of all panels
  // Where each panel begins in the array of the file, fast and slow; empty: one below the other.
  std::vector<std::array<std::size_t, 2>> corners;
};

// What DIALS estimated of a still: half the width of the mosaic spread, the size of a block.
struct ListedMosaicity {
  std::optional<double> half_width_rad, domain_size_A;
};

// One experiment of a list.
struct ListedExperiment {
  std::string identifier;
  std::optional<std::string> image;  // as the file names it
  std::size_t exposure = 0;          // in that file, from 0
  std::size_t exposures = 1;         // of the experiment: more of a rotation
  std::optional<std::string> mask;   // of the image set
  ListedReadings readings;
  std::optional<ListedSensor> sensor;
  bool has_crystal = false;
  std::optional<SpaceGroup> group;
  std::optional<std::string> system;  // crystal system, where the file says it beside the cell
  ListedMosaicity mosaicity;
};

// Panels that stand in one group of a detector.
struct ListedGroup {
  std::string name;  // may be empty
  std::vector<std::size_t> panels;
};

// A spot that was found, with its index: pixels from the corner of its panel.
struct IndexedPeak {
  MillerIndex index;
  std::size_t panel = 0;
  double fast = 0.0, slow = 0.0;
};

class ShotList {
 public:
  virtual ~ShotList() = default;
  virtual std::size_t size() const = 0;
  // The files of its image and its mask, as the list names them. At once, as at() is not of large
  // detectors.
  virtual std::optional<std::string> image(std::size_t number) const = 0;
  virtual std::optional<std::string> mask(std::size_t number) const = 0;
  // Each throws Error for what the file says and nothing can be.
  virtual ListedExperiment at(std::size_t number) const = 0;
  // Panels of an experiment's detector by the groups of its hierarchy, so many levels below its
  // root; all panels in one where it has none.
  virtual std::vector<ListedGroup> groups(std::size_t number, std::size_t level) const = 0;
  // That one experiment, with its models, as a list of DIALS.
  virtual std::string alone(std::size_t number) const = 0;
  // Its spots, where the list itself has them.
  virtual std::vector<IndexedPeak> peaks(std::size_t number) const = 0;
};

}  // namespace nanobragg::io
