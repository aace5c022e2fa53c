// The amplitudes of gradients on vectors of pixels: at the nearest index or interpolated, and
// whether derivatives by them are wanted. To be included only by files that are compiled for one
// instruction set each.
#pragma once

#include <algorithm>
#include <array>

#include "nanobragg/kernel/adjoint/arithmetic.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/simd/amplitude_lookup.hpp"
#include "nanobragg/kernel/simd/tricubic_lookup.hpp"

namespace nanobragg::kernel {

template <>
struct Lanes<simd::NANOBRAGG_ISA::Wide> {
  using Wide = simd::NANOBRAGG_ISA::Wide;
  static constexpr std::size_t count = Wide::lanes();
  static Wide load(const double* from) { return Wide::load(from); }
  static void store(const Wide& x, double* to) { x.store(to); }

  // One register: half the memory that every pixel goes through.
  using Total = simd::NANOBRAGG_ISA::Pack<double, 1>;
  static void add_product(Total& to, const Wide& a, const Wide& b) {
    static_assert(count == 2 * Total::lanes());
    namespace hn = simd::NANOBRAGG_ISA::hn;
    to = Total::each(
        [&](std::size_t) { return hn::MulAdd(a[1], b[1], hn::MulAdd(a[0], b[0], to[0])); });
  }
  static double sum(const Total& total) {
    double lanes[Total::lanes()];
    total.store(lanes);
    double sum = 0.0;
    for (const double lane : lanes) sum += lane;
    return sum;
  }
};
static_assert(kGroupPixels % Lanes<simd::NANOBRAGG_ISA::Wide>::count == 0);

namespace simd::NANOBRAGG_ISA {

// |F|² at the nearest indices. Without a table all are the same.
template <class Arithmetic>
class NearestSquares {
 public:
  static constexpr bool kCollects = false;
  static constexpr bool kHasSlopes = false;
  struct Squared {
    typename Arithmetic::Narrow value;
  };

  NearestSquares(const GradientConstants& in, AmplitudeSlopes* /*to*/)
      : amplitudes_(amplitude_table(*in.plan.crystal.structure_factors)),
        cache_(amplitudes_),
        constant_(Arithmetic::narrow(cache_.constant())),
        squares_(in.squares.table()) {}

  HWY_INLINE Squared squared(const Vec3<Wide>& /*hkl*/, const Vec3<Wide>& nearest) {
    if (cache_.is_constant()) return {constant_};
    if constexpr (Arithmetic::kIsMixed) {
      if (squares_.squares) return {gathered_squares(squares_, nearest)};
    }
    return {Arithmetic::narrow(cache_.squared(nearest))};
  }

 private:
  AmplitudeTable amplitudes_;
  AmplitudeCache cache_;
  typename Arithmetic::Narrow constant_;
  SquaredTable squares_;
};

// Calls f(place, lanes) for every place where some lanes of `wanted` are: neighbouring pixels share
// it nearly always.
template <class F>
void for_each_place(const Wide& place, const Wide::Mask& wanted, const F& f) {
  std::array<double, Wide::lanes()> places;
  select(wanted, place, Wide(-1.0)).store(places.data());
  for (std::size_t lane = 0; lane < places.size(); ++lane) {
    const auto here = places.begin() + lane;
    if (*here < 0.0 || std::find(places.begin(), here, *here) != here) continue;
    f(static_cast<std::size_t>(*here), place == Wide(*here) && wanted);
  }
}

// Adds the slopes of lanes by the amplitude at a place.
HWY_INLINE void add_slopes(const Wide::Mask& lanes, std::size_t place, const Wide& by_amplitude,
                           AmplitudeSlopes& to) {
  std::array<double, Wide::lanes()> by_lane;
  select(lanes, by_amplitude, Wide(0.0)).store(by_lane.data());
  to.add(place, by_lane.data());
}

// |F|² at the nearest indices, with derivatives by each |F|.
template <class Arithmetic>
class CollectedSquares {
 public:
  static constexpr bool kCollects = true;
  static constexpr bool kHasSlopes = false;
  using Squared = typename NearestSquares<Arithmetic>::Squared;

  CollectedSquares(const GradientConstants& in, AmplitudeSlopes* to)
      : table_(amplitude_table(*in.plan.crystal.structure_factors)), squares_(in, to), to_(to) {}

