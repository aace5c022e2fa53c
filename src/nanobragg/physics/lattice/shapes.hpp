// Finds the formula of a crystal shape; the list of shapes is in model/crystal_shape.hpp.
#pragma once

#include "nanobragg/model/crystal_shape.hpp"
#include "nanobragg/physics/lattice/gauss.hpp"
#include "nanobragg/physics/lattice/round.hpp"
#include "nanobragg/physics/lattice/square.hpp"
#include "nanobragg/physics/lattice/tophat.hpp"

namespace nanobragg::physics {

// Calls f with an object of the shape's type, so that f can be compiled once for each shape.
template <class F>
auto with_lattice(CrystalShape shape, F&& f) {
  switch (shape) {
#define NANOBRAGG_ROW(name, Type, flags, help) \
  case CrystalShape::name:                     \
    return f(Type{});
    NANOBRAGG_CRYSTAL_SHAPES(NANOBRAGG_ROW)
#undef NANOBRAGG_ROW
  }
  __builtin_unreachable();
}

}  // namespace nanobragg::physics
