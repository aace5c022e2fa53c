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

// What was stored four lanes at a time: whole registers would wait for it to reach the cache.
HWY_INLINE Wide load_by_quads(const double* from) {
  if constexpr (hn::MaxLanes(Wide::Tag()) <= 4) {
    return Wide::load(from);
  } else {
    const hn::Half<Wide::Tag> half;
    return Wide::each([&](std::size_t i) {
      return hn::Combine(Wide::Tag(), hn::LoadU(half, from + 8 * i + 4),
                         hn::LoadU(half, from + 8 * i));
    });
  }
}

// The 4×4×4 table values around the lanes' indices.
class TricubicTable {
 public:
  explicit TricubicTable(const AmplitudeTable& table)
      : table_(table),
        along_k_(static_cast<std::size_t>(table.size_l)),
        along_h_(static_cast<std::size_t>(table.size_k) * along_k_) {}

  // Lanes whose neighbourhood the table holds; see physics::can_interpolate().
  HWY_INLINE Wide::Mask covers(const Vec3<Wide>& hkl) const {
    const AmplitudeTable& table = read_again(table_);
    const auto within = [&](const Wide& x, int axis) {
      return x >= Wide(table.min[axis] + 2.0) && x <= Wide(table.max[axis] - 2.0);
    };
    return within(hkl.x, 0) && within(hkl.y, 1) && within(hkl.z, 2);
  }

  // Where a neighbourhood begins in the table, for lanes that are not `inside` where the table
  // does, and how far the indices are from there.
  struct Place {
    Wide corner;
    Vec3<Wide> distance;
  };
  HWY_INLINE Place place(const Vec3<Wide>& hkl, const Wide::Mask& inside) const {
    const Vec3<Wide> low{floor(hkl.x) - 1.0, floor(hkl.y) - 1.0, floor(hkl.z) - 1.0};
    return {select(inside, position(read_again(table_), low), Wide(0.0)), hkl - low};
  }
  // Where value `i` of the 64 stands beyond the corner, l innermost.
  std::size_t beyond_corner(std::size_t i) const {
    return i / 16 * along_h_ + i / 4 % 4 * along_k_ + i % 4;
  }

  // Sums over h and k for each of the four indices l: `value`, and with slopes `by_h` and `by_k`.
  enum Sum : std::uint8_t { value, by_h, by_k };
  template <bool kWithSlopes>
  using Sums = std::array<std::array<Wide, 4>, kWithSlopes ? 3 : 1>;

  // Lane by lane, four neighbours along l at a time: that takes 16 loads, which four lanes share if
  // they have one corner, where a gather of all lanes takes 64 of one value each for every lane.
  template <bool kWithSlopes>
  HWY_INLINE Sums<kWithSlopes> sum_rows(const Place& at) const {
    Lanes<kWithSlopes> of;
    store_whole(at.corner, of.corner);
    const auto keep = [](const std::array<Wide, 4>& w, auto& to) NANOBRAGG_INLINE_LAMBDA {
      w[0].store(to[0]);
      w[2].store(to[1]);
      w[3].store(to[2]);
    };
    keep(physics::cubic_weights(at.distance.x), of.h[0]);
    keep(physics::cubic_weights(at.distance.y), of.k[0]);
    if constexpr (kWithSlopes) {
      keep(physics::cubic_weight_slopes(at.distance.x), of.h[1]);
      keep(physics::cubic_weight_slopes(at.distance.y), of.k[1]);
    }
    for (std::size_t lane = 0; lane < kLanes; lane += 4) {
      const std::uint64_t* const c = of.corner + lane;
      if (c[0] == c[1] && c[0] == c[2] && c[0] == c[3]) {
        const Planes shared = planes(c[0]);
        sum_four(of, lane,
                 [&](std::size_t) NANOBRAGG_INLINE_LAMBDA -> const Planes& { return shared; });
      } else {
        sum_four(of, lane, [&](std::size_t m) NANOBRAGG_INLINE_LAMBDA { return planes(c[m]); });
      }
    }
    Sums<kWithSlopes> out;
    for (std::size_t n = 0; n < out.size(); ++n) {
      for (std::size_t l = 0; l < 4; ++l) out[n][l] = load_by_quads(of.sums[n][l]);
    }
    return out;
  }

