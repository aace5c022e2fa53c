// The orientations of mosaic domains.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "nanobragg/base/number.hpp"
#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/plan/plan_inputs.hpp"
#include "nanobragg/plan/stepped_range.hpp"
#include "nanobragg/random/rotation_cap.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::plan {

// One turn a domain, to be scaled by the mosaic spread; a single one has an angle of 0.
std::vector<UnitTurn> mosaic_turns(const Mosaicity& mosaicity);

// The random numbers that they are drawn from.
UniformStream mosaic_stream(const Mosaicity& mosaicity);

// A product of turn and spread is rounded to single precision by the reference, in double
// precision alone.
enum class AngleRounding : std::uint8_t { none, to_single };

// By what the cells of the domains are longer than their mean, one number a domain: normal
// deviates, in deviations of the spread.
std::vector<double> cell_deviates(int domains);

// Between which frame and itself the turns of a crystal's domains are.
enum class DomainFrame : std::uint8_t {
  laboratory,  // at every angle of the spindle: of turns that are alike about all axes
  crystal,     // crystal_frame(), which turns with the spindle
};
inline DomainFrame domain_frame(const Mosaicity& mosaicity) {
  return mosaicity.relative_spreads && mosaicity.domains > 1 ? DomainFrame::crystal
                                                             : DomainFrame::laboratory;
}

// What each domain does to the axes of the crystal, in its frame: the rotations of those turns for
// the mosaic spread of the inputs, and its cell's length.
template <class T>
std::vector<Mat3<T>> mosaic_domains(const CrystalValues& crystal, const CrystalInputs<T>& in,
                                    AngleRounding rounding) {
  const std::vector<double> deviates = cell_deviates(crystal.mosaicity.domains);
  const T deviation = deviation_of_full_width(in.cell_spread);
  std::vector<Mat3<T>> domains;
  for (const UnitTurn& turn : mosaic_turns(crystal.mosaicity)) {
    const double angle = turn.angle;
    T turned = in.mosaic_spread * angle;
    if constexpr (std::is_same_v<T, double>) {
      if (rounding == AngleRounding::to_single) {
        turned = static_cast<float>(in.mosaic_spread) * turn.angle;
      }
    }
    domains.push_back(rotation_matrix(turn.axis, turned));
    const T stretch = 1.0 + deviation * deviates[domains.size() - 1];
    if (vanishes(T(stretch - 1.0))) continue;
    for (Vec3<T>& row : domains.back().row) row = stretch * row;
  }
  return domains;
}

// The streams that the reference has drawn from once it has these domains, for one that goes on
// with their table (stream_of).
std::vector<EarlierStream> streams_drawn(const Mosaicity& mosaicity);

}  // namespace nanobragg::plan
