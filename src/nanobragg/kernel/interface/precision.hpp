// The arithmetic in which a kernel computes a pixel.
#pragma once

#include <cstdint>

namespace nanobragg::kernel {

// The experiment itself (geometry, lattices, sources) is always resolved in double precision. With
// float32 the scalar kernel rounds each of its numbers once, and all that follows is single
// precision; the SIMD kernel keeps indices double and is accurate to 5e-6 (simd_kernel.hpp).
enum class Precision : std::uint8_t { float64, float32 };

// The value as a number of that precision holds it.
double rounded_to(Precision precision, double value);

}  // namespace nanobragg::kernel
