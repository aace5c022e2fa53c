// Σ F²·F_lattice² over the orientations of the crystal, for one scattering vector a lane. To be
// included only by files that are compiled for one instruction set each.
#pragma once

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "nanobragg/kernel/simd/amplitude_lookup.hpp"
#include "nanobragg/kernel/simd/fixed_lattice_sum.hpp"
#include "nanobragg/kernel/simd/lattice_factor.hpp"
#include "nanobragg/kernel/simd/ray.hpp"
#include "nanobragg/kernel/simd/tricubic_lookup.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

enum class Precision : std::uint8_t { single, full };

// The sums of kVectors rays at a time.
template <class Lattice, Precision kPrecision, Interpolation kInterpolation, std::size_t kVectors>
class LatticeSum {
 public:
  using Rays = typename FixedLatticeSum<kVectors>::Rays;

  explicit LatticeSum(const RowTask& task)
      : lattices_(task.constants->lattices),
        terms_(task.constants->lattice_size),
        squared_table_(task.squared_table),
        nearest_(task.table),
        tricubic_(task.table),
        are_lines_(RowIndices::are_lines(task)),
        lines_(task),
        fixed_(task,
               physics::SquareLattice::at_least_one_cell(task.constants->lattice_size).cells) {
    if (kHasPhaseRows && can_sum_along_rows() && nearest_.is_constant()) {
      scale_ = nearest_.constant().first();
    }
  }

  // What sums are to be multiplied with.
  double scale() const { return scale_; }

