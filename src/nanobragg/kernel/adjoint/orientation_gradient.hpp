// The sum over spindle steps and mosaic domains for one scattering vector, differentiated: the
// inner loop of every gradient.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "nanobragg/kernel/adjoint/arithmetic.hpp"
#include "nanobragg/kernel/adjoint/narrow_lattice.hpp"
#include "nanobragg/kernel/adjoint/orientation_indices.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"

namespace nanobragg::kernel {

// In place of what a shape does not use.
struct Unused {};

// Σ F_cell²·F_lattice² with its derivatives, those by cells and of movement in the shape's units;
// lengths in Å.
template <class Lattice, class T>
struct OrientationSums {
  T sum;
  Vec3<T> cells;
  std::conditional_t<Lattice::kUsesFudge, T, Unused> fudge;
  std::conditional_t<Lattice::kUsesReciprocal, Axes<T>, Unused> reciprocal;
  Movement<T> by;
};

// The scattering vector (Å⁻¹), and how much a unit of the sum makes of the photons.
template <class A>
struct OrientationInput {
  Vec3<typename A::Wide> q;
  typename A::Wide seed;
};

// Narrow sums stay short: the orientations that are taken at once.
inline constexpr std::size_t kOrientationBlock = 16;

// Turns is DomainTurns or SpindleTurns; Cell is how |F|² is found: squared(hkl, nearest) gives
// `value` and, where it is interpolated, `by_hkl`; collect(…) takes the photons for one unit of the
// |F|² that was found last, where somebody wants them.
//
// Instructions follow each other as the processor can overlap them: it looks ahead by about half of
// what one orientation has. The reflection of the next orientation is found while this one is
// differentiated, and what moves with the lattice is added up at the end.
template <class Lattice, class A, class Turns, class Cell>
class OrientationSum {
 public:
  using Wide = typename A::Wide;
  using T = typename A::Narrow;
  using Shape = NarrowLattice<Lattice, A>;

  OrientationSum(const GradientConstants& in, const Shape& shape, Cell& cell,
                 const OrientationInput<A>& input)
      : shape_(shape), cell_(cell), seed_(input.seed), turns_(in, input.q) {}

  // At least one orientation, at most kOrientationBlock.
  OrientationSums<Lattice, T> over(std::span<const std::uint32_t> orientations) {
    Slots<Nearest, kOrientationBlock> nearest;
    Slots<typename Turns::Slopes, kOrientationBlock> slopes;
    Indices next = find(orientations[0], nearest[0]);
    nearest[0].cell = cell_.squared(next.hkl, next.nearest);
    for (std::size_t i = 0; i < orientations.size(); ++i) {
      const bool is_last = i + 1 == orientations.size();
      const Indices here = next;
      if (!is_last) next = find(orientations[i + 1], nearest[i + 1]);
      const Intensity intensity = shape_.intensity(nearest[i].argument, nearest[i].cell.value);
      if constexpr (Cell::kCollects) cell_.collect(seed_ * A::widen(intensity.squared));
      if (!is_last) nearest[i + 1].cell = cell_.squared(next.hkl, next.nearest);
      add(nearest[i], intensity, slopes[i]);
      Turns::keep(here.hkl, slopes[i]);
    }
    return {sum_,
            {cells_.a, cells_.b, cells_.c},
            fudge_,
            reciprocal_,
            turns_.movement(orientations, slopes.data())};
  }

 private:
  using Intensity = typename Shape::Intensity;
  struct Indices {
    Vec3<Wide> hkl, nearest;
  };
  // Of the reflection that is the nearest in an orientation.
  struct Nearest {
    typename Shape::Argument argument;
    typename Cell::Squared cell;
  };

  Indices find(std::uint32_t orientation, Nearest& to) const {
    const Vec3<Wide> hkl = turns_.indices(orientation);
    const Vec3<Wide> nearest = nearest_to(hkl);
    to.argument = shape_.argument(hkl - nearest);
    return {hkl, nearest};
  }
  // In single precision the quicker rounding, as kernel/simd/lattice_sum.hpp.
  static Vec3<Wide> nearest_to(const Vec3<Wide>& hkl) {
    if constexpr (A::kIsMixed) {
      return {round(hkl.x), round(hkl.y), round(hkl.z)};
    } else {
      return physics::nearest_integers(hkl);
    }
  }
  // Number by number: compilers take only such structures apart into registers.
  void add(const Nearest& nearest, const Intensity& intensity, typename Turns::Slopes& to) {
    physics::IntensitySlopes<T> slopes;
    shape_.find_slopes(intensity, slopes);
    sum_ = sum_ + intensity.value;
    cells_.a = cells_.a + slopes.by_cells.x;
    cells_.b = cells_.b + slopes.by_cells.y;
    cells_.c = cells_.c + slopes.by_cells.z;
    if constexpr (Lattice::kUsesFudge) fudge_ = fudge_ + slopes.by_fudge;
    if constexpr (Lattice::kUsesReciprocal) {
      add_outer(reciprocal_, narrowed<A>(nearest.argument), slopes.by_radius);
    }
    to.by_h = slopes.by_offset.x;
    to.by_k = slopes.by_offset.y;
    to.by_l = slopes.by_offset.z;
    if constexpr (Cell::kHasSlopes) {
      const T squared = T(1.0 / shape_.units().by_offset) * intensity.squared;
      to.by_h = to.by_h + squared * nearest.cell.by_hkl.x;
      to.by_k = to.by_k + squared * nearest.cell.by_hkl.y;
      to.by_l = to.by_l + squared * nearest.cell.by_hkl.z;
    }
  }

  const Shape& shape_;
  Cell& cell_;
  const Wide seed_;
  const Turns turns_;
  T sum_{0};
  struct {
    T a{0}, b{0}, c{0};
  } cells_;
  decltype(OrientationSums<Lattice, T>::fudge) fudge_{};
  decltype(OrientationSums<Lattice, T>::reciprocal) reciprocal_{};
};

template <class Turns, class Lattice, class A, class Cell>
NANOBRAGG_WHOLE OrientationSums<Lattice, typename A::Narrow> over_orientations(
    const GradientConstants& in, const NarrowLattice<Lattice, A>& shape, Cell& cell,
    const OrientationInput<A>& input, std::span<const std::uint32_t> orientations) {
  return OrientationSum<Lattice, A, Turns, Cell>(in, shape, cell, input).over(orientations);
}

}  // namespace nanobragg::kernel
