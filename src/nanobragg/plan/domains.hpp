// The orientations of mosaic domains.
#pragma once

#include <type_traits>
#include <vector>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/plan/stepped_range.hpp"
#include "nanobragg/random/rotation_cap.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::plan {

// One turn a domain, to be scaled by the mosaic spread; a single one has an angle of 0.
std::vector<UnitTurn> mosaic_turns(const Mosaicity& mosaicity);

// A product of turn and spread is rounded to single precision by the reference, in double
// precision alone.
enum class AngleRounding : std::uint8_t { none, to_single };

// By what the cells of the domains are longer than their mean, one number a domain.
std::vector<double> cell_stretches(const CrystalValues& crystal);

// What each domain does to the axes of the crystal: the rotations of those turns for a mosaic
// spread (rad), and its cell's length.
template <class T>
std::vector<Mat3<T>> mosaic_domains(const CrystalValues& crystal, const T& spread,
                                    AngleRounding rounding) {
  const std::vector<double> stretches = cell_stretches(crystal);
  std::vector<Mat3<T>> domains;
  for (const UnitTurn& turn : mosaic_turns(crystal.mosaicity)) {
    const double angle = turn.angle;
    T turned = spread * angle;
    if constexpr (std::is_same_v<T, double>) {
      if (rounding == AngleRounding::to_single) turned = static_cast<float>(spread) * turn.angle;
    }
    domains.push_back(rotation_matrix(turn.axis, turned));
    const double stretch = stretches[domains.size() - 1];
    if (stretch == 1.0) continue;
    for (Vec3<T>& row : domains.back().row) row = stretch * row;
  }
  return domains;
}

// The streams that the reference has drawn from once it has these domains, for one that goes on
// with their table (stream_of).
std::vector<EarlierStream> streams_drawn(const Mosaicity& mosaicity);

}  // namespace nanobragg::plan
