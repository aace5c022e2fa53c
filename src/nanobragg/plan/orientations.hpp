// The crystal at every spindle angle, in every mosaic domain.
#pragma once

#include <span>
#include <vector>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/spindle.hpp"
#include "nanobragg/plan/domains.hpp"
#include "nanobragg/plan/plan_inputs.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::plan {

// Axes in Å, in m.
template <class T>
Axes<T> in_metres(const Axes<T>& axes) {
  return transform(axes, [](const auto& v) { return 1e-10 * v; });
}

// Step i, domain j at i·domains.size() + j: turned about the spindle, then as the domain is.
template <class T>
std::vector<Axes<T>> orientations(const Axes<T>& at_zero, const Vec3<double>& spindle_axis,
                                  std::span<const T> phi_rad, std::span<const Mat3<T>> domains) {
  std::vector<Axes<T>> all;
  all.reserve(phi_rad.size() * domains.size());
  for (const T& phi : phi_rad) {
    // At exactly 0 the axes are left alone, so that they keep every bit.
    const auto turned = vanishes(phi) ? at_zero : transform(at_zero, [&](const auto& v) {
      return rotate_about(v, vec3_as<T>(spindle_axis), phi);
    });
    for (const Mat3<T>& domain : domains) {
      all.push_back(domains.size() == 1 ? turned : transform(turned, [&](const auto& v) {
        return domain * v;
      }));
    }
  }
  return all;
}

// M in a frame of three orthonormal axes.
template <class T>
Mat3<T> in_frame(const Mat3<T>& m, const Axes<T>& frame) {
  const Mat3<T> to_frame{{frame.a, frame.b, frame.c}};
  return transpose(to_frame) * (m * to_frame);
}

// The same order where the domains are in the crystal's own frame: turned as each domain is, then
// about the spindle.
template <class T>
std::vector<Axes<T>> orientations_in_crystal(const CrystalInputs<T>& in,
                                             const Vec3<double>& spindle_axis,
                                             std::span<const T> phi_rad,
                                             std::span<const Mat3<T>> domains) {
  std::vector<Axes<T>> at_zero;
  for (const Mat3<T>& domain : domains) {
    const Mat3<T> turn = in_frame(domain, crystal_frame(in.reciprocal));
    at_zero.push_back(transform(in.axes, [&](const auto& v) { return turn * v; }));
  }
  std::vector<Axes<T>> all;
  all.reserve(phi_rad.size() * domains.size());
  for (const T& phi : phi_rad) {
    for (const Axes<T>& axes : at_zero) {
      all.push_back(vanishes(phi) ? axes : transform(axes, [&](const auto& v) {
        return rotate_about(v, vec3_as<T>(spindle_axis), phi);
      }));
    }
  }
  return all;
}

// The spindle's angle of each step, rad.
template <class T>
std::vector<T> spindle_angles(const Spindle& spindle, const CrystalInputs<T>& in) {
  std::vector<T> angles;
  const int steps = phi_steps(spindle.oscillation).count;
  const double first = first_sample(spindle.place);
  for (int i = 0; i < steps; ++i) angles.push_back(in.phi_start + in.phi_step * (i + first));
  return angles;
}

// The crystal's axes (m) in all of its orientations.
template <class T>
std::vector<Axes<T>> lattices_of(const Spindle& spindle, const CrystalInputs<T>& in,
                                 std::span<const Mat3<T>> domains, DomainFrame frame) {
  const std::vector<T> angles = spindle_angles(spindle, in);
  if (frame == DomainFrame::crystal) {
    return orientations_in_crystal<T>(in, spindle.axis, angles, domains);
  }
  return orientations<T>(in.axes, spindle.axis, angles, domains);
}

}  // namespace nanobragg::plan
