// Numbers and pixels on vectors. To be included only by files that are compiled for one
// instruction set each.
#pragma once

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/kernel/simd/pack.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// Two registers of doubles a pack, so that single precision fills one and double precision has two
// chains of operations under way.
using Wide = Pack<double, 2>;
using Narrow = Pack<float, 1>;

HWY_INLINE Vec3<Wide> wide(const Vec3<double>& v) { return {Wide(v.x), Wide(v.y), Wide(v.z)}; }

// 1/√x of normal floats: that of single precision, and one step of third order towards the double
// (Householder). Within 3e-16; the processor's root and division of doubles take thrice the time.
HWY_INLINE Wide inverse_sqrt(const Wide& x) {
  const Wide estimate = to_double<1>(Narrow(1.0) / sqrt(to_single<1>(x)));
  const Wide error = Wide(1.0) - x * estimate * estimate;
  return estimate + estimate * error * (Wide(0.5) + error * 0.375);
}

// To one pixel a lane.
struct Ray {
  Wide number;            // of the pixel, along its row
  Wide inverse_distance;  // m⁻¹
  Wide::Mask wanted;      // lanes that count
  Wide sum;               // over the orientations, electrons²
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
