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

// When the distance along the normal is compared with that along the beam: with the swing by 2θ,
// or, as the reference does, without it.
enum class RatioOfDistances : std::uint8_t { with_swing, without_swing };

// Lengths in m, angles in radians, directions as unit vectors before any tilt. (f, s) are
// coordinates on the detector along its fast and slow axis, from the corner of the first pixel.
template <class T>
struct DetectorPlacement {
  Vec3<T> beam;
  Vec3<T> fast, slow, normal;
  Vec3<T> twotheta_axis;
  T close_f, close_s;  // the point nearest to the sample, used by Pivot::sample
  T beam_f, beam_s;    // where the beam hits, used by Pivot::beam
  // Along the beam; of Pivot::sample before the swing. Ignored where close_distance is given.
  T distance;
  std::optional<T> close_distance;  // along the normal
  Vec3<T> tilt;                     // about the laboratory's x, then y, then z
  T twotheta;                       // swing about twotheta_axis, after the tilt
  Pivot pivot;
  std::optional<Vec3<T>> corner;  // where given, the corner of the first pixel after all rotation
  RatioOfDistances ratio = RatioOfDistances::with_swing;
};

// What the placement went through on its way, for showing.
template <class T>
struct PlacementStages {
  T ratio;           // of the distance along the normal to that along the beam, before the swing
  T close_distance;  // as asked for, along the normal
  T distance;        // the same along the beam
  Vec3<T> tilted_fast, tilted_slow, tilted_normal;  // before the swing

  // The corner's terms along fast, along slow, and along the normal (Pivot::sample, before any
  // rotation) or the beam (Pivot::beam); all zero where the corner was given.
  Vec3<T> along_fast, along_slow, along_third;
  Vec3<T> corner;         // their sum
  Vec3<T> tilted_corner;  // Pivot::sample alone: after the tilt
};

// The same, after rotation, with all derived numbers.
template <class T>
struct PlacedDetector {
  Vec3<T> corner;  // of the first pixel
  Vec3<T> fast, slow, normal;
  T close_f, close_s, close_distance;
  T beam_f, beam_s, distance;
  PlacementStages<T> stages;
};

template <class T>
PlacedDetector<T> place(const DetectorPlacement<T>& in) {
  using std::abs;
  const auto tilt = [&](const Vec3<T>& v) { return rotate_xyz(v, in.tilt); };
  const auto swing = [&](const Vec3<T>& v) {
    return rotate_about(v, in.twotheta_axis, in.twotheta);
  };

  PlacedDetector<T> out{};
  PlacementStages<T>& stages = out.stages;
  stages.tilted_fast = tilt(in.fast);
  stages.tilted_slow = tilt(in.slow);
  stages.tilted_normal = tilt(in.normal);
  out.fast = swing(stages.tilted_fast);
  out.slow = swing(stages.tilted_slow);
  out.normal = swing(stages.tilted_normal);

  // A detector parallel to the beam would have no distance along it.
  const auto ratio_of = [&](const Vec3<T>& normal) {
    const T ratio = dot(in.beam, normal);
    return ratio == T(0) ? T(std::numeric_limits<double>::min()) : ratio;
  };
  stages.ratio = ratio_of(stages.tilted_normal);
  const T ratio = in.ratio == RatioOfDistances::with_swing ? ratio_of(out.normal) : stages.ratio;
  stages.close_distance =
      in.close_distance ? *in.close_distance : T(abs(stages.ratio * in.distance));
  // A pivot at the sample leaves the closest distance alone, one at the beam that along the beam.
  const bool swings_away = in.close_distance && in.pivot == Pivot::beam;
  stages.distance = stages.close_distance / (swings_away ? ratio : stages.ratio);

  if (in.corner) {
    out.corner = stages.corner = *in.corner;
  } else if (in.pivot == Pivot::sample) {
    stages.along_fast = -in.close_f * in.fast;
    stages.along_slow = -in.close_s * in.slow;
    stages.along_third = stages.close_distance * in.normal;
    stages.corner = stages.along_fast + stages.along_slow + stages.along_third;
    stages.tilted_corner = tilt(stages.corner);
    out.corner = swing(stages.tilted_corner);
  } else {
    stages.along_fast = -in.beam_f * out.fast;
    stages.along_slow = -in.beam_s * out.slow;
    stages.along_third = stages.distance * in.beam;
    out.corner = stages.corner = stages.along_fast + stages.along_slow + stages.along_third;
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
