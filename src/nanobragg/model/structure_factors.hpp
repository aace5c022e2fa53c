// Structure factor amplitudes |F| on a box of Miller indices.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "nanobragg/model/miller_index.hpp"

namespace nanobragg {

struct Reflection {
  MillerIndex index;
  double amplitude = 0.0;  // electrons
};

class Equivalents;

// Amplitudes in electrons: a table over a box, and one value for every reflection outside it (and,
// inside, for those that the data do not name). A table knows which of its positions are one
// reflection by symmetry; without symmetry each is a separate reflection. Immutable.
class StructureFactors {
 public:
  // No table: every amplitude is `default_amplitude`.
  explicit StructureFactors(double default_amplitude);

  // The smallest box around `reflections` (at least one); a later duplicate replaces an earlier.
  // Throws Error, saying how large, where the table would not fit in memory.
  static StructureFactors from_reflections(std::span<const Reflection> reflections,
                                           double default_amplitude);
  // The same over a given box, which contains every reflection.
  static StructureFactors from_reflections(std::span<const Reflection> reflections,
                                           const MillerBox& box, double default_amplitude);
  // A complete table: amplitude of an index at box.position(index). `equivalents` are over the same
  // box; null: no symmetry.
  static StructureFactors from_table(const MillerBox& box, std::vector<double> amplitudes,
                                     double default_amplitude,
                                     std::shared_ptr<const Equivalents> equivalents = nullptr);
  // Other amplitudes in the same box, of the same symmetry.
  StructureFactors with_table(std::vector<double> amplitudes) const;

  bool has_table() const { return !table_.empty(); }
  const MillerBox& box() const { return box_; }
  std::span<const double> table() const { return table_; }
  double default_amplitude() const { return default_; }

  // Where the amplitude of an index inside the box stands in the table.
  std::size_t position(MillerIndex i) const { return box_.position(i); }
  // Amplitude at an index inside the box.
  double in_table(MillerIndex i) const { return table_[position(i)]; }
  // Amplitude at any index.
  double at(MillerIndex i) const {
    return has_table() && box_.contains(i) ? in_table(i) : default_;
  }

  // Null where the table has no symmetry.
  const std::shared_ptr<const Equivalents>& equivalents() const { return equivalents_; }
  // How many unique reflections the table shows, and which of them a position shows.
  std::size_t reflection_count() const;
  std::size_t reflection_at(std::size_t position) const;
  // The positions that show the reflection at `position`, this one included, in rising order.
  std::vector<std::size_t> positions_like(std::size_t position) const;

 private:
  StructureFactors(const MillerBox& box, std::vector<double> table, double default_amplitude,
                   std::shared_ptr<const Equivalents> equivalents);
  MillerBox box_;
  std::vector<double> table_;
  double default_ = 0.0;
  std::shared_ptr<const Equivalents> equivalents_;
};

// Throws Error, saying how large, where a table over `box` would not fit in this machine's memory.
void check_fits_in_memory(const MillerBox& box);

}  // namespace nanobragg
