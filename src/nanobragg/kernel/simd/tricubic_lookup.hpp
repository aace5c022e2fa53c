// F between reflections, interpolated for a vector of Miller indices. To be included only by files
// that are compiled for one instruction set each.
#pragma once

#include <array>

#include "nanobragg/kernel/simd/amplitude_lookup.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// Four doubles.
using Quad =
    Pack<double, (hn::MaxLanes(hn::CappedTag<double, 4>()) < 4 ? 2 : 1), hn::CappedTag<double, 4>>;

// The 4×4×4 table values around the lanes' indices.
class TricubicTable {
 public:
  explicit TricubicTable(const AmplitudeTable& table) : table_(table) {
    const auto size_k = static_cast<std::size_t>(table.size_k);
    const auto size_l = static_cast<std::size_t>(table.size_l);
    for (std::size_t i = 0; i < 16; ++i) rows_[i] = (i / 4 * size_k + i % 4) * size_l;
  }

  // Lanes whose neighbourhood the table holds.
  HWY_INLINE Wide::Mask covers(const Vec3<Wide>& hkl) const {
    return within(hkl.x, 0) && within(hkl.y, 1) && within(hkl.z, 2);
  }

  // Where a neighbourhood begins in the table, and how far the indices are from there; for lanes
  // that are not `inside`, where the table begins.
  struct Place {
    Wide corner;
    Vec3<Wide> distance;
  };
  HWY_INLINE Place place(const Vec3<Wide>& hkl, const Wide::Mask& inside) const {
    const auto from = [&](const Wide& x, int axis) {
      return select(inside, floor(x) - 1.0, Wide(table_.min[axis]));
    };
    const Vec3<Wide> low{from(hkl.x, 0), from(hkl.y, 1), from(hkl.z, 2)};
    return {position(table_, low), hkl - low};
  }
  // Where value `i` of the 64 stands beyond the corner, l innermost.
  std::size_t beyond_corner(std::size_t i) const { return rows_[i / 4] + i % 4; }

  using Weights = std::array<Wide, 4>;
  using RowWeights = std::array<Wide, 16>;
  // Weights of the rows along l from those along h and k.
  HWY_INLINE static RowWeights outer(const Weights& h, const Weights& k) {
    RowWeights out;
    for (std::size_t i = 0; i < 16; ++i) out[i] = h[i / 4] * k[i % 4];
    return out;
  }
  HWY_INLINE static Wide inner(const Weights& u, const Weights& v) {
    return (u[0] * v[0] + u[1] * v[1]) + (u[2] * v[2] + u[3] * v[3]);
  }
  // Sums of the rows, N of them with different weights. Lane by lane, four neighbours along l at a
  // time: that takes 16 loads, where a gather of all lanes takes 64 of one value each for every
  // lane.
  template <std::size_t N>
  HWY_INLINE std::array<Weights, N> sum_rows(const Wide& corner,
                                             const std::array<RowWeights, N>& weights) const {
    constexpr std::size_t kLanes = Wide::lanes();
    alignas(64) double corners[kLanes], of_row[N][16][kLanes], sums[N][4][kLanes];
    corner.store(corners);
    for (std::size_t n = 0; n < N; ++n) {
      for (std::size_t row = 0; row < 16; ++row) weights[n][row].store(of_row[n][row]);
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double* const at = table_.amplitudes + static_cast<std::size_t>(corners[lane]);
      Quad sum[N];
      for (Quad& s : sum) s = Quad(0.0);
      for (std::size_t row = 0; row < 16; ++row) {
        const Quad values = Quad::load(at + rows_[row]);
        for (std::size_t n = 0; n < N; ++n) sum[n] = sum[n] + Quad(of_row[n][row][lane]) * values;
      }
      for (std::size_t n = 0; n < N; ++n) {
        alignas(64) double parts[4];
        sum[n].store(parts);
        for (std::size_t l = 0; l < 4; ++l) sums[n][l][lane] = parts[l];
      }
    }
    std::array<Weights, N> out;
    for (std::size_t n = 0; n < N; ++n) {
      for (std::size_t l = 0; l < 4; ++l) out[n][l] = Wide::load(sums[n][l]);
    }
    return out;
  }

 private:
  HWY_INLINE Wide::Mask within(const Wide& x, int axis) const {
    const double size = table_.max[axis] - table_.min[axis] + 1;
    return !(x - table_.min[axis] + 3.0 > Wide(size)) && x - 2.0 >= Wide(table_.min[axis]);
  }

  std::array<std::size_t, 16> rows_;  // where the 4 × 4 rows along l begin, from the lowest
  const AmplitudeTable& table_;
};

// |F|² with tricubic interpolation.
class TricubicAmplitude {
 public:
  explicit TricubicAmplitude(const AmplitudeTable& table)
      : table_(table), otherwise_(table.default_amplitude) {}

  // |F|² between indices; counts the lanes of `wanted` whose neighbourhood leaves the table.
  HWY_INLINE Wide squared(const Vec3<Wide>& hkl, const Wide::Mask& wanted) {
    const auto inside = table_.covers(hkl);
    fallbacks_ += (!inside && wanted).count();
    if (inside.none()) return Wide(otherwise_ * otherwise_);
    const TricubicTable::Place at = table_.place(hkl, inside);
    const auto h = physics::cubic_weights(at.distance.x);
    const auto k = physics::cubic_weights(at.distance.y);
    const auto l = physics::cubic_weights(at.distance.z);
    const auto rows = table_.sum_rows<1>(at.corner, {TricubicTable::outer(h, k)});
    const Wide amplitude = select(inside, TricubicTable::inner(rows[0], l), Wide(otherwise_));
    return amplitude * amplitude;
  }
  std::size_t fallbacks() const { return fallbacks_; }

 private:
  TricubicTable table_;
  double otherwise_;
  std::size_t fallbacks_ = 0;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