 private:
  static constexpr std::size_t kLanes = Wide::lanes();
  static_assert(kLanes % 4 == 0);
  // Of all but the second of four points.
  using Weights = double[3][kLanes];
  template <bool kWithSlopes>
  struct Lanes {
    static constexpr std::size_t kWeights = kWithSlopes ? 2 : 1;
    alignas(64) Weights h[kWeights], k[kWeights];
    alignas(64) double sums[kWithSlopes ? 3 : 1][4][kLanes];
    alignas(64) std::uint64_t corner[kLanes];
  };

  // Along k, for four neighbours along l; four of h.
  using Plane = physics::CubicSum<Quad>;
  using Planes = std::array<Plane, 4>;
  HWY_INLINE Planes planes(std::uint64_t corner) const {
    const double* const from = table_.amplitudes + corner;
    const auto plane = [&](std::size_t i) NANOBRAGG_INLINE_LAMBDA {
      const auto row = [&](std::size_t j) NANOBRAGG_INLINE_LAMBDA {
        return Quad::load(from + i * along_h_ + j * along_k_);
      };
      return Plane(row(0), row(1), row(2), row(3));
    };
    return {plane(0), plane(1), plane(2), plane(3)};
  }
  // The sums of lanes first … first + 3, around which planes_of(0 … 3) stand.
  template <bool kWithSlopes, class PlanesOf>
  HWY_INLINE static void sum_four(Lanes<kWithSlopes>& of, std::size_t first,
                                  const PlanesOf& planes_of) {
    std::array<Quad, 4> sums[kWithSlopes ? 3 : 1];
#pragma GCC unroll 4
    for (std::size_t m = 0; m < 4; ++m) {
      const auto value = [&](const Plane& plane, const Weights& w) NANOBRAGG_INLINE_LAMBDA {
        return plane.value(Quad(w[0][first + m]), Quad(w[1][first + m]), Quad(w[2][first + m]));
      };
      const auto slope = [&](const Plane& plane, const Weights& w) NANOBRAGG_INLINE_LAMBDA {
        return plane.slope(Quad(w[0][first + m]), Quad(w[1][first + m]), Quad(w[2][first + m]));
      };
      const Planes& p = planes_of(m);
      const auto along_h = [&](const auto& along_k, const Weights& w) NANOBRAGG_INLINE_LAMBDA {
        return Plane(along_k(p[0], w), along_k(p[1], w), along_k(p[2], w), along_k(p[3], w));
      };
      const Plane values = along_h(value, of.k[0]);
      sums[Sum::value][m] = value(values, of.h[0]);
      if constexpr (kWithSlopes) {
        sums[Sum::by_h][m] = slope(values, of.h[1]);
        sums[Sum::by_k][m] = value(along_h(slope, of.k[1]), of.h[0]);
      }
    }
    for (std::size_t n = 0; n < std::size(sums); ++n) {
      const auto by_l = transposed(sums[n]);
      for (std::size_t l = 0; l < 4; ++l) by_l[l].store(of.sums[n][l] + first);
    }
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
    const auto [sums] = table_.sum_rows<false>(at);
    const physics::CubicSum<Wide> along_l(sums[0], sums[1], sums[2], sums[3]);
    const auto l = physics::cubic_weights(at.distance.z);
    const Wide amplitude = select(inside, along_l.value(l[0], l[2], l[3]), Wide(otherwise_));
    return amplitude * amplitude;
  }
  std::size_t fallbacks() const { return fallbacks_; }

 private:
  TricubicTable table_;
  double otherwise_;
  std::size_t fallbacks_ = 0;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
