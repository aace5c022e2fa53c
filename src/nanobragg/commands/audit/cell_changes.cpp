// The lattice of the crystal: its cell, its orientation matrix and their scale.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/reorientation.hpp"

namespace nanobragg::commands {
namespace {

using plan::SamplingPlan;
using AxesOf = Axes<double>;

Lattice<double> turned_round(const AxesOf& direct, double volume) {
  return {direct, reciprocal_of(direct), volume};
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

// A direct axis along one axis of the laboratory, a reciprocal one along another.
template <class Turn>
void add_standards(Changes& changes, const Lattice<double>& lattice, const std::string& of,
                   Turn turn) {
  const std::array direct{lattice.direct.a, lattice.direct.b, lattice.direct.c};
  const std::array reciprocal{lattice.reciprocal.a, lattice.reciprocal.b, lattice.reciprocal.c};
  constexpr std::array<Vector, 3> kLab{Vector{1, 0, 0}, Vector{0, 1, 0}, Vector{0, 0, 1}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      const bool is_own = i == 2 && j == 0;
      if (i == j || is_own) continue;
      // The frame that has them there, as rows: what is along x, y and z.
      const Vector u = unit(direct.at(i));
      const Vector v = unit(reciprocal.at(j));
      const double handed = (j + 3 - i) % 3 == 1 ? 1.0 : -1.0;
      const Vector w = handed * cross(u, v);
      const std::size_t k = 3 - i - j;
      const auto placed = [&](const Vector& x) {
        return turn(dot(x, u) * kLab.at(i) + dot(x, v) * kLab.at(j) + dot(x, w) * kLab.at(k));
      };
      const AxesOf axes = transform(lattice.direct, placed);
      const char direct_name = "abc"[i];
      const char reciprocal_name = "abc"[j];
      changes.plan(
          fmt::format("cell_{}_along_{}_{}star_along_{}{}", direct_name, "xyz"[i], reciprocal_name,
                      "xyz"[j], of),
          fmt::format("puts {} along {} and {}* along {} in the standard orientation (not "
                      "a* along x and c along z)",
                      direct_name, "xyz"[i], reciprocal_name, "xyz"[j]),
          [to = turned_round(axes, lattice.volume)](SamplingPlan& plan) { set_lattice(plan, to); });
    }
  }
}

// Rows for columns.
AxesOf transposed(const AxesOf& axes) {
  const Mat3<double> m = transpose(Mat3<double>{{axes.a, axes.b, axes.c}});
  return {m.row[0], m.row[1], m.row[2]};
}

bool has_angles_of(const Lattice<double>& lattice, const CellParameters<double>& cell) {
  const CellParameters<double> own = cell_of(lattice);
  constexpr double kRounding = 1e-9;
  return std::abs(own.alpha - cell.alpha) < kRounding &&
         std::abs(own.beta - cell.beta) < kRounding && std::abs(own.gamma - cell.gamma) < kRounding;
}

void add_cells(Changes& changes, const Scene& scene) {
  const Lattice<double> own = scene.plan.crystal.lattice;
  const auto with = [&](const std::string& name, const std::string& does, const AxesOf& direct) {
    changes.plan(name, does, [lattice = turned_round(direct, own.volume)](SamplingPlan& plan) {
      set_lattice(plan, lattice);
    });
  };
  const auto& [a, b, c] = own.direct;
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
}

// The same of a cell in its standard orientation, by other formulas for what stands in it.
void add_standard_cells(Changes& changes, const Scene& scene) {
  const CrystalValues crystal = *scene.job.experiment.crystal;
  const Lattice<double> own = scene.plan.crystal.lattice;
  if (!crystal.cell) return;
  const CellParameters<double>& cell = *crystal.cell;
  // The C program's cells with three oblique angles have axes of their own.
  const config::Settings& s = scene.settings;
  const bool is_turned = s.matrix_file || s.crystal_file || s.geometry_file || s.experiment_file;
  const bool is_skewed = !is_turned && !has_angles_of(own, cell);
  if (crystal.reciprocal_axes && !is_skewed) return;
  const AxesOf standard = standard_reciprocal_axes(cell);
  const auto misset = [turn = crystal.misset_rad](const Vector& v) { return rotate_xyz(v, turn); };
  const auto built = [&](const char* name, const char* does, const AxesOf& direct) {
    changes.plan(name, does,
                 [to = turned_round(transform(direct, misset), own.volume)](SamplingPlan& plan) {
                   set_lattice(plan, to);
                 });
  };
  built("cell_lengths_inverted", "takes 1/a, 1/b, 1/c for the lengths of the reciprocal axes",
        reciprocal_of({with_length(standard.a, 1.0 / cell.a), with_length(standard.b, 1.0 / cell.b),
                       with_length(standard.c, 1.0 / cell.c)}));
  built("cell_angles_of_direct",
        "takes the angles of the cell for those between the reciprocal axes",
        reciprocal_of(
            reciprocal_axes_at(cell, length(standard.a), length(standard.b), length(standard.c))));
  built("cell_axes_transposed",
        "takes the transposed matrix of the cell in its standard orientation",
        reciprocal_of(transposed(standard)));
  // a along x, b in the plane of x and y, as coordinates of models are.
  built("a_along_x", "puts a along x and b into the plane of x and y, not a* and b*",
        standard_reciprocal_axes(CellParameters<double>(
            cell_of(Lattice<double>{own.reciprocal, own.direct, 1.0 / own.volume}))));
  add_standards(changes, own, "", misset);
  if (!is_skewed) return;
  add_standards(changes, turned_round(reciprocal_of(standard), own.volume), "_by_its_angles",
                misset);
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
  // Of the direct axes alone, in which indices are computed.
  const auto direct_scaled = [&](const std::string& name, const std::string& does, double factor) {
    Lattice<double> lattice = own;
    lattice.direct = transform(own.direct, [&](const Vector& v) { return factor * v; });
    changes.plan(name, does, [lattice](SamplingPlan& plan) { set_lattice(plan, lattice); });
  };
  direct_scaled("direct_axes_alone_over_volume",
                "leaves the volume out of the direct axes (a = b* x c*)", 1.0 / own.volume);
  direct_scaled("direct_axes_alone_over_volume_squared",
                "divides by the volume for multiplying in the direct axes",
                1.0 / own.volume / own.volume);
  direct_scaled("direct_axes_alone_times_volume",
                "multiplies the direct axes by the volume once more", own.volume);
  scaled("direct_axes_over_volume", "leaves the volume out of the direct axes (a = b* x c*)",
         1.0 / own.volume);
  scaled("direct_axes_times_volume", "multiplies the direct axes by the volume once more",
         own.volume);
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

}  // namespace

void add_crystals(Changes& changes, const Scene& scene) {
  add_cells(changes, scene);
  add_standard_cells(changes, scene);
  add_scales(changes, scene);
}

}  // namespace nanobragg::commands
