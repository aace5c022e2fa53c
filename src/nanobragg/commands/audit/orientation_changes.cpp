// The lattice of the crystal: cell, orientation matrix, missetting, spindle and mosaic domains.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/plan/orientations.hpp"

namespace nanobragg::commands {
namespace {

using plan::SamplingPlan;
using AxesOf = Axes<double>;

// Makes the lattices of all steps and domains anew, from what the plan says of them.
void reorient(SamplingPlan& plan) {
  plan::CrystalSamples& c = plan.crystal;
  c.lattices = plan::orientations<double>(plan::in_metres(c.lattice.direct),
                                          c.continuous.spindle_axis, c.phi_rad, c.domains);
}

// The same by turn(vector, spindle angle, mosaic rotation).
template <class Turn>
void set_lattices(plan::CrystalSamples& c, const AxesOf& at_zero, Turn turn) {
  c.lattices.clear();
  for (const double phi : c.phi_rad) {
    for (const Mat3<double>& domain : c.domains) {
      c.lattices.push_back(
          transform(at_zero, [&](const Vector& v) { return turn(v, phi, domain); }));
    }
  }
}

void set_lattice(SamplingPlan& plan, const Lattice<double>& lattice) {
  plan.crystal.lattice = lattice;
  reorient(plan);
}

Lattice<double> turned_round(const AxesOf& direct, double volume) {
  return {direct, reciprocal_of(direct), volume};
}

// Rotations about the axes of the laboratory, the first of the order first.
Vector in_order(Vector v, const Vector& angles, const std::array<char, 3>& order) {
  for (const char axis : order) {
    v = rotate_xyz(v, {axis == 'x' ? angles.x : 0.0, axis == 'y' ? angles.y : 0.0,
                       axis == 'z' ? angles.z : 0.0});
  }
  return v;
}

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
}

// Axes of these lengths with the angles of a cell between them, a along x, b in the plane of x, y.
AxesOf reciprocal_axes_at(const CellParameters<double>& cell, double a, double b, double c) {
  const double x = std::cos(cell.beta);
  const double y =
      (std::cos(cell.alpha) - std::cos(cell.beta) * std::cos(cell.gamma)) / std::sin(cell.gamma);
  return {{a, 0.0, 0.0},
          {b * std::cos(cell.gamma), b * std::sin(cell.gamma), 0.0},
          {c * x, c * y, c * std::sqrt(1.0 - x * x - y * y)}};
}

void add_cells(Changes& changes, const Scene& scene) {
  const CrystalValues crystal = *scene.job.experiment.crystal;
  const Lattice<double> own = scene.plan.crystal.lattice;
  const auto with = [&](const std::string& name, const std::string& does, const AxesOf& direct) {
    changes.plan(name, does, [lattice = turned_round(direct, own.volume)](SamplingPlan& plan) {
      set_lattice(plan, lattice);
    });
  };
  const auto& [a, b, c] = own.direct;
  const auto transposed = [](const AxesOf& axes) {
    const Mat3<double> m = transpose(Mat3<double>{{axes.a, axes.b, axes.c}});
    return AxesOf{m.row[0], m.row[1], m.row[2]};
  };
  with("axes_transposed", "takes the transposed orientation matrix (rows for columns)",
       reciprocal_of(transposed(own.reciprocal)));
  with("axes_opposite", "has the crystal axes with the opposite sign (another handedness)",
       {-a, -b, -c});
  with("a_opposite", "has the axis a the other way round", {-a, b, c});
  with("b_opposite", "has the axis b the other way round", {a, -b, c});
  with("c_opposite", "has the axis c the other way round", {a, b, -c});
  with("axes_bca", "takes the crystal axes in the order b c a", {b, c, a});
  with("axes_cab", "takes the crystal axes in the order c a b", {c, a, b});
  with("axes_bac", "swaps the crystal axes a and b", {b, a, c});
  with("axes_cba", "swaps the crystal axes a and c", {c, b, a});
  with("axes_acb", "swaps the crystal axes b and c", {a, c, b});
  with("axes_along_reciprocal", "takes the reciprocal axes for the directions of the direct ones",
       {with_length(own.reciprocal.a, length(a)), with_length(own.reciprocal.b, length(b)),
        with_length(own.reciprocal.c, length(c))});
  const auto swapped = [](const AxesOf& axes) {
    const auto zyx = [](const Vector& v) { return Vector{v.z, v.y, v.x}; };
    return transform(axes, zyx);
  };
  with("laboratory_zyx", "reads the axes' components in the order z y x", swapped(own.direct));
  if (crystal.cell && !crystal.reciprocal_axes) {
    // In the standard orientation, by other formulas for what stands in it.
    const CellParameters<double>& cell = *crystal.cell;
    const AxesOf standard = standard_reciprocal_axes(cell);
    const auto built = [&](const char* name, const char* does, const AxesOf& reciprocal) {
      const auto misset = [&](const Vector& v) { return rotate_xyz(v, crystal.misset_rad); };
      with(name, does, reciprocal_of(transform(reciprocal, misset)));
    };
    built("cell_lengths_inverted", "takes 1/a, 1/b, 1/c for the lengths of the reciprocal axes",
          {with_length(standard.a, 1.0 / cell.a), with_length(standard.b, 1.0 / cell.b),
           with_length(standard.c, 1.0 / cell.c)});
    built("cell_angles_of_direct",
          "takes the angles of the cell for those between the reciprocal axes",
          reciprocal_axes_at(cell, length(standard.a), length(standard.b), length(standard.c)));
    // a along x, b in the plane of x and y, as coordinates of models are.
    const AxesOf flipped = standard_reciprocal_axes(CellParameters<double>(
        cell_of(Lattice<double>{own.reciprocal, own.direct, 1.0 / own.volume})));
    const auto turn = [&](const Vector& v) { return rotate_xyz(v, crystal.misset_rad); };
    with("a_along_x", "puts a along x and b into the plane of x and y, not a* and b*",
         transform(flipped, turn));
  }
}

// 2 pi, units, and the wavelength in a matrix.
void add_scales(Changes& changes, const Scene& scene) {
  const Lattice<double> own = scene.plan.crystal.lattice;
  const auto scaled = [&](const std::string& name, const std::string& does, double factor) {
    const AxesOf direct = transform(own.direct, [&](const Vector& v) { return factor * v; });
    changes.plan(name, does, [lattice = turned_round(direct, own.volume)](SamplingPlan& plan) {
      set_lattice(plan, lattice);
    });
  };
  constexpr double kTwoPi = 2.0 * std::numbers::pi;
  scaled("two_pi_in_lattice", "has 2 pi in the reciprocal lattice but not in the scattering vector",
         1.0 / kTwoPi);
  scaled("two_pi_missing_in_lattice",
         "divides the reciprocal lattice by 2 pi but not the scattering vector", kTwoPi);
  for (const double factor : {1e3, 1e-3, 1e10, 1e-10, 10.0, 0.1}) {
    scaled(fmt::format("lattice_times_{:.0e}", factor),
           fmt::format("has the crystal axes {:.0e} times as long", factor), factor);
  }
  if (scene.settings.matrix_file && !scene.settings.cell) {
    const double wavelength_A = scene.job.experiment.beam->wavelength.value() * 1e10;
    scaled("matrix_without_wavelength",
           "takes the numbers of the matrix for 1/A, without dividing by the wavelength",
           1.0 / wavelength_A);
    scaled("matrix_by_wavelength_twice",
           "divides the numbers of the matrix by the wavelength twice", wavelength_A);
  }
}

void add_spindle(Changes& changes, const Scene& scene) {
  const plan::CrystalSamples& crystal = scene.plan.crystal;
  const double start = crystal.continuous.phi_start_rad;
  const double range = crystal.oscillation.range;
  const double step = crystal.oscillation.step;
  const auto steps = static_cast<double>(crystal.phi_rad.size());
  const bool turns = std::ranges::any_of(crystal.phi_rad, [](double phi) { return phi != 0.0; });
  if (!turns) return;
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

void add_domains(Changes& changes, const Scene& scene) {
  const std::size_t domains = scene.plan.crystal.domains.size();
  if (domains < 2) return;
  const auto changed = [&](const char* name, const char* does, auto edit) {
    changes.plan(name, does, [edit](SamplingPlan& plan) {
      edit(plan.crystal.domains);
      reorient(plan);
    });
  };
  using Turns = std::vector<Mat3<double>>;
  changed("mosaic_transposed", "turns the mosaic domains by the transposed (inverse) rotations",
          [](Turns& turns) {
            for (Mat3<double>& turn : turns) turn = transpose(turn);
          });
  changed("mosaic_left_out", "does not turn the mosaic domains", [](Turns& turns) {
    for (Mat3<double>& turn : turns) turn = Mat3<double>::identity();
  });
  changed("mosaic_of_last", "takes the turn of the last mosaic domain for all of them",
          [](Turns& turns) { std::fill(turns.begin(), turns.end(), turns.back()); });
  changed("mosaic_of_second", "takes the turn of the second mosaic domain for all of them",
          [](Turns& turns) { std::fill(turns.begin(), turns.end(), turns[1]); });
  changed("mosaic_one_early", "takes the turn of the next mosaic domain (counts from 1)",
          [](Turns& turns) { std::rotate(turns.begin(), turns.begin() + 1, turns.end()); });
  changed("mosaic_reversed", "goes through the mosaic domains in the opposite order",
          [](Turns& turns) { std::reverse(turns.begin(), turns.end()); });
  changed("mosaic_twice", "turns the mosaic domains twice", [](Turns& turns) {
    for (Mat3<double>& turn : turns) turn = turn * turn;
  });
  changed("mosaic_accumulated", "turns each mosaic domain from where the one before it stands",
          [](Turns& turns) {
            for (std::size_t i = 1; i < turns.size(); ++i) turns[i] = turns[i] * turns[i - 1];
          });
  const Vector axis = scene.plan.crystal.continuous.spindle_axis;
  changes.plan("mosaic_before_spindle",
               "turns the crystal by its mosaic domain before the spindle, not after",
               [axis](SamplingPlan& plan) {
                 plan::CrystalSamples& c = plan.crystal;
                 const AxesOf at_zero = plan::in_metres(c.lattice.direct);
                 set_lattices(c, at_zero, [=](const Vector& v, double phi, const auto& domain) {
                   return rotate_about(domain * v, axis, phi);
                 });
               });
}

}  // namespace

void add_orientations(Changes& changes, const Scene& scene) {
  add_missets(changes, scene);
  add_cells(changes, scene);
  add_scales(changes, scene);
  add_spindle(changes, scene);
  add_spindle_axes(changes, scene);
  add_steps(changes, scene);
  add_domains(changes, scene);
}

}  // namespace nanobragg::commands