  // Fills in the sums of rays with these scattering vectors (m⁻¹); one that no lane wants is left
  // out. A function of its own, for its loops to have all registers.
  HWY_NOINLINE void sum(Rays& rays, const std::array<Vec3<Wide>, kVectors>& scattering) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      if (!rays[v].wanted.none()) rays[v].sum = at(scattering[v], rays[v].wanted);
    }
  }

  // The same, quicker, along a row of sub-pixels that starts at `start` (m), in the light of a
  // source.
  bool can_sum_along_rows() const {
    if constexpr (kHasPhaseRows) {
      return are_lines_ && !terms_.is_single_cell() &&
             (nearest_.is_constant() || squared_table_.squares) && fixed_.covers_all();
    }
    return kHasRows && are_lines_;
  }
  void move_to(const Vec3<double>& start) { lines_.move_to(start); }
  HWY_NOINLINE void sum_along_row(Rays& rays, std::size_t source) {
    if constexpr (kHasPhaseRows) {
      const auto exact = [this](const Vec3<Wide>& hkl) { return exact_squared(hkl); };
      if (nearest_.is_constant()) {
        fixed_.sum_lattice(rays, lines_, source, exact);
      } else {
        fixed_.sum_with_table(rays, lines_, source, exact);
      }
    } else if constexpr (kHasRows) {
      const RowIndices::Block all = lines_.block(0, lines_.orientations(), source);
      for (Ray& ray : rays) {
        if (ray.wanted.none()) continue;
        ray.sum = interpolated([&](std::size_t i) { return all.indices(read_again(ray), i); },
                               ray.wanted);
      }
    }
  }
  std::size_t fallbacks() const { return tricubic_.fallbacks(); }

 private:
  HWY_INLINE Wide at(const Vec3<Wide>& scattering, const Wide::Mask& wanted) {
    const auto index_of = [&](std::size_t i) { return indices(scattering, lattices_[i]); };
    if constexpr (kInterpolation == Interpolation::tricubic) {
      return interpolated(index_of, wanted);
    } else if constexpr (kPrecision == Precision::single) {
      if (are_inside(squared_table_, scattering)) {
        return over_lattices(index_of, [&](const Vec3<Wide>&, const Vec3<Wide>& nearest) {
          return gathered_squares(squared_table_, nearest);
        });
      }
    }
    if (nearest_.is_constant()) {
      return over_lattices(index_of, [factor = to_factor<Factor>(nearest_.constant())](
                                         const Vec3<Wide>&, const Vec3<Wide>&) { return factor; });
    }
    return over_lattices(index_of, [&](const Vec3<Wide>&, const Vec3<Wide>& nearest) {
      return to_factor<Factor>(nearest_.squared(nearest));
    });
  }
  template <class IndexOf>
  HWY_INLINE Wide interpolated(const IndexOf& index_of, const Wide::Mask& wanted) {
    return over_lattices(index_of, [&](const Vec3<Wide>& hkl, const Vec3<Wide>&) {
      return to_factor<Factor>(tricubic_.squared(hkl, wanted));
    });
  }

  static constexpr bool kSingle = kPrecision == Precision::single;
  // Rows along which phases are reduced, and those where indices alone are found as on a line.
  static constexpr bool kHasPhaseRows =
      kSingle && kHasPhases<Lattice> && kInterpolation == Interpolation::nearest;
  static constexpr bool kHasRows =
      kHasPhaseRows || (kSingle && kInterpolation == Interpolation::tricubic);
  using Factor = std::conditional_t<kSingle, Narrow, Wide>;
  HWY_INLINE static Wide from_factor(const Factor& x) {
    if constexpr (kSingle)
      return to_double<1>(x);
    else
      return x;
  }

  // Single-precision sums stay short; the blocks are added up in double precision.
  static constexpr std::size_t kBlock = 16;
  static constexpr bool kIsStaged = LatticeTerms<Lattice, Factor>::kIsStaged;

  // In single precision the quicker rounding, of halves to even numbers: which of two reflections
  // is the nearer is not known there to the last bit.
  HWY_INLINE static Vec3<Wide> nearest_to(const Vec3<Wide>& hkl) {
    if constexpr (kSingle) return {round(hkl.x), round(hkl.y), round(hkl.z)};
    return physics::nearest_integers(hkl);
  }

  // `index_of` gives hkl in an orientation, `amplitude_squared` F² at (hkl, nearest).
  template <class IndexOf, class AmplitudeSquared>
  HWY_INLINE Wide over_lattices(const IndexOf& index_of, AmplitudeSquared amplitude_squared) const {
    Wide total(0.0);
    for (std::size_t from = 0; from < lattices_.size(); from += kBlock) {
      const std::size_t to = std::min(from + kBlock, lattices_.size());
      total = total + from_factor(block(index_of, from, to, amplitude_squared));
    }
    return total * terms_.scale();
  }

  template <class IndexOf, class AmplitudeSquared>
  HWY_INLINE Factor block(const IndexOf& index_of, std::size_t from, std::size_t to,
                          AmplitudeSquared& amplitude_squared) const {
    Factor sum(0.0);
    if constexpr (kIsStaged) {
      alignas(64) double radii[kBlock][Wide::lanes()];
      alignas(64) float amplitudes[kBlock][Narrow::lanes()];
      for (std::size_t i = from; i < to; ++i) {
        const Vec3<Wide> hkl = index_of(i);
        const Vec3<Wide> nearest = nearest_to(hkl);
        terms_.squared_radius(hkl - nearest).store(radii[i - from]);
        amplitude_squared(hkl, nearest).store(amplitudes[i - from]);
      }
      typename LatticeTerms<Lattice, Factor>::Reduced reduced[kBlock];
      for (std::size_t i = 0; i < to - from; ++i) {
        reduced[i] = terms_.reduced(Wide::load(radii[i]));
      }
      for (std::size_t i = 0; i < to - from; ++i) {
        sum = sum + terms_.squared(reduced[i]) * Narrow::load(amplitudes[i]);
      }
    } else {
      for (std::size_t i = from; i < to; ++i) {
        const Vec3<Wide> hkl = index_of(i);
        const Vec3<Wide> nearest = nearest_to(hkl);
        if constexpr (kInterpolation == Interpolation::tricubic) {
          // Of every point, as it counts those that are left to the default.
          const Factor amplitude = amplitude_squared(hkl, nearest);
          sum = sum + terms_.at(hkl - nearest, [&] { return amplitude; });
        } else {
          sum = sum + terms_.at(hkl - nearest, [&] { return amplitude_squared(hkl, nearest); });
        }
      }
    }
    return sum;
  }

  HWY_INLINE static Vec3<Wide> indices(const Vec3<Wide>& q, const Axes<double>& axes) {
    const auto along = [&](const Vec3<double>& axis) {
      return axis.x * q.x + axis.y * q.y + axis.z * q.z;
    };
    return {along(axes.a), along(axes.b), along(axes.c)};
  }
  HWY_NOINLINE Factor exact_squared(const Vec3<Wide>& hkl) const {
    return terms_.squared(hkl - nearest_to(hkl));
  }

  const std::vector<Axes<double>>& lattices_;
  LatticeTerms<Lattice, Factor> terms_;
  const SquaredTable& squared_table_;
  AmplitudeCache nearest_;
  TricubicAmplitude tricubic_;
  bool are_lines_;
  RowIndices lines_;
  FixedLatticeSum<kVectors> fixed_;
  double scale_ = 1.0;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
