// How the numbers of a spot change with what they follow from.
#pragma once

#include <array>
#include <cstddef>

#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/physics/gaussian_spot.hpp"

namespace nanobragg::kernel::analytic {

// What the numbers of a spot follow from: a*, b*, c* at its angle, the deviations of its smearing,
// and the wavelength of its line in m.
template <class T>
struct SpotInputs {
  Axes<T> reciprocal;
  std::array<T, 3> size;
  TurnSpreads<T> turns;  // where they differ between axes
  T mosaic{}, cell{}, energy{}, horizontal{}, vertical{}, wavelength_m{};
};
template <class F, class... Inputs>
void for_each_spot_input(F&& f, Inputs&... in) {
  const auto vector = [&](auto&... v) { f(v.x...), f(v.y...), f(v.z...); };
  vector(in.reciprocal.a...), vector(in.reciprocal.b...), vector(in.reciprocal.c...);
  f(in.size[0]...), f(in.size[1]...), f(in.size[2]...);
  for (std::size_t i = 0; i < 3; ++i) f(in.turns.widths[i]...), f(in.turns.correlations[i]...);
  f(in.mosaic...), f(in.cell...), f(in.energy...), f(in.horizontal...), f(in.vertical...),
      f(in.wavelength_m...);
}
inline constexpr std::size_t kSpotInputs = 9 + 3 + 6 + 6;

template <class F, class T>
void for_each_spot_number(F&& f, physics::SpotNumbers<T>& n) {
  f(n.point.x), f(n.point.y), f(n.point.z);
  for (physics::Symmetric3<T>* m : {&n.precision, &n.straight}) {
    f(m->xx), f(m->yy), f(m->zz), f(m->xy), f(m->xz), f(m->yz);
  }
  f(n.twist), f(n.spectral_share), f(n.height);
}
inline constexpr std::size_t kSpotNumbers = 3 + 6 + 6 + 3;

// Row i: derivatives of number i by the inputs.
using SpotTangents = std::array<std::array<double, kSpotInputs>, kSpotNumbers>;

// `at`: the inputs of the spot of a reflection; the axes of the smearing are those of the beam.
SpotTangents spot_tangents(const MillerIndex& index, const SpotInputs<double>& at,
                           const physics::Smearing<double>& smearing);

}  // namespace nanobragg::kernel::analytic
