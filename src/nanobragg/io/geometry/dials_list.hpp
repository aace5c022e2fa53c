// Experiment lists of DIALS beyond one experiment's geometry: which image each is of, what its
// readings mean, and the same list with refined models.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/model/experiment.hpp"
#include "nanobragg/model/symmetry.hpp"

namespace nanobragg::io {

struct ListedSensor {
  double thickness_m = 0.0;
  double attenuation_per_m = 0.0;
};

// One experiment of a list.
struct ListedExperiment {
  std::string identifier;
  std::optional<std::string> image;   // as the file names it
  std::size_t exposure = 0;           // in that file, from 0
  std::size_t exposures = 1;          // of the experiment: more of a rotation
  std::optional<std::string> mask;    // of the image set
  double gain = 1.0, pedestal = 0.0;  // of all panels
  std::optional<ListedSensor> sensor;
  bool has_crystal = false;
  std::optional<SpaceGroup> group;
  // Half width of the mosaic spread, and size of a mosaic block, as DIALS estimated them for a
  // still.
  std::optional<double> half_mosaicity_rad, domain_size_A;
};

// Panels that stand in one group of a detector.
struct ListedGroup {
  std::string name;  // may be empty
  std::vector<std::size_t> panels;
};

// A list in memory. Immutable, and so safe to share between threads.
class DialsList {
 public:
  // `name` is for messages. Throws Error for other files, and for a list without experiments.
  DialsList(std::string_view text, std::string name);

  std::size_t size() const;
  // Throws Error for a space group that is none, and for panels that do not agree on gain and
  // pedestal.
  ListedExperiment at(std::size_t number) const;
  // Panels of an experiment's detector by the groups of its hierarchy, so many levels below its
  // root; all panels in one where it has none.
  std::vector<ListedGroup> groups(std::size_t number, std::size_t level) const;
  // A list of that one experiment, with its models.
  std::string alone(std::size_t number) const;

 private:
  friend class RefinedList;
  std::shared_ptr<const void> json_;  // which no header includes
  std::string name_;
};

// The list of some experiments of another, in the order in which they are added: each with beam,
// detector and crystal as refined, and with all else as it was. What is the same in several of them
// stands once.
class RefinedList {
 public:
  // `from` outlives it.
  explicit RefinedList(const DialsList& from);
  ~RefinedList();
  RefinedList(const RefinedList&) = delete;
  RefinedList& operator=(const RefinedList&) = delete;

  // `number` in the list; `image` is the name that the new list has for its image.
  void add(std::size_t number, const Experiment& refined, const std::string& image);
  std::string text() const;

 private:
  struct Models;
  const DialsList& from_;
  std::unique_ptr<Models> models_;
};

}  // namespace nanobragg::io
