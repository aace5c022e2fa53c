// F_lattice² on vectors. To be included only by files that are compiled for one instruction set
// each.
#pragma once

#include <array>
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

// The terms F²·F_lattice² of a sum over orientations, which is to be multiplied by scale().
template <class Lattice, class Factor>
class LatticeTerms {
 public:
  explicit LatticeTerms(const physics::LatticeSize<double>& size) : size_(size) {
    if constexpr (kHasPhases<Lattice>) size_ = Lattice::at_least_one_cell(size_);
    is_single_cell_ = kHasPhases<Lattice> && size_.cells == std::array{1.0, 1.0, 1.0};
  }
  static constexpr bool kIsStaged = false;
  static constexpr double scale() { return 1.0; }
  bool is_single_cell() const { return is_single_cell_; }

  // `amplitude_squared()` is F².
  template <class AmplitudeSquared>
  HWY_INLINE Factor at(const Vec3<Wide>& offset, const AmplitudeSquared& amplitude_squared) const {
    return squared(offset) * amplitude_squared();
  }
  HWY_INLINE Factor squared(const Vec3<Wide>& offset) const {
    return is_single_cell_ ? Factor(1.0) : lattice_squared<Lattice, Factor>(offset, size_);
  }

 private:
  physics::LatticeSize<double> size_;
  bool is_single_cell_;
};

// In single precision of shapes that say how, in stages: what is between them is short enough to be
// kept in memory.
template <class Lattice>
requires requires { typename Lattice::Mixed; }
class LatticeTerms<Lattice, Narrow> {
  using Mixed = typename Lattice::Mixed;

 public:
  // Shapes that are dark nearly everywhere: there the first stage is the last.
  static constexpr bool kIsDark = requires { Mixed::is_lit(Mixed::reduced(Wide())); };
  static constexpr bool kIsStaged = !kIsDark;

  explicit LatticeTerms(const physics::LatticeSize<double>& size) : lattice_(size) {}
  double scale() const { return lattice_.scale(); }

  HWY_INLINE Wide squared_radius(const Vec3<Wide>& offset) const {
    return lattice_.squared_radius(offset);
  }
  using Reduced = typename Mixed::template Reduced<Narrow>;
  HWY_INLINE static Reduced reduced(const Wide& squared_radius) {
    return Mixed::reduced(squared_radius).map([](const Wide& x) { return to_single<1>(x); });
  }
  HWY_INLINE static Narrow squared(const Reduced& reduced) { return Mixed::squared(reduced); }

  // All of them; F² is not asked for where no lane has light.
  template <class AmplitudeSquared>
  HWY_INLINE Narrow at(const Vec3<Wide>& offset,
                       const AmplitudeSquared& amplitude_squared) const requires kIsDark {
    const Reduced r = reduced(squared_radius(offset));
    if (is_nowhere(Mixed::is_lit(r))) return Narrow(0.0);
    return squared(r) * amplitude_squared();
  }

 private:
  Mixed lattice_;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
