// Points of reciprocal space on vectors. To be included only by files that are compiled for one
// instruction set each.
#pragma once

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/kernel/simd/pack.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// Two registers of doubles a pack, so that single precision fills one and double precision has two
// chains of operations under way.
using Wide = Pack<double, 2>;
using Narrow = Pack<float, 1>;

// One point a lane.
struct Step {
  Vec3<Wide> scattering;  // m⁻¹
  Wide::Mask wanted;      // lanes that count
  Wide sum{};             // over the orientations, electrons²
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
