// Lattice transforms with their derivatives in the narrow numbers of a gradient.
#pragma once

#include <type_traits>

#include "nanobragg/kernel/adjoint/vectors.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::kernel {

// weight·F_lattice² and then its derivatives: computed in wide numbers, and rounded.
template <class Lattice, class A, class = void>
class NarrowLattice {
 public:
  using T = typename A::Narrow;
  using Wide = typename A::Wide;
  using Argument = Vec3<Wide>;
  struct Intensity {
    T squared, value;  // F_lattice², weight·F_lattice²
    T weighted;        // weight·F_lattice
    physics::LatticeSlopes<T> amplitude;
  };

  explicit NarrowLattice(const physics::LatticeSize<double>& size) : size_(size) {}

  static physics::SlopeUnits units() { return {}; }
  static Argument argument(const Vec3<Wide>& offset) { return offset; }
  Intensity intensity(const Argument& offset, const T& weight) const {
    const auto wide = Lattice::slopes(offset, size_);
    const T value = A::narrow(wide.value);
    const T weighted = weight * value;
    return {value * value,
            weighted * value,
            weighted,
            {value, narrowed<A>(wide.by_offset), narrowed<A>(wide.by_cells),
             A::narrow(wide.by_fudge), narrowed<A>(wide.by_radius)}};
  }
  static void find_slopes(const Intensity& intensity, physics::IntensitySlopes<T>& to) {
    const T twice = T(2) * intensity.weighted;
    to.by_offset = twice * intensity.amplitude.by_offset;
    to.by_cells = twice * intensity.amplitude.by_cells;
    to.by_fudge = twice * intensity.amplitude.by_fudge;
    to.by_radius = twice * intensity.amplitude.by_radius;
  }

 private:
  const physics::LatticeSize<double> size_;
};

// Where the shape has phases, they alone are computed in wide numbers.
template <class Lattice, class A>
class NarrowLattice<Lattice, A, std::void_t<typename Lattice::SinglePrecision>> {
 public:
  using T = typename A::Narrow;
  using Argument = typename Lattice::template Phases<T>;
  using Intensity = typename Lattice::template Intensity<T>;

  explicit NarrowLattice(const physics::LatticeSize<double>& size)
      : size_(Lattice::at_least_one_cell(size)), axes_(size) {}

  physics::SlopeUnits units() const { return axes_.units(); }
  Argument argument(const Vec3<typename A::Wide>& offset) const {
    const auto phases = Lattice::phases(offset, size_);
    return {narrowed<A>(phases.reduced), narrowed<A>(phases.offset)};
  }
  Intensity intensity(const Argument& phases, const T& weight) const {
    return Lattice::intensity(phases, weight, axes_);
  }
  void find_slopes(const Intensity& intensity, physics::IntensitySlopes<T>& to) const {
    Lattice::find_slopes(intensity, axes_, to);
  }

 private:
  using Sine = std::conditional_t<A::kIsMixed, typename Lattice::SinglePrecision,
                                  typename Lattice::DoublePrecision>;
  const physics::LatticeSize<double> size_;
  const typename Lattice::template AxesOfCells<Sine, typename A::Scalar> axes_;
};

}  // namespace nanobragg::kernel
