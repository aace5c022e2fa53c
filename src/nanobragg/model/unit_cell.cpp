// Which unit cells are possible.
#include "nanobragg/model/unit_cell.hpp"

#include <fmt/format.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg {

void check(const CellParameters<double>& cell) {
  const auto describe = [&] {
    constexpr double deg = constants::kDegreesPerRadian;
    return fmt::format("unit cell {:g} {:g} {:g} Å, {:g} {:g} {:g}°", cell.a, cell.b, cell.c,
                       cell.alpha * deg, cell.beta * deg, cell.gamma * deg);
  };
  for (const double edge : {cell.a, cell.b, cell.c}) {
    if (!(edge > 0.0)) {
      throw Error("impossible unit cell (an edge is not a positive length)", describe());
    }
    if (edge < limits::kShortestEdge_A || !(edge <= limits::kLongestEdge_A)) {
      throw Error(
          fmt::format("impossible unit cell (an edge of {:.3g} Å: edges have {:g} to {:g} Å)", edge,
                      limits::kShortestEdge_A, limits::kLongestEdge_A),
          describe());
    }
  }
  for (const double angle : {cell.alpha, cell.beta, cell.gamma}) {
    if (!(angle > 0.0 && angle < constants::kPi)) {
      throw Error("impossible unit cell (an angle is not between 0 and 180°)", describe());
    }
  }
  const bool closes = cell.alpha < cell.beta + cell.gamma && cell.beta < cell.gamma + cell.alpha &&
                      cell.gamma < cell.alpha + cell.beta &&
                      cell.alpha + cell.beta + cell.gamma < 2.0 * constants::kPi;
  if (!closes) {
    throw Error("impossible unit cell (these angles enclose no volume)", describe(),
                "each angle must be smaller than the sum of the other two, all three below 360°");
  }
  // Angles that all but lie in a plane, of which rounding would make anything.
  constexpr double kFlat = 1e-9;
  const double v = volume(cell);
  if (!(v > kFlat * cell.a * cell.b * cell.c)) {
    throw Error(fmt::format("impossible unit cell (its volume is {:g} Å³)", v), describe());
  }
}

}  // namespace nanobragg
