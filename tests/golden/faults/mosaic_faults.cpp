// Faults of how mosaic domains are turned.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

constexpr double kSpread = 0.5 * kPi / 180.0;

V axis_of(double r1, double r2) {
  const double radius = std::sqrt(1.0 - r2 * r2);
  return {radius * std::sin(kPi * r1), radius * std::cos(kPi * r1), r2};
}
double angle_of(double r3) {
  return static_cast<float>(kSpread) *
         std::pow(static_cast<float>(1.0 - r3 * r3), static_cast<float>(1.0 / 3.0));
}
Mat3<double> turn_by(const V& axis, double angle) { return rotation_matrix(axis, angle); }
Mat3<double> none() { return Mat3<double>::identity(); }

std::vector<Fault> first_part() {
  return {
      {"half of the mosaic angle",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(a, b), 0.5 * angle_of(c));
       })},
       {"mosaic_half", "mosaic_angle_half"}},
      {"mosaic angles in degrees",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(a, b), 180.0 / kPi * angle_of(c));
       })},
       {"mosaic_degrees_as_radians", "mosaic_angle_degrees*"}},
      {"first domain turned",
       &kTurned,
       {mosaic_by(
           [](double a, double b, double c, int) { return turn_by(axis_of(a, b), angle_of(c)); })},
       {"mosaic_first_turned"}},
      {"mosaic angles even from 0",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(a, b), kSpread * std::abs(c));
       })},
       {"mosaic_angle_uniform*"}},
      {"mosaic angles even about 0",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(a, b), kSpread * c);
       })},
       {"mosaic_angle_uniform*"}},
      {"mosaic angles without the cube root",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(a, b), kSpread * (1.0 - c * c));
       })},
       {"mosaic_angle_not_rooted*"}},
      {"mosaic angles with a square root",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(a, b), kSpread * std::sqrt(1.0 - c * c));
       })},
       {"mosaic_angle_square_root*"}},
      {"deviate from 0 to 1",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         const double u = 0.5 * (c + 1.0);
         return i == 0 ? none() : turn_by(axis_of(a, b), kSpread * std::cbrt(1.0 - u * u));
       })},
       {"mosaic_angle_of_half_range*"}},
  };
}

std::vector<Fault> second_part_first() {
  return {
      {"another mosaic seed",
       &kTurned,
       {mosaic_by([](double a, double b, double c,
                     int i) { return i == 0 ? none() : turn_by(axis_of(a, b), angle_of(c)); },
                  1)},
       {"mosaic_seed*"}},
      {"2 pi of the azimuth",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(2.0 * a, b), angle_of(c));
       })},
       {"mosaic_azimuth_doubled*"}},
      {"sine and cosine of the azimuth swapped",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         const V v = axis_of(a, b);
         return i == 0 ? none() : turn_by({v.y, v.x, v.z}, angle_of(c));
       })},
       {"mosaic_axis_*"}},
      {"deviates in another order",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(b, c), angle_of(a));
       })},
       {"mosaic_deviates*"}},
      {"mosaic axis with a polar angle that is even",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         const double polar = 0.5 * kPi * (b + 1.0);
         const V v{std::sin(polar) * std::sin(kPi * a), std::sin(polar) * std::cos(kPi * a),
                   std::cos(polar)};
         return i == 0 ? none() : turn_by(v, angle_of(c));
       })},
       {"mosaic_axis_*"}},
  };
}

std::vector<Fault> second_part_second() {
  return {
      {"mosaic deviates drawn after the first domain",
       &kTurned,
       {on_plan([](SamplingPlan& plan) {
         UniformStream stream = stream_of(12345678, {});
         plan::CrystalSamples& c = plan.crystal;
         for (std::size_t i = 1; i < c.domains.size(); ++i) {
           c.domains[i] = random_rotation(static_cast<float>(kSpread), stream);
         }
         c.lattices = plan::orientations<double>(plan::in_metres(c.lattice.direct),
                                                 c.continuous.spindle_axis, c.phi_rad, c.domains);
       })},
       {"mosaic_first_not_drawn"}},
      {"mosaic angles about x, y and z",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         const V angles{kSpread * a, kSpread * b, kSpread * c};
         Mat3<double> m{{V{rotate_xyz({1, 0, 0}, angles)}, V{rotate_xyz({0, 1, 0}, angles)},
                         V{rotate_xyz({0, 0, 1}, angles)}}};
         return i == 0 ? none() : transpose(m);
       })},
       {"mosaic_about_xyz*"}},
      {"a half width for a full one, of the mosaic spread",
       &kTurned,
       {mosaic_by([](double a, double b, double c, int i) {
         return i == 0 ? none() : turn_by(axis_of(a, b), 2.0 * angle_of(c));
       })},
       {"mosaic_double", "mosaic_angle_double"}},
  };
}

}  // namespace

std::vector<Fault> mosaic_faults() {
  return joined({first_part(), second_part_first(), second_part_second()});
}

}  // namespace nanobragg::test
