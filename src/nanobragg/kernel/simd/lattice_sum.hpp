// Σ F²·F_lattice² over the orientations of the crystal, for one scattering vector a lane. To be
// included only by files that are compiled for one instruction set each.
#pragma once

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "nanobragg/kernel/simd/amplitude_lookup.hpp"
#include "nanobragg/kernel/simd/fixed_lattice_sum.hpp"
#include "nanobragg/kernel/simd/step.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

enum class Precision : std::uint8_t { single, full };

// The sums of kVectors steps at a time.
template <class Lattice, Precision kPrecision, Interpolation kInterpolation, std::size_t kVectors>
class LatticeSum {
 public:
  using Strip = std::array<Step, kVectors>;

  explicit LatticeSum(const RowTask& task)
      : lattices_(task.plan->crystal.lattices),
        size_(task.lattice_size),
        squared_table_(task.squared_table),
        nearest_(task.table),
        tricubic_(task.table),
        fixed_(lattices_, physics::SquareLattice::at_least_one_cell(size_).cells, squared_table_) {
    if constexpr (kHasPhases) size_ = Lattice::at_least_one_cell(size_);
    is_single_cell_ = kHasPhases && size_.cells == std::array{1.0, 1.0, 1.0};
  }

  // Fills in the sums; a step that no lane wants is left out. A function of its own, for its loops
  // to have all registers.
  HWY_NOINLINE void sum(Strip& steps) {
    if (sum_in_fixed_point(steps)) return;
    for (Step& step : steps) {
      if (!step.wanted.none()) step.sum = at(step.scattering, step.wanted);
    }
  }
  std::size_t fallbacks() const { return tricubic_.fallbacks(); }

 private:
  // Whether it can.
  bool sum_in_fixed_point(Strip& steps) {
    if constexpr (kSingle && kInterpolation == Interpolation::nearest) {
      if (is_single_cell_ || !fixed_.covers(steps)) return false;
      const auto exact = [this](const Vec3<Wide>& q, const Axes<double>& axes) {
        return lattice_squared_at(q, axes);
      };
      if (nearest_.is_constant()) {
        fixed_.sum_lattice(steps, exact);
        for (Step& step : steps) step.sum = step.sum * nearest_.constant();
        return true;
      }
      for (const Step& step : steps) {
        if (!are_inside(squared_table_, step.scattering)) return false;
      }
      fixed_.sum_with_table(steps, exact);
      return true;
    }
    return false;
  }

  HWY_INLINE Wide at(const Vec3<Wide>& scattering, const Wide::Mask& wanted) {
    if constexpr (kInterpolation == Interpolation::tricubic) {
      return over_lattices(scattering, [&](const Vec3<Wide>& hkl, const Vec3<Wide>&) {
        return to_factor(tricubic_.squared(hkl, wanted));
      });
    } else if constexpr (kPrecision == Precision::single) {
      if (are_inside(squared_table_, scattering)) {
        return over_lattices(scattering, [&](const Vec3<Wide>&, const Vec3<Wide>& nearest) {
          const Narrow squares = gathered_squares(squared_table_, nearest);
          if constexpr (kSingle)
            return squares;
          else
            return to_double<1>(squares);
        });
      }
    }
    if (nearest_.is_constant()) {
      return over_lattices(scattering,
                           [factor = to_factor(nearest_.constant())](
                               const Vec3<Wide>&, const Vec3<Wide>&) { return factor; });
    }
    return over_lattices(scattering, [&](const Vec3<Wide>&, const Vec3<Wide>& nearest) {
      return to_factor(nearest_.squared(nearest));
    });
  }

  // Lattice factors are in single precision where the shape says how.
  static constexpr bool kHasPhases = requires { typename Lattice::SinglePrecision; };
  static constexpr bool kSingle = kHasPhases && kPrecision == Precision::single;
  using Factor = std::conditional_t<kSingle, Narrow, Wide>;
  HWY_INLINE static Factor to_factor(const Wide& x) {
    if constexpr (kSingle)
      return to_single<1>(x);
    else
      return x;
  }
  HWY_INLINE static Wide from_factor(const Factor& x) {
    if constexpr (kSingle)
      return to_double<1>(x);
    else
      return x;
  }

  // `amplitude_squared` gives F² at (hkl, nearest).
  template <class AmplitudeSquared>
  HWY_INLINE Wide over_lattices(const Vec3<Wide>& q, AmplitudeSquared amplitude_squared) const {
    // Single-precision sums stay short; the blocks are added up in double precision.
    constexpr std::size_t kBlock = 16;
    Wide total(0.0);
    for (std::size_t from = 0; from < lattices_.size(); from += kBlock) {
      const std::size_t to = std::min(from + kBlock, lattices_.size());
      Factor block(0.0);
      for (std::size_t i = from; i < to; ++i) {
        const Axes<double>& axes = lattices_[i];
        const Vec3<Wide> hkl = indices(q, axes);
        const Vec3<Wide> nearest = nearest_to(hkl);
        block = block + lattice_squared(hkl - nearest) * amplitude_squared(hkl, nearest);
      }
      total = total + from_factor(block);
    }
    return total;
  }

  HWY_INLINE static Vec3<Wide> indices(const Vec3<Wide>& q, const Axes<double>& axes) {
    const auto along = [&](const Vec3<double>& axis) {
      return axis.x * q.x + axis.y * q.y + axis.z * q.z;
    };
    return {along(axes.a), along(axes.b), along(axes.c)};
  }
  HWY_INLINE static Vec3<Wide> nearest_to(const Vec3<Wide>& hkl) {
    return {round(hkl.x), round(hkl.y), round(hkl.z)};
  }

  HWY_NOINLINE Factor lattice_squared_at(const Vec3<Wide>& q, const Axes<double>& axes) const {
    const Vec3<Wide> hkl = indices(q, axes);
    return lattice_squared(hkl - nearest_to(hkl));
  }
  HWY_INLINE Factor lattice_squared(const Vec3<Wide>& offset) const {
    if constexpr (kHasPhases) {
      if (is_single_cell_) return Factor(1.0);
      using Sine = std::conditional_t<kSingle, typename Lattice::SinglePrecision,
                                      typename Lattice::DoublePrecision>;
      auto fraction = quotient<Sine>(offset);
      if (!(abs(fraction.denominator) > Factor(Sine::smallest_denominator)).all()) [[unlikely]] {
        fraction = quotient<Sine>(Lattice::away_from_zero(offset, Sine::smallest_offset));
      }
      const Factor amplitude = fraction.numerator / fraction.denominator;
      return amplitude * amplitude;
    } else {
      const Wide amplitude = Lattice::amplitude(offset, size_);
      return amplitude * amplitude;
    }
  }
  template <class Sine>
  HWY_INLINE auto quotient(const Vec3<Wide>& offset) const {
    const auto phases = Lattice::phases(offset, size_);
    const auto factors = [](const Vec3<Wide>& v) {
      return Vec3<Factor>{to_factor(v.x), to_factor(v.y), to_factor(v.z)};
    };
    const typename Lattice::template Phases<Factor> reduced{factors(phases.reduced),
                                                            factors(phases.offset)};
    return Lattice::template quotient<Sine>(reduced);
  }

  const std::vector<Axes<double>>& lattices_;
  physics::LatticeSize<double> size_;
  bool is_single_cell_;
  const SquaredTable& squared_table_;
  AmplitudeCache nearest_;
  TricubicAmplitude tricubic_;
  FixedLatticeSum<kVectors> fixed_;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
