// The orientations of mosaic domains.
#pragma once

#include <type_traits>
#include <vector>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/random/rotation_cap.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::plan {

// One turn a domain, to be scaled by the mosaic spread; the first has an angle of 0.
std::vector<UnitTurn> mosaic_turns(const Mosaicity& mosaicity);

// A product of turn and spread is rounded to single precision by the reference, in double
// precision alone.
enum class AngleRounding : std::uint8_t { none, to_single };

// The rotations of those turns for a mosaic spread (rad); the first is the identity.
template <class T>
std::vector<Mat3<T>> mosaic_domains(const Mosaicity& mosaicity, const T& spread,
                                    AngleRounding rounding) {
  std::vector<Mat3<T>> rotations;
  for (const UnitTurn& turn : mosaic_turns(mosaicity)) {
    const double angle = turn.angle;
    T turned = spread * angle;
    if constexpr (std::is_same_v<T, double>) {
      if (rounding == AngleRounding::to_single) turned = static_cast<float>(spread) * turn.angle;
    }
    rotations.push_back(rotation_matrix(turn.axis, turned));
  }
  return rotations;
}

// The streams that the reference has drawn from once it has these domains, for one that goes on
// with their table (stream_of).
std::vector<EarlierStream> streams_drawn(const Mosaicity& mosaicity);

}  // namespace nanobragg::plan
