// Where a flat detector stands, from the numbers a beamline gives: distance, beam centre, tilts.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg {

// The point that tilting the detector leaves where it is: where the beam hits, or the sample.
enum class Pivot : std::uint8_t { beam, sample };

// Lengths in m, angles in radians, directions as unit vectors before any tilt. (f, s) are
// coordinates on the detector along its fast and slow axis, from the corner of the first pixel.
template <class T>
struct DetectorPlacement {
  Vec3<T> beam;
  Vec3<T> fast, slow, normal;
  Vec3<T> twotheta_axis;
  T close_f, close_s;               // the point nearest to the sample, used by Pivot::sample
  T beam_f, beam_s;                 // where the beam hits, used by Pivot::beam
  T distance;                       // along the beam; ignored where close_distance is given
  std::optional<T> close_distance;  // along the normal
  Vec3<T> tilt;                     // about the laboratory's x, then y, then z
  T twotheta;                       // swing about twotheta_axis, after the tilt
  Pivot pivot;
  std::optional<Vec3<T>> corner;  // where given, the corner of the first pixel after all rotation
};

// The same, after rotation, with all derived numbers.
template <class T>
struct PlacedDetector {
  Vec3<T> corner;  // of the first pixel
  Vec3<T> fast, slow, normal;
  T close_f, close_s, close_distance;
  T beam_f, beam_s, distance;
};

template <class T>
PlacedDetector<T> place(const DetectorPlacement<T>& in) {
  using std::abs;
  const auto tilt = [&](const Vec3<T>& v) { return rotate_xyz(v, in.tilt); };
  const auto swing = [&](const Vec3<T>& v) {
    return rotate_about(tilt(v), in.twotheta_axis, in.twotheta);
  };

  // A detector parallel to the beam would have no distance along it.
  T ratio = dot(in.beam, tilt(in.normal));
  if (ratio == T(0)) ratio = T(std::numeric_limits<double>::min());
  const T close_distance = in.close_distance ? *in.close_distance : T(abs(ratio * in.distance));

  PlacedDetector<T> out;
  out.fast = swing(in.fast);
  out.slow = swing(in.slow);
  out.normal = swing(in.normal);
  if (in.corner) {
    out.corner = *in.corner;
  } else if (in.pivot == Pivot::sample) {
    out.corner = swing(-in.close_f * in.fast - in.close_s * in.slow + close_distance * in.normal);
  } else {
    out.corner = -in.beam_f * out.fast - in.beam_s * out.slow + (close_distance / ratio) * in.beam;
  }

  out.close_f = -dot(out.corner, out.fast);
  out.close_s = -dot(out.corner, out.slow);
  out.close_distance = dot(out.corner, out.normal);
  out.distance = out.close_distance / ratio;
  const Vec3<T> from_corner = out.distance * in.beam - out.corner;
  out.beam_f = dot(out.fast, from_corner);
  out.beam_s = dot(out.slow, from_corner);
  return out;
}

}  // namespace nanobragg
