// Which positions of a table of amplitudes are one reflection by symmetry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/model/symmetry.hpp"

namespace nanobragg {

// The map from the positions of a table to the unique reflections, which are numbered from 0 in the
// order in which the table first shows them. Immutable, and so safe to share between threads.
class Equivalents {
 public:
  // `known`: a number for each position of the box, NaN where the source says nothing of the
  // reflection. Related positions with different numbers contradict the symmetry: each number is a
  // reflection of its own. Throws Error where the map would not fit in memory.
  Equivalents(const MillerBox& box, AmplitudeSymmetry symmetry, std::span<const double> known);
  // From its parts, for what is read back; maps of the box's size and of the reflections' number.
  Equivalents(const MillerBox& box, AmplitudeSymmetry symmetry,
              std::vector<std::uint32_t> reflections, std::vector<bool> listed);

  const MillerBox& box() const { return box_; }
  const AmplitudeSymmetry& symmetry() const { return symmetry_; }
  // How many unique reflections the table shows.
  std::size_t size() const { return listed_.size(); }
  // The reflection that a position shows.
  std::size_t reflection_at(std::size_t position) const { return reflections_[position]; }
  std::span<const std::uint32_t> reflections() const { return reflections_; }
  // Whether the source says something of it.
  bool is_listed(std::size_t reflection) const { return listed_[reflection]; }
  const std::vector<bool>& listed() const { return listed_; }
  // The positions that show the reflection at `position`, this one included, in rising order.
  std::vector<std::size_t> positions_like(std::size_t position) const;
  // Whether some image of a reflection lies outside the box, where no amplitude can be set.
  bool reaches_outside(MillerIndex index) const;
  // How often related positions were given another number than the first of them.
  std::size_t contradictions() const { return contradictions_; }

 private:
  template <class F>
  void for_each_image(MillerIndex index, const F& f) const;

  MillerBox box_;
  AmplitudeSymmetry symmetry_;
  std::vector<SymmetryOperation> rotations_;
  std::vector<std::uint32_t> reflections_;  // of each position
  std::vector<bool> listed_;                // of each reflection
  std::size_t contradictions_ = 0;
};

}  // namespace nanobragg
