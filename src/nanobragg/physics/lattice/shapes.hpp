// Finds the formula of a crystal shape; the list of shapes is in model/crystal_shape.hpp.
#pragma once

#include "nanobragg/model/crystal_shape.hpp"
#include "nanobragg/physics/lattice/gauss.hpp"
#include "nanobragg/physics/lattice/gauss_cells.hpp"
#include "nanobragg/physics/lattice/round.hpp"
#include "nanobragg/physics/lattice/square.hpp"
#include "nanobragg/physics/lattice/tophat.hpp"
#include "nanobragg/physics/lattice/tophat_cells.hpp"

namespace nanobragg::physics {

// Calls f with an object of the shape's type, so that f can be compiled once for each shape.
template <class F>
constexpr auto with_lattice(CrystalShape shape, F&& f) {
  switch (shape) {
#define NANOBRAGG_ROW(name, Type, flags, help) \
  case CrystalShape::name:                     \
    return f(Type{});
    NANOBRAGG_CRYSTAL_SHAPES(NANOBRAGG_ROW)
#undef NANOBRAGG_ROW
  }
  __builtin_unreachable();
}

// A distance (Å⁻¹) from a reciprocal lattice point beyond which |amplitude| ≤ smallest, 0 where it
// is nowhere more. At most that to the farthest point that is still nearest to it, which is what a
// shape without a bound of its own (`spot_radius`) gets.
constexpr double spot_radius(CrystalShape shape, double smallest,
                             const LatticeSize<double>& crystal) {
  const auto& [a, b, c] = crystal.reciprocal;
  const double whole = 0.5 * (length(a) + length(b) + length(c));
  return with_lattice(shape, [&](auto lattice) {
    if constexpr (requires { decltype(lattice)::spot_radius(smallest, crystal); }) {
      const double own = decltype(lattice)::spot_radius(smallest, crystal);
      return own < whole ? own : whole;
    } else {
      return whole;
    }
  });
}

}  // namespace nanobragg::physics
