// |F|² for a vector of Miller indices: at the nearest reflection, or interpolated. To be included
// only by files that are compiled for one instruction set each.
#pragma once

#include <array>

#include "nanobragg/kernel/simd/fixed_point.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// Four doubles.
using Quad =
    Pack<double, (hn::MaxLanes(hn::CappedTag<double, 4>()) < 4 ? 2 : 1), hn::CappedTag<double, 4>>;

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
    const bool inside = table_.amplitudes && h >= table_.min[0] && h <= table_.max[0] &&
                        k >= table_.min[1] && k <= table_.max[1] && l >= table_.min[2] &&
                        l <= table_.max[2];
    double amplitude = table_.default_amplitude;
    if (inside) {
      const double position =
          ((h - table_.min[0]) * table_.size_k + (k - table_.min[1])) * table_.size_l +
          (l - table_.min[2]);
      amplitude = table_.amplitudes[static_cast<std::size_t>(position)];
    }
    squared_ = amplitude * amplitude;
  }
  HWY_INLINE Wide gathered(const Vec3<Wide>& index) const {
    const auto& [h, k, l] = index;
    const auto inside = h >= Wide(table_.min[0]) && h <= Wide(table_.max[0]) &&
                        k >= Wide(table_.min[1]) && k <= Wide(table_.max[1]) &&
                        l >= Wide(table_.min[2]) && l <= Wide(table_.max[2]);
    const Wide position =
        ((h - table_.min[0]) * table_.size_k + (k - table_.min[1])) * table_.size_l +
        (l - table_.min[2]);
    const Wide amplitude =
        select(inside, gather(table_.amplitudes, select(inside, position, Wide(0.0))),
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
                              (index.y * table.stride_k + (index.z + (table.origin + kToLowBits))));
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
  // One load a lane takes a third of the time of the processors' own gathering, which compilers
  // make of a loop if they see it.
  HWY_INLINE float at(std::int32_t position) const {
    auto index = static_cast<std::uint32_t>(position);
    asm("" : "+r"(index));
    return squares_[index];
  }

 private:
  static std::uint32_t word(double x) {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(x));
  }
  HWY_INLINE static Words words(std::uint32_t x) { return Words(static_cast<std::int32_t>(x)); }

  const float* squares_;
  std::uint32_t stride_h_, stride_k_, origin_;  // modulo 2³²
};

// |F|² with tricubic interpolation: the 4×4×4 table values around the lanes' indices.
class TricubicAmplitude {
 public:
  explicit TricubicAmplitude(const AmplitudeTable& table) : table_(table) {
    const auto size_k = static_cast<std::size_t>(table.size_k);
    const auto size_l = static_cast<std::size_t>(table.size_l);
    for (std::size_t i = 0; i < 16; ++i) rows_[i] = (i / 4 * size_k + i % 4) * size_l;
  }

  // |F|² between indices; counts the lanes of `wanted` whose neighbourhood leaves the table.
  HWY_INLINE Wide squared(const Vec3<Wide>& hkl, const Wide::Mask& wanted) {
    const auto inside = within(hkl.x, 0) && within(hkl.y, 1) && within(hkl.z, 2);
    fallbacks_ += (!inside && wanted).count();
    if (inside.none()) return Wide(table_.default_amplitude * table_.default_amplitude);
    const auto from = [&](const Wide& x, int axis) {
      return select(inside, floor(x) - 1.0, Wide(table_.min[axis]));
    };
    const Vec3<Wide> low{from(hkl.x, 0), from(hkl.y, 1), from(hkl.z, 2)};
    const Wide amplitude = select(inside, interpolated(hkl, low), Wide(table_.default_amplitude));
    return amplitude * amplitude;
  }
  std::size_t fallbacks() const { return fallbacks_; }

 private:
  HWY_INLINE Wide::Mask within(const Wide& x, int axis) const {
    const double size = table_.max[axis] - table_.min[axis] + 1;
    return !(x - table_.min[axis] + 3.0 > Wide(size)) && x - 2.0 >= Wide(table_.min[axis]);
  }
  // Lagrange weights of the points low, low + 1, low + 2, low + 3.
  HWY_INLINE static std::array<Wide, 4> weights(const Wide& x, const Wide& low) {
    const Wide d0 = x - low;
    const Wide d1 = d0 - 1.0;
    const Wide d2 = d0 - 2.0;
    const Wide d3 = d0 - 3.0;
    return {d1 * d2 * d3 * (-1.0 / 6), d0 * d2 * d3 * 0.5, d0 * d1 * d3 * -0.5,
            d0 * d1 * d2 * (1.0 / 6)};
  }
  // Lane by lane, four neighbours along l at a time: that takes 16 loads, where a gather of all
  // lanes takes 64 of one value each for every lane.
  HWY_INLINE Wide interpolated(const Vec3<Wide>& hkl, const Vec3<Wide>& low) const {
    constexpr std::size_t kLanes = Wide::lanes();
    const Wide corner =
        ((low.x - table_.min[0]) * table_.size_k + (low.y - table_.min[1])) * table_.size_l +
        (low.z - table_.min[2]);
    const auto wh = weights(hkl.x, low.x);
    const auto wk = weights(hkl.y, low.y);
    const auto wl = weights(hkl.z, low.z);
    alignas(64) double corners[kLanes], of_row[16][kLanes], along_l[4][kLanes], sums[kLanes];
    corner.store(corners);
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) (wh[i] * wk[j]).store(of_row[4 * i + j]);
      wl[i].store(along_l[i]);
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double* const at = table_.amplitudes + static_cast<std::size_t>(corners[lane]);
      Quad sum(0.0);
      for (std::size_t row = 0; row < 16; ++row) {
        sum = sum + Quad(of_row[row][lane]) * Quad::load(at + rows_[row]);
      }
      alignas(64) double parts[4];
      sum.store(parts);
      sums[lane] = (parts[0] * along_l[0][lane] + parts[1] * along_l[1][lane]) +
                   (parts[2] * along_l[2][lane] + parts[3] * along_l[3][lane]);
    }
    return Wide::load(sums);
  }

  std::array<std::size_t, 16> rows_;  // where the 4 × 4 rows along l begin, from the lowest
  const AmplitudeTable& table_;
  std::size_t fallbacks_ = 0;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
