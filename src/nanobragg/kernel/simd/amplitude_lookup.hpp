// |F|² for a vector of Miller indices, at the nearest reflections. To be included only by files
// that are compiled for one instruction set each.
#pragma once

#include "nanobragg/kernel/simd/fixed_point.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// Which of these Miller indices the table holds, and where; T is Wide or double.
template <class T>
HWY_INLINE auto is_in_table(const AmplitudeTable& table, const Vec3<T>& index) {
  const auto& [h, k, l] = index;
  return h >= T(table.min[0]) && h <= T(table.max[0]) && k >= T(table.min[1]) &&
         k <= T(table.max[1]) && l >= T(table.min[2]) && l <= T(table.max[2]);
}
template <class T>
HWY_INLINE T position(const AmplitudeTable& table, const Vec3<T>& index) {
  return ((index.x - table.min[0]) * table.size_k + (index.y - table.min[1])) * table.size_l +
         (index.z - table.min[2]);
}

// Miller indices that all lanes of a step share nearly always, with the amplitude found there.
class AmplitudeCache {
 public:
  explicit AmplitudeCache(const AmplitudeTable& table) : table_(table) { look_up(0, 0, 0); }

  // Whether all reflections have the same |F|², and which.
  bool is_constant() const { return !table_.amplitudes; }
  HWY_INLINE Wide constant() const { return Wide(squared_); }

  // |F|² at the nearest indices, of which there is a table.
  HWY_INLINE Wide squared(const Vec3<Wide>& index) {
    if (shared(index)) return Wide(squared_);
    look_up(index.x.first(), index.y.first(), index.z.first());
    return shared(index) ? Wide(squared_) : gathered(index);
  }

 private:
  HWY_INLINE bool shared(const Vec3<Wide>& index) const {
    return (index.x == Wide(h_) && index.y == Wide(k_) && index.z == Wide(l_)).all();
  }
  HWY_INLINE void look_up(double h, double k, double l) {
    h_ = h;
    k_ = k;
    l_ = l;
    const Vec3<double> index{h, k, l};
    double amplitude = table_.default_amplitude;
    if (table_.amplitudes && is_in_table(table_, index)) {
      amplitude = table_.amplitudes[static_cast<std::size_t>(position(table_, index))];
    }
    squared_ = amplitude * amplitude;
  }
  HWY_INLINE Wide gathered(const Vec3<Wide>& index) const {
    const auto inside = is_in_table(table_, index);
    const Wide amplitude = select(
        inside, gather(table_.amplitudes, select(inside, position(table_, index), Wide(0.0))),
        Wide(table_.default_amplitude));
    return amplitude * amplitude;
  }

  const AmplitudeTable& table_;
  double h_ = 0.0, k_ = 0.0, l_ = 0.0;
  double squared_ = 0.0;
};

// |F|² at the nearest indices in single precision, lane by lane, inside the table.
HWY_INLINE Narrow gathered_squares(const SquaredTable& table, const Vec3<Wide>& index) {
  return gather_single<1>(table.squares,
                          index.x * table.stride_h +
                              (index.y * table.stride_k + (index.z + (table.origin + kToLowWord))));
}
// Whether all of these scattering vectors are.
HWY_INLINE bool are_inside(const SquaredTable& table, const Vec3<Wide>& scattering) {
  return table.squares &&
         (dot(scattering, scattering) <= Wide(table.largest_q * table.largest_q)).all();
}

// The same table by the whole parts of indices (parts_of).
class FixedTable {
 public:
  explicit FixedTable(const SquaredTable& table)
      : squares_(table.squares),
        stride_h_(word(table.stride_h)),
        stride_k_(word(table.stride_k)),
        origin_(word(table.origin) - kWholeOffset * (stride_h_ + stride_k_ + 1)) {}

  HWY_INLINE Words position(const Words& h, const Words& k, const Words& l) const {
    return h * words(stride_h_) + (k * words(stride_k_) + (l + words(origin_)));
  }
  HWY_INLINE float at(std::int32_t position) const {
    return load_one(squares_, static_cast<std::uint32_t>(position));
  }

 private:
  static std::uint32_t word(double x) {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(x));
  }
  HWY_INLINE static Words words(std::uint32_t x) { return Words(static_cast<std::int32_t>(x)); }

  const float* squares_;
  std::uint32_t stride_h_, stride_k_, origin_;  // modulo 2³²
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
