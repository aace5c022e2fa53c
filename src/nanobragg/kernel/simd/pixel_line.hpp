// Pixels on the line of their row, before a detector is curved. To be included only by files that
// are compiled for one instruction set each.
#pragma once

#include "nanobragg/kernel/simd/ray.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

HWY_INLINE PixelLine pixel_line(const Vec3<double>& start, const Vec3<double>& pixel) {
  const Vec3<double> direction = unit(pixel);
  const double along = dot(start, direction);
  const Vec3<double> across = start - along * direction;
  return {start, pixel, length(pixel), along, dot(across, across)};
}

// Where the pixels of these numbers stand, in m from the sample.
HWY_INLINE Vec3<Wide> position_on(const PixelLine& line, const Wide& number) {
  return wide(line.start) + number * wide(line.pixel);
}
// position_on() · v
HWY_INLINE Wide product_on(const PixelLine& line, const Wide& number, const Vec3<double>& v) {
  return number * dot(line.pixel, v) + dot(line.start, v);
}
// |position_on()|², by the legs from the sample to the nearest point of the line, and along it.
HWY_INLINE Wide squared_distance_on(const PixelLine& line, const Wide& number) {
  const Wide along = number * line.pixel_size + line.along;
  return along * along + line.squared_across;
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
