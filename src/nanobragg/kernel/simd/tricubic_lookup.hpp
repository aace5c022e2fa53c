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

// Numbers i of four quads as quad i.
HWY_INLINE std::array<Quad, 4> transposed(const std::array<Quad, 4>& q) {
  const Quad::Tag tag;
  const auto pair = [&](std::size_t of, std::size_t i, std::size_t upper) {
    return upper ? hn::InterleaveUpper(tag, q[of][i], q[of + 1][i])
                 : hn::InterleaveLower(tag, q[of][i], q[of + 1][i]);
  };
  std::array<Quad, 4> out;
  for (std::size_t n = 0; n < 4; ++n) {
    out[n] = Quad::each([&](std::size_t half) {
      if constexpr (hn::MaxLanes(Quad::Tag()) == 4) {
        return n < 2 ? hn::ConcatLowerLower(tag, pair(2, 0, n), pair(0, 0, n))
                     : hn::ConcatUpperUpper(tag, pair(2, 0, n - 2), pair(0, 0, n - 2));
      } else {
        return pair(2 * half, n / 2, n % 2);
      }
    });
  }
  return out;
}

// The 4×4×4 table values around the lanes' indices.
class TricubicTable {
 public:
  explicit TricubicTable(const AmplitudeTable& table)
      : table_(table),
        along_k_(static_cast<std::size_t>(table.size_l)),
        along_h_(static_cast<std::size_t>(table.size_k) * along_k_) {}

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
  std::size_t beyond_corner(std::size_t i) const {
    return i / 16 * along_h_ + i / 4 % 4 * along_k_ + i % 4;
  }

  using Weights = std::array<Wide, 4>;
  HWY_INLINE static Wide inner(const Weights& u, const Weights& v) {
    return (u[0] * v[0] + u[1] * v[1]) + (u[2] * v[2] + u[3] * v[3]);
  }
  // Sums over h and k, for each of the four indices l, N of them with weights of their own. Lane by
  // lane, four neighbours along l at a time: that takes 16 loads, which four lanes share if they
  // have one corner, where a gather of all lanes takes 64 of one value each for every lane.
  template <std::size_t N>
  HWY_INLINE std::array<Weights, N> sum_rows(const Wide& corner, const std::array<Weights, N>& h,
                                             const std::array<Weights, N>& k) const {
    Lanes<N> of;
    corner.store(of.corner);
    for (std::size_t n = 0; n < N; ++n) {
      for (std::size_t i = 0; i < 4; ++i) {
        h[n][i].store(of.h[n][i]);
        k[n][i].store(of.k[n][i]);
      }
    }
    for (std::size_t lane = 0; lane < kLanes; lane += 4) {
      const double* const c = of.corner + lane;
      if (c[0] == c[1] && c[0] == c[2] && c[0] == c[3]) {
        Quad rows[4][4];
        for (std::size_t i = 0; i < 16; ++i) rows[i / 4][i % 4] = row(c[0], i / 4, i % 4);
        sum_four(of, lane, [&](std::size_t, std::size_t i, std::size_t j) { return rows[i][j]; });
      } else {
        sum_four(of, lane,
                 [&](std::size_t m, std::size_t i, std::size_t j) { return row(c[m], i, j); });
      }
    }
    std::array<Weights, N> out;
    for (std::size_t n = 0; n < N; ++n) {
      for (std::size_t l = 0; l < 4; ++l) out[n][l] = Wide::load(of.sums[n][l]);
    }
    return out;
  }

 private:
  static constexpr std::size_t kLanes = Wide::lanes();
  static_assert(kLanes % 4 == 0);
  template <std::size_t N>
  struct Lanes {
    alignas(64) double h[N][4][kLanes], k[N][4][kLanes], sums[N][4][kLanes], corner[kLanes];
  };

  // Four neighbours along l, i planes and j rows beyond a corner.
  HWY_INLINE Quad row(double corner, std::size_t i, std::size_t j) const {
    return Quad::load(table_.amplitudes + static_cast<std::size_t>(corner) + i * along_h_ +
                      j * along_k_);
  }
  // The sums of lanes first … first + 3, whose rows are row_of(0 … 3, i, j).
  template <std::size_t N, class RowOf>
  HWY_INLINE static void sum_four(Lanes<N>& of, std::size_t first, const RowOf& row_of) {
    for (std::size_t n = 0; n < N; ++n) {
      const auto sum = [&](std::size_t m) NANOBRAGG_INLINE_LAMBDA {
        const auto along_k = [&](std::size_t i) NANOBRAGG_INLINE_LAMBDA {
          const auto term = [&](std::size_t j) NANOBRAGG_INLINE_LAMBDA {
            return Quad(of.k[n][j][first + m]) * row_of(m, i, j);
          };
          return (term(0) + term(1)) + (term(2) + term(3));
        };
        const auto term = [&](std::size_t i) NANOBRAGG_INLINE_LAMBDA {
          return Quad(of.h[n][i][first + m]) * along_k(i);
        };
        return (term(0) + term(1)) + (term(2) + term(3));
      };
      const auto sums = transposed({sum(0), sum(1), sum(2), sum(3)});
      for (std::size_t l = 0; l < 4; ++l) sums[l].store(of.sums[n][l] + first);
    }
  }
  HWY_INLINE Wide::Mask within(const Wide& x, int axis) const {
    const double size = table_.max[axis] - table_.min[axis] + 1;
    return !(x - table_.min[axis] + 3.0 > Wide(size)) && x - 2.0 >= Wide(table_.min[axis]);
  }

  const AmplitudeTable& table_;
  std::size_t along_k_, along_h_;  // from an index to the next, in table values
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
    const auto rows = table_.sum_rows<1>(at.corner, {h}, {k});
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
