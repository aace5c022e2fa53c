// Which unit cells are possible.
#include "nanobragg/model/unit_cell.hpp"

#include <fmt/format.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg {

void check(const CellParameters<double>& cell) {
  const auto describe = [&] {
    constexpr double deg = constants::kDegreesPerRadian;
    return fmt::format("unit cell {:g} {:g} {:g} Å, {:g} {:g} {:g}°", cell.a, cell.b, cell.c,
                       cell.alpha * deg, cell.beta * deg, cell.gamma * deg);
  };
  for (const double edge : {cell.a, cell.b, cell.c}) {
    if (!(edge > 0.0) || !std::isfinite(edge)) {
      throw Error("impossible unit cell (an edge is not a positive length)", describe());
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
  // Its square must be a number too: reciprocal lengths are products of two lengths by the volume.
  const double v = volume(cell);
  if (!(v * v > 0.0) || !std::isfinite(v * v)) {
    throw Error(fmt::format("impossible unit cell (its volume is {:g} Å³)", v), describe());
  }
}

}  // namespace nanobragg
