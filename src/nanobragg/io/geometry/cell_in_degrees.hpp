// Unit cells as files have them: Å and degrees.
#pragma once

#include "nanobragg/base/constants.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

inline CellParameters<double> cell_in_degrees(double a, double b, double c, double alpha,
                                              double beta, double gamma) {
  constexpr double rad = 1.0 / constants::kDegreesPerRadian;
  return {a, b, c, alpha * rad, beta * rad, gamma * rad};
}

}  // namespace nanobragg::io
