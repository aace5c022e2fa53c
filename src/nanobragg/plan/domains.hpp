// The orientations of mosaic domains.
#pragma once

#include <vector>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/random/rotation_cap.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::plan {

// One turn a domain, to be scaled by the mosaic spread; the first has an angle of 0.
std::vector<UnitTurn> mosaic_turns(const Mosaicity& mosaicity);

// A product of turn and spread is rounded to single precision by the reference.
enum class AngleRounding : std::uint8_t { none, to_single };

// The rotations of those turns; the first is the identity.
std::vector<Mat3<double>> mosaic_domains(const Mosaicity& mosaicity, AngleRounding rounding);

// The streams that the reference has drawn from once it has these domains, for one that goes on
// with their table (stream_of).
std::vector<EarlierStream> streams_drawn(const Mosaicity& mosaicity);

}  // namespace nanobragg::plan
