// Where reflections stand in reciprocal space.
#pragma once

#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/miller_index.hpp"

namespace nanobragg {

// h·a* + k·b* + l·c*, in the unit of the axes; its length is the inverse of the spacing d.
template <class T>
Vec3<T> reciprocal_point(const MillerIndex& index, const Axes<T>& reciprocal) {
  return T(index.h) * reciprocal.a + T(index.k) * reciprocal.b + T(index.l) * reciprocal.c;
}

}  // namespace nanobragg
