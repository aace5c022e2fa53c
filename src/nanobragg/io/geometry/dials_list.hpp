// Experiment lists of DIALS beyond one experiment's geometry: which image each is of, what its
// readings mean, and the same list with refined models.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/io/geometry/shot_list.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::io {

// A list in memory. Immutable, and so safe to share between threads.
class DialsList : public ShotList {
 public:
  // `name` is for messages. Throws Error for other files, and for a list without experiments.
  DialsList(std::string_view text, std::string name);

  std::size_t size() const override;
  std::optional<std::string> image(std::size_t number) const override { return at(number).image; }
  std::optional<std::string> mask(std::size_t number) const override { return at(number).mask; }
  // Throws Error for a space group that is none, and for panels that do not agree on gain and
  // pedestal.
  ListedExperiment at(std::size_t number) const override;
  std::vector<ListedGroup> groups(std::size_t number, std::size_t level) const override;
  std::string alone(std::size_t number) const override;
  std::vector<IndexedPeak> peaks(std::size_t /*number*/) const override { return {}; }

 private:
  std::shared_ptr<const void> json_;  // which no header includes
  std::string name_;
};

// The list of some experiments of another, in the order in which they are added: each with beam,
// detector and crystal as refined, and with all else as it was. What is the same in several of them
// stands once. Further lattices of a crystal are experiments without an identifier after all
// others.
class RefinedList {
 public:
  // `from` outlives it.
  explicit RefinedList(const ShotList& from);
  ~RefinedList();
  RefinedList(const RefinedList&) = delete;
  RefinedList& operator=(const RefinedList&) = delete;

  // `number` in the list; `image` is the name that the new list has for its image.
  void add(std::size_t number, const Experiment& refined, const std::string& image);
  std::string text() const;

 private:
  struct Models;
  const ShotList& from_;
  std::unique_ptr<Models> models_;
};

}  // namespace nanobragg::io
