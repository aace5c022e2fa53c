// How the crystal is turned: missetting and spindle.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/reorientation.hpp"

namespace nanobragg::commands {
namespace {

using plan::SamplingPlan;
using AxesOf = Axes<double>;

void add_missets(Changes& changes, const Scene& scene) {
  const CrystalValues crystal = *scene.job.experiment.crystal;
  const Vector misset = crystal.misset_rad;
  if (misset == Vector{}) return;
  const AxesOf before =
      crystal.reciprocal_axes ? *crystal.reciprocal_axes : standard_reciprocal_axes(*crystal.cell);
  const auto add = [&](const std::string& name, const std::string& does, auto turn) {
    const AxesOf after = transform(before, turn);
    changes.plan(name, does, [lattice = make_lattice(after, crystal.cell)](SamplingPlan& plan) {
      set_lattice(plan, lattice);
    });
  };
  for (const std::array<char, 3>& order :
       {std::array{'x', 'z', 'y'}, std::array{'y', 'x', 'z'}, std::array{'y', 'z', 'x'},
        std::array{'z', 'x', 'y'}, std::array{'z', 'y', 'x'}}) {
    const std::string name(order.begin(), order.end());
    add("misset_order_" + name, fmt::format("applies -misset in the order {}", name),
        [&](const Vector& v) { return in_order(v, misset, order); });
  }
  add("misset_transposed", "applies the transposed (inverse) rotation of -misset",
      [&](const Vector& v) {
        return in_order(v, -misset, {'z', 'y', 'x'});
      });
  add("misset_left_out", "does not apply -misset", [](const Vector& v) { return v; });
  add("misset_twice", "applies -misset twice",
      [&](const Vector& v) { return rotate_xyz(rotate_xyz(v, misset), misset); });
  // A = B·R for A = R·B, of matrices whose columns are a*, b* and c*.
  const AxesOf turned = transform(AxesOf{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                  [&](const Vector& v) { return rotate_xyz(v, misset); });
  const auto of = [&](const Vector& column) {
    return column.x * before.a + column.y * before.b + column.z * before.c;
  };
  const AxesOf in_crystal{of(turned.a), of(turned.b), of(turned.c)};
  changes.plan("misset_on_the_right",
               "multiplies the matrix of the crystal by that of -misset from the right (turns the "
               "indices, not the crystal)",
               [in_crystal](SamplingPlan& plan) {
                 const AxesOf direct = reciprocal_of(in_crystal);
                 set_lattice(plan, {direct, in_crystal, plan.crystal.lattice.volume});
               });
}

void add_spindle(Changes& changes, const Scene& scene) {
  const plan::CrystalSamples& crystal = scene.plan.crystal;
  const double start = crystal.continuous.phi_start_rad;
  const double range = crystal.oscillation.range;
  const double step = crystal.oscillation.step;
  const auto steps = static_cast<double>(crystal.phi_rad.size());
  if (std::ranges::all_of(crystal.phi_rad, [](double phi) { return phi == 0.0; })) return;
  // As printed with the angles that are taken, and with those that should be.
  const auto angles = [&](const std::string& name, const std::string& does, auto of_step) {
    const auto set = [of_step](SamplingPlan& plan) {
      for (std::size_t i = 0; i < plan.crystal.phi_rad.size(); ++i) {
        plan.crystal.phi_rad[i] = of_step(static_cast<double>(i), plan.crystal.phi_rad[i]);
      }
      reorient(plan);
    };
    changes.plan(name, does, set);
    changes.plan(name + "_unseen", does + ", and prints the right angle", set).shown_right = {
        "phi.phi_deg"};
  };
  angles("spindle_sign", "turns the spindle the other way round",
         [](double, double phi) { return -phi; });
  angles("spindle_degrees_as_radians",
         "turns the spindle by its angle in degrees as if it were radians",
         [](double, double phi) { return phi * 180.0 / std::numbers::pi; });
  angles("spindle_radians_as_degrees", "turns the spindle's angle from degrees into radians twice",
         [](double, double phi) { return phi * std::numbers::pi / 180.0; });
  angles("spindle_at_mid_step", "samples the spindle in the middle of each step",
         [=](double i, double) { return start + (i + 0.5) * step; });
  angles("spindle_at_step_end", "samples the spindle at the end of each step (counts from 1)",
         [=](double i, double) { return start + (i + 1.0) * step; });
  angles("spindle_centred", "centres the spindle's range on its start",
         [=](double i, double) { return start - 0.5 * range + i * step; });
  angles("spindle_from_end", "starts the spindle at the end of its range",
         [=](double i, double) { return start + range + i * step; });
  angles("spindle_start_alone_backwards", "starts the spindle at -phi with the opposite sign",
         [=](double i, double) { return -start + i * step; });
  angles("spindle_range_backwards", "turns the spindle backwards from its start",
         [=](double i, double) { return start - i * step; });
  angles("spindle_half_range", "turns the spindle by half of its range",
         [=](double i, double) { return start + 0.5 * i * step; });
  angles("spindle_start_left_out", "starts the spindle at 0, not at -phi",
         [=](double i, double) { return i * step; });
  angles("spindle_start_twice", "adds the start of the spindle twice",
         [=](double i, double) { return 2.0 * start + i * step; });
  angles("spindle_left_in_place", "leaves the spindle at its start",
         [=](double, double) { return start; });
  angles("spindle_backwards", "turns the spindle from its end to its start",
         [=](double i, double) { return start + range - (i + 1.0) * step; });
  angles("spindle_not_divided", "turns the spindle by its whole range at each step",
         [=](double i, double) { return start + i * range; });
  angles("spindle_without_angle", "does not turn the crystal about the spindle",
         [](double, double) { return 0.0; });
  if (steps > 1.0) {
    angles("spindle_over_n_less_1",
           "divides the spindle's range by n - 1 (osc/(n - 1)), so that its end is sampled",
           [=](double i, double) { return start + i * range / (steps - 1.0); });
    angles("spindle_over_n_more_1", "divides the spindle's range by n + 1",
           [=](double i, double) { return start + i * range / (steps + 1.0); });
  }
}

// Rodrigues' formula by its parts.
void add_rodrigues(Changes& changes, const Vector& axis) {
  const auto turned = [&](const char* name, const char* does, auto turn) {
    changes.plan(name, does, [axis, turn](SamplingPlan& plan) {
      const AxesOf at_zero = plan::in_metres(plan.crystal.lattice.direct);
      set_lattices(plan.crystal, at_zero, [=](const Vector& v, double phi, const auto& domain) {
        return domain * turn(v, axis, phi);
      });
    });
  };
  turned("spindle_without_part_along_axis",
         "leaves what is along the axis, (1 - cos) (axis . v) axis, out of the spindle's rotation",
         [](const Vector& v, const Vector& by, double phi) {
           return std::cos(phi) * v + std::sin(phi) * cross(by, v);
         });
  turned("spindle_whole_part_along_axis",
         "adds (axis . v) axis without its factor 1 - cos in the spindle's rotation",
         [](const Vector& v, const Vector& by, double phi) {
           return std::cos(phi) * v + std::sin(phi) * cross(by, v) + dot(by, v) * by;
         });
  turned("spindle_by_small_angle",
         "takes the sine of the spindle angle for the angle, and 1 for "
         "its cosine (a small angle)",
         [](const Vector& v, const Vector& by, double phi) { return v + phi * cross(by, v); });
}

void add_spindle_axes(Changes& changes, const Scene& scene) {
  const plan::CrystalSamples& crystal = scene.plan.crystal;
  if (std::ranges::all_of(crystal.phi_rad, [](double phi) { return phi == 0.0; })) return;
  const Vector axis = crystal.continuous.spindle_axis;
  const Vector misset = scene.job.experiment.crystal->misset_rad;
  if (misset != Vector{}) {
    changes.plan("misset_after_spindle", "applies -misset after the spindle has turned, not before",
                 [=](SamplingPlan& plan) {
                   plan::CrystalSamples& c = plan.crystal;
                   const auto back = [&](const Vector& v) {
                     return in_order(v, -misset, {'z', 'y', 'x'});
                   };
                   const AxesOf before = transform(plan::in_metres(c.lattice.direct), back);
                   set_lattices(c, before, [=](const Vector& v, double phi, const auto& domain) {
                     return domain * rotate_xyz(rotate_about(v, axis, phi), misset);
                   });
                 });
  }
  for (const auto& [name, other] :
       {std::pair{"x", Vector{1, 0, 0}}, std::pair{"y", Vector{0, 1, 0}},
        std::pair{"z", Vector{0, 0, 1}}}) {
    for (const double sign : {1.0, -1.0}) {
      if (sign * other == axis) continue;
      const char* const minus = sign < 0.0 ? "-" : "";
      changes.plan(
          fmt::format("spindle_about_{}{}", minus, name),
          fmt::format("turns the spindle about {}{} (another convention's axis)", minus, name),
          [direction = sign * other](SamplingPlan& plan) {
            plan.crystal.continuous.spindle_axis = direction;
            reorient(plan);
          });
    }
  }
  add_rodrigues(changes, axis);
  const auto given = scene.settings.spindle_axis;
  if (given && std::abs(length(*given) - 1.0) > 1e-9) {
    changes.plan("spindle_axis_not_unit", "does not make the spindle axis a unit vector",
                 [axis = *given](SamplingPlan& plan) {
                   plan.crystal.continuous.spindle_axis = axis;
                   reorient(plan);
                 });
  }
}

// Whose lattice a step takes.
void add_steps(Changes& changes, const Scene& scene) {
  const std::size_t steps = scene.plan.crystal.phi_rad.size();
  if (steps < 2) return;
  const auto taken = [&](const char* name, const char* does, auto of_step) {
    changes.plan(name, does, [=](SamplingPlan& plan) {
      const std::vector<AxesOf> own = plan.crystal.lattices;
      const std::size_t domains = plan.crystal.domains.size();
      for (std::size_t i = 0; i < own.size(); ++i) {
        plan.crystal.lattices[i] = own[of_step(i / domains) * domains + i % domains];
      }
    });
  };
  taken("step_of_first", "takes the lattice of the first spindle step for all of them",
        [](std::size_t) { return std::size_t{0}; });
  taken("step_of_last", "takes the lattice of the last spindle step for all of them",
        [steps](std::size_t) { return steps - 1; });
  taken("step_before", "takes the lattice of the spindle step before (the first keeps its own)",
        [](std::size_t step) { return step == 0 ? step : step - 1; });
  taken("step_before_round",
        "takes the lattice of the spindle step before, the first that of the "
        "last",
        [steps](std::size_t step) { return (step + steps - 1) % steps; });
  taken("step_after", "takes the lattice of the spindle step after (the last keeps its own)",
        [steps](std::size_t step) { return std::min(step + 1, steps - 1); });
  taken("steps_reversed", "goes through the spindle steps in the opposite order",
        [steps](std::size_t step) { return steps - 1 - step; });
}

}  // namespace

void add_orientations(Changes& changes, const Scene& scene) {
  add_missets(changes, scene);
  add_spindle(changes, scene);
  add_spindle_axes(changes, scene);
  add_steps(changes, scene);
}

}  // namespace nanobragg::commands
