// F_lattice² on vectors. To be included only by files that are compiled for one instruction set
// each.
#pragma once

#include <type_traits>

#include "nanobragg/kernel/simd/ray.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// Shapes whose factors are quotients of sines of phases.
template <class Lattice>
inline constexpr bool kHasPhases = requires {
  typename Lattice::SinglePrecision;
};

template <class Factor>
HWY_INLINE Factor to_factor(const Wide& x) {
  if constexpr (std::is_same_v<Factor, Narrow>)
    return to_single<1>(x);
  else
    return x;
}

template <class Lattice, class Factor, class Sine>
HWY_INLINE auto sine_quotient(const Vec3<Wide>& offset, const physics::LatticeSize<double>& size) {
  const auto phases = Lattice::phases(offset, size);
  const auto factors = [](const Vec3<Wide>& v) {
    return Vec3<Factor>{to_factor<Factor>(v.x), to_factor<Factor>(v.y), to_factor<Factor>(v.z)};
  };
  const typename Lattice::template Phases<Factor> reduced{factors(phases.reduced),
                                                          factors(phases.offset)};
  return Lattice::template quotient<Sine>(reduced);
}

// In the arithmetic of Factor, at offsets from reciprocal lattice points; single precision is for
// shapes with phases. A crystal has one cell or more along each axis.
template <class Lattice, class Factor>
HWY_INLINE Factor lattice_squared(const Vec3<Wide>& offset,
                                  const physics::LatticeSize<double>& size) {
  if constexpr (kHasPhases<Lattice>) {
    using Sine =
        std::conditional_t<std::is_same_v<Factor, Narrow>, typename Lattice::SinglePrecision,
                           typename Lattice::DoublePrecision>;
    auto fraction = sine_quotient<Lattice, Factor, Sine>(offset, size);
    if (!(abs(fraction.denominator) > Factor(Sine::smallest_denominator)).all()) [[unlikely]] {
      fraction = sine_quotient<Lattice, Factor, Sine>(
          Lattice::away_from_zero(offset, Sine::smallest_offset), size);
    }
    const Factor amplitude = fraction.numerator / fraction.denominator;
    return amplitude * amplitude;
  } else {
    const Factor amplitude = Lattice::amplitude(offset, size);
    return amplitude * amplitude;
  }
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