  HWY_INLINE Squared squared(const Vec3<Wide>& hkl, const Vec3<Wide>& nearest) {
    nearest_ = nearest;
    return squares_.squared(hkl, nearest);
  }
  // Of the indices that were looked up last.
  void collect(const Wide& by_squared) {
    if (!table_.amplitudes) return;
    const auto inside = is_in_table(table_, nearest_);
    if (inside.none()) return;
    const Wide place = select(inside, position(table_, nearest_), Wide(0.0));
    const Wide amplitude = gather(table_.amplitudes, place);
    const Wide by_amplitude = Wide(2.0) * amplitude * by_squared;
    for_each_place(place, inside, [&](std::size_t here, const Wide::Mask& lanes) {
      add_slopes(lanes, here, by_amplitude, *to_);
    });
  }

 private:
  AmplitudeTable table_;
  NearestSquares<Arithmetic> squares_;
  AmplitudeSlopes* to_;
  Vec3<Wide> nearest_;
};

// |F|² between indices, with its slopes; derivatives by each |F| where they are wanted.
template <class Arithmetic>
class TricubicSquares {
 public:
  static constexpr bool kCollects = true;
  static constexpr bool kHasSlopes = true;
  struct Squared {
    typename Arithmetic::Narrow value;
    Vec3<typename Arithmetic::Narrow> by_hkl;
  };

  TricubicSquares(const GradientConstants& in, AmplitudeSlopes* to)
      : amplitudes_(amplitude_table(*in.plan.crystal.structure_factors)),
        table_(amplitudes_),
        to_(to) {}

  HWY_NOINLINE Squared squared(const Vec3<Wide>& hkl, const Vec3<Wide>& /*nearest*/) {
    const auto narrow = [](const Wide& x) { return Arithmetic::narrow(x); };
    inside_ = table_.covers(hkl);
    amplitude_ = Wide(amplitudes_.default_amplitude);
    if (inside_.none()) {
      const auto zero = narrow(Wide(0.0));
      return {narrow(amplitude_ * amplitude_), {zero, zero, zero}};
    }
    at_ = table_.place(hkl, inside_);
    using Table = TricubicTable;
    const auto sums = table_.template sum_rows<true>(at_);
    const auto along_l = [&](Table::Sum n) {
      return physics::CubicSum<Wide>(sums[n][0], sums[n][1], sums[n][2], sums[n][3]);
    };
    const auto l = physics::cubic_weights(at_.distance.z);
    const auto by_l = physics::cubic_weight_slopes(at_.distance.z);
    const auto value = [&](Table::Sum n) { return along_l(n).value(l[0], l[2], l[3]); };
    amplitude_ = select(inside_, value(Table::value), amplitude_);
    const auto slope = [&](const Wide& by) {
      return narrow(select(inside_, Wide(2.0) * amplitude_ * by, Wide(0.0)));
    };
    return {narrow(amplitude_ * amplitude_),
            {slope(value(Table::by_h)), slope(value(Table::by_k)),
             slope(along_l(Table::value).slope(by_l[0], by_l[2], by_l[3]))}};
  }

  // Of the indices that were looked up last.
  HWY_NOINLINE void collect(const Wide& by_squared) {
    if (!to_ || inside_.none()) return;
    const Wide by_amplitude = Wide(2.0) * amplitude_ * by_squared;
    const auto along_h = physics::cubic_weights(at_.distance.x);
    const auto along_k = physics::cubic_weights(at_.distance.y);
    const auto along_l = physics::cubic_weights(at_.distance.z);
    for_each_place(at_.corner, inside_, [&](std::size_t corner, const Wide::Mask& lanes) {
      for (std::size_t i = 0; i < 64; ++i) {
        const Wide weight = along_h[i / 16] * along_k[i / 4 % 4] * along_l[i % 4];
        add_slopes(lanes, corner + table_.beyond_corner(i), by_amplitude * weight, *to_);
      }
    });
  }

 private:
  AmplitudeTable amplitudes_;
  TricubicTable table_;
  AmplitudeSlopes* to_;
  Wide::Mask inside_;
  Wide amplitude_;
  TricubicTable::Place at_;
};

}  // namespace simd::NANOBRAGG_ISA
}  // namespace nanobragg::kernel
