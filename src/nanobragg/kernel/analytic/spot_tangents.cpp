// Differentiates the numbers of a spot by dual numbers, exact to rounding.
#include "nanobragg/kernel/analytic/spot_tangents.hpp"

#include "nanobragg/base/dual.hpp"

namespace nanobragg::kernel::analytic {

SpotTangents spot_tangents(const MillerIndex& index, const SpotInputs<double>& at,
                           const physics::Smearing<double>& smearing) {
  using Slopes = Dual<double, kSpotInputs>;
  SpotInputs<Slopes> in;
  std::size_t next = 0;
  for_each_spot_input([&](Slopes& to, const double& from) { to = Slopes::variable(from, next++); },
                      in, at);
  const auto& [a, b, c] = in.reciprocal;
  const Vec3<Slopes> point = Slopes(index.h) * a + Slopes(index.k) * b + Slopes(index.l) * c;
  physics::SpotNumbers<Slopes> numbers = physics::spot_numbers<Slopes>(
      in.reciprocal, point, Slopes(1e-10) / in.wavelength_m,
      {.size = in.size,
       .mosaic = in.mosaic,
       .turns = smearing.turns ? std::optional(in.turns) : std::nullopt,
       .cell = in.cell,
       .energy = in.energy,
       .horizontal = in.horizontal,
       .vertical = in.vertical,
       .horizontal_axis = smearing.horizontal_axis,
       .vertical_axis = smearing.vertical_axis});
  SpotTangents rows;
  std::size_t row = 0;
  for_each_spot_number([&](const Slopes& x) { rows[row++] = x.slope; }, numbers);
  return rows;
}

}  // namespace nanobragg::kernel::analytic
