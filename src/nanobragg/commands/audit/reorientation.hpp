// The lattices of all spindle steps and mosaic domains of a plan, made anew.
#pragma once

#include <array>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/plan/orientations.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

// From what the plan says of lattice, spindle and domains.
inline void reorient(plan::SamplingPlan& plan) {
  plan::CrystalSamples& c = plan.crystal;
  c.lattices = plan::orientations<double>(plan::in_metres(c.lattice.direct),
                                          c.continuous.spindle_axis, c.phi_rad, c.domains);
}

// The same by turn(vector, spindle angle, mosaic rotation) of these axes, m.
template <class Turn>
void set_lattices(plan::CrystalSamples& c, const Axes<double>& at_zero, Turn turn) {
  c.lattices.clear();
  for (const double phi : c.phi_rad) {
    for (const Mat3<double>& domain : c.domains) {
      c.lattices.push_back(
          transform(at_zero, [&](const Vec3<double>& v) { return turn(v, phi, domain); }));
    }
  }
}

inline void set_lattice(plan::SamplingPlan& plan, const Lattice<double>& lattice) {
  plan.crystal.lattice = lattice;
  reorient(plan);
}

// Rotations about the axes of the laboratory, the first of the order first.
inline Vec3<double> in_order(Vec3<double> v, const Vec3<double>& angles,
                             const std::array<char, 3>& order) {
  for (const char axis : order) {
    v = rotate_xyz(v, {axis == 'x' ? angles.x : 0.0, axis == 'y' ? angles.y : 0.0,
                       axis == 'z' ? angles.z : 0.0});
  }
  return v;
}

}  // namespace nanobragg::commands
