// Structure factor amplitudes |F| on a box of Miller indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nanobragg/base/contracts.hpp"

namespace nanobragg {

struct MillerIndex {
  std::int32_t h = 0, k = 0, l = 0;
  friend bool operator==(const MillerIndex&, const MillerIndex&) = default;
};

struct Reflection {
  MillerIndex index;
  double amplitude = 0.0;  // electrons
};

// A box of indices, both ends included.
struct MillerBox {
  MillerIndex min, max;
  bool contains(MillerIndex i) const {
    return i.h >= min.h && i.h <= max.h && i.k >= min.k && i.k <= max.k && i.l >= min.l &&
           i.l <= max.l;
  }
  // Indices along one axis, as in max.h − min.h + 1.
  std::size_t size_h() const { return static_cast<std::size_t>(std::int64_t{max.h} - min.h + 1); }
  std::size_t size_k() const { return static_cast<std::size_t>(std::int64_t{max.k} - min.k + 1); }
  std::size_t size_l() const { return static_cast<std::size_t>(std::int64_t{max.l} - min.l + 1); }
};

// Amplitudes in electrons: a table over a box, and one value for every reflection outside it (and,
// inside, for those that the data do not name). Immutable.
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
  // A complete table: amplitude of (h, k, l) at ((h − min.h)·size_k + k − min.k)·size_l + l −
  // min.l.
  static StructureFactors from_table(const MillerBox& box, std::vector<double> amplitudes,
                                     double default_amplitude);

  bool has_table() const { return !table_.empty(); }
  const MillerBox& box() const { return box_; }
  std::span<const double> table() const { return table_; }
  double default_amplitude() const { return default_; }

  // Where the amplitude of an index inside the box stands in the table.
  std::size_t position(MillerIndex i) const {
    NANOBRAGG_EXPECTS(box_.contains(i));
    const auto h = static_cast<std::size_t>(i.h - box_.min.h);
    const auto k = static_cast<std::size_t>(i.k - box_.min.k);
    const auto l = static_cast<std::size_t>(i.l - box_.min.l);
    return (h * box_.size_k() + k) * box_.size_l() + l;
  }
  // Amplitude at an index inside the box.
  double in_table(MillerIndex i) const { return table_[position(i)]; }
  // Amplitude at any index.
  double at(MillerIndex i) const {
    return has_table() && box_.contains(i) ? in_table(i) : default_;
  }

 private:
  StructureFactors(const MillerBox& box, std::vector<double> table, double default_amplitude);
  MillerBox box_;
  std::vector<double> table_;
  double default_ = 0.0;
};

// Throws Error, saying how large, where a table over `box` would not fit in this machine's memory.
void check_fits_in_memory(const MillerBox& box);

}  // namespace nanobragg
