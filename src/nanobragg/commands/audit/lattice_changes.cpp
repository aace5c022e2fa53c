// Indices, the lattice factor, and the amplitude of the unit cell.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/index_changes.hpp"
#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/physics/lattice/square.hpp"

namespace nanobragg::commands {
namespace {

using kernel::reference::AmplitudeAt;
using kernel::reference::Formulas;
using kernel::reference::LatticeAt;
using kernel::reference::LatticeFactor;

constexpr double kPi = std::numbers::pi;

void add_indices(Changes& changes) {
  for (const IndexChange& change : kIndexChanges) {
    changes.formulas(fmt::format("indices_{}", change.name), fmt::format("takes {}", change.does),
                     [change](ChangedFormulas& f) {
                       f.indices = [change, indices = f.indices](const Axes<double>& axes,
                                                                 const Vector& q) {
                         return change.of(indices(axes, q));
                       };
                     });
  }
  changes.formulas("indices_without_wavelength_sign",
                   "takes the magnitude of the fractional indices", [](ChangedFormulas& f) {
                     f.indices = [indices = f.indices](const Axes<double>& axes, const Vector& q) {
                       return each(indices(axes, q), [](double x) { return std::abs(x); });
                     };
                   });
  // In m and per m, in Å and per Å, and of the two.
  for (const double unit : {1.0, 1e-10, 1e-20}) {
    changes.formulas(fmt::format("indices_of_reciprocal_axes_times_{:g}", unit),
                     "takes the reciprocal axes for the direct ones in the indices (h = a* . q)",
                     [unit](ChangedFormulas& f) {
                       f.indices = [unit, indices = f.indices](const Axes<double>& axes,
                                                               const Vector& q) {
                         return unit * indices(reciprocal_of(axes), q);
                       };
                     });
  }
  changes.formulas("indices_by_columns",
                   "multiplies the scattering vector by the transposed matrix of the axes",
                   [](ChangedFormulas& f) {
                     f.indices = [indices = f.indices](const Axes<double>& axes, const Vector& q) {
                       const Mat3<double> m = transpose(Mat3<double>{{axes.a, axes.b, axes.c}});
                       return indices({m.row[0], m.row[1], m.row[2]}, q);
                     };
                   });
}

void add_roundings(Changes& changes) {
  struct Rounding {
    const char *name, *does;
    double (*of)(double);
  };
  for (const Rounding& rounding :
       {Rounding{"floor", "takes the whole number below (floor) for the nearest index",
                 [](double x) { return std::floor(x); }},
        Rounding{"truncation", "cuts indices off towards 0 instead of rounding them",
                 [](double x) { return std::trunc(x); }},
        Rounding{"ceiling", "takes the whole number above (ceil) for the nearest index",
                 [](double x) { return std::ceil(x); }},
        Rounding{"int_of_half",
                 "cuts the index plus a half off towards 0 (int(h + 0.5)), which is "
                 "wrong below 0",
                 [](double x) { return std::trunc(x + 0.5); }},
        Rounding{"halves_up", "rounds halves of indices up (floor(h + 0.5))",
                 [](double x) { return std::floor(x + 0.5); }},
        Rounding{"away_from_zero", "rounds halves of indices away from 0 (round)",
                 [](double x) { return std::round(x); }},
        Rounding{"even", "rounds halves of indices to even ones",
                 [](double x) { return std::nearbyint(x); }},
        Rounding{"none", "does not round indices", [](double x) { return x; }}}) {
    changes.formulas(fmt::format("rounding_by_{}", rounding.name), rounding.does,
                     [rounding](ChangedFormulas& f) {
                       f.nearest = [rounding](const Vector& hkl) { return each(hkl, rounding.of); };
                     });
  }
}

// The factors of the three axes by one formula.
using AlongAxis = std::function<double(double hkl, double nearest, double cells)>;

void set_along(ChangedFormulas& f, const std::function<Vector(const LatticeAt&)>& along) {
  f.lattice = [along](const LatticeAt& at) {
    const Vector v = along(at);
    return LatticeFactor{v.x * v.y * v.z, v};
  };
}

Vector along_each(const LatticeAt& at, const AlongAxis& along) {
  const auto& [na, nb, nc] = at.size.cells;
  return {along(at.hkl.x, at.nearest.x, na), along(at.hkl.y, at.nearest.y, nb),
          along(at.hkl.z, at.nearest.z, nc)};
}

double sinc(double x) { return x == 0.0 ? 1.0 : std::sin(x) / x; }

// Of a crystal that is a parallelepiped.
void add_gratings(Changes& changes, const Scene& scene) {
  if (scene.plan.crystal.shape != CrystalShape::square) return;
  const auto along = [&](const char* name, const char* does, const AlongAxis& of_axis) {
    changes.formulas(name, does, [of_axis](ChangedFormulas& f) {
      set_along(f, [of_axis](const LatticeAt& at) { return along_each(at, of_axis); });
    });
  };
  const auto grating = [](double x, double n) { return n > 1.0 ? physics::grating(x, n) : 1.0; };
  along("sinc_for_grating", "takes N sin(pi N dh)/(pi N dh), a sinc, for the grating's factor",
        [](double h, double nearest, double n) { return n * sinc(kPi * n * (h - nearest)); });
  along("sinc_for_grating_at_index",
        "takes N sin(pi N h)/(pi N h), a sinc, for the grating's factor",
        [](double h, double, double n) { return n * sinc(kPi * n * h); });
  along("sinc_of_height_1", "takes sin(pi N dh)/(pi N dh), a sinc of height 1, for the grating",
        [](double h, double nearest, double n) { return sinc(kPi * n * (h - nearest)); });
  along("sinc_at_index_of_height_1",
        "takes sin(pi N h)/(pi N h), a sinc of height 1, for the grating",
        [](double h, double, double n) { return sinc(kPi * n * h); });
  along("grating_over_n", "divides the factor of each axis by its number of cells",
        [=](double h, double, double n) { return grating(kPi * h, n) / n; });
  along("grating_without_pi", "leaves pi out of the argument of the lattice factor",
        [=](double h, double, double n) { return grating(h, n); });
  along("grating_of_two_pi", "has 2 pi instead of pi in the argument of the lattice factor",
        [=](double h, double, double n) { return grating(2.0 * kPi * h, n); });
  along("grating_numerator", "leaves the denominator sin(pi h) out of the lattice factor",
        [](double h, double, double n) { return std::sin(kPi * n * h); });
  along("grating_squared", "squares the factor of each axis",
        [=](double h, double, double n) { return grating(kPi * h, n) * grating(kPi * h, n); });
  along("grating_by_cosine", "takes the cosine for the sine in the lattice factor",
        [](double h, double, double n) { return std::cos(kPi * n * h) / std::cos(kPi * h); });
  along("grating_magnitude", "takes the magnitude of the factor of each axis",
        [=](double h, double, double n) { return std::abs(grating(kPi * h, n)); });
  along("grating_at_offset", "evaluates the grating at the offset from the nearest index",
        [=](double h, double nearest, double n) { return grating(kPi * (h - nearest), n); });
  along("grating_of_nearest", "evaluates the grating at the nearest index",
        [=](double, double nearest, double n) { return grating(kPi * nearest, n); });
  along("grating_inverted", "divides sin(pi h) by sin(pi N h)",
        [](double h, double, double n) { return std::sin(kPi * h) / std::sin(kPi * n * h); });
}

void add_products(Changes& changes, const Scene& scene) {
  if (scene.plan.crystal.shape != CrystalShape::square) return;
  const auto of_whole = [&](const char* name, const char* does, auto edit) {
    changes.formulas(name, does, [=](ChangedFormulas& f) {
      f.lattice = [=, own = f.lattice](const LatticeAt& at) {
        const LatticeFactor factor = own(at);
        return LatticeFactor{edit(factor.along_axes.value_or(Vector{1, 1, 1})), factor.along_axes};
      };
    });
  };
  of_whole("lattice_sum_of_axes", "adds the factors of the axes instead of multiplying them",
           [](const Vector& v) { return v.x + v.y + v.z; });
  of_whole("lattice_sum_of_squares", "adds the squares of the axes' factors",
           [](const Vector& v) { return dot(v, v); });
  of_whole("lattice_length", "takes the length of the vector of the axes' factors",
           [](const Vector& v) { return length(v); });
  of_whole("lattice_without_a", "leaves the axis a out of the lattice factor",
           [](const Vector& v) { return v.y * v.z; });
  of_whole("lattice_without_b", "leaves the axis b out of the lattice factor",
           [](const Vector& v) { return v.x * v.z; });
  of_whole("lattice_without_c", "leaves the axis c out of the lattice factor",
           [](const Vector& v) { return v.x * v.y; });
  of_whole("lattice_of_a", "takes the axis a's factor alone", [](const Vector& v) { return v.x; });
  of_whole("lattice_of_b", "takes the axis b's factor alone", [](const Vector& v) { return v.y; });
  of_whole("lattice_of_c", "takes the axis c's factor alone", [](const Vector& v) { return v.z; });
  of_whole("lattice_a_for_b", "takes the factor of a for that of b",
           [](const Vector& v) { return v.x * v.x * v.z; });
  of_whole("lattice_a_for_c", "takes the factor of a for that of c",
           [](const Vector& v) { return v.x * v.y * v.x; });
  of_whole("lattice_b_for_a", "takes the factor of b for that of a",
           [](const Vector& v) { return v.y * v.y * v.z; });
  of_whole("lattice_c_for_a", "takes the factor of c for that of a",
           [](const Vector& v) { return v.z * v.y * v.z; });
  of_whole("lattice_c_for_b", "takes the factor of c for that of b",
           [](const Vector& v) { return v.x * v.z * v.z; });
  of_whole("lattice_b_for_c", "takes the factor of b for that of c",
           [](const Vector& v) { return v.x * v.y * v.y; });
}

struct Size {
  const char *name, *does;
  std::array<double, 3> (*of)(const std::array<double, 3>&);
};
using A = const std::array<double, 3>&;
constexpr std::array kSizes{
    Size{"cells_one_more", "has one cell more along each axis (N + 1)",
         [](A n) {
           return std::array{n[0] + 1, n[1] + 1, n[2] + 1};
         }},
    Size{"cells_one_less", "has one cell less along each axis (N - 1)",
         [](A n) {
           return std::array{n[0] - 1, n[1] - 1, n[2] - 1};
         }},
    Size{"cells_a_one_more", "has one cell more along a",
         [](A n) {
           return std::array{n[0] + 1, n[1], n[2]};
         }},
    Size{"cells_a_one_less", "has one cell less along a",
         [](A n) {
           return std::array{n[0] - 1, n[1], n[2]};
         }},
    Size{"cells_b_one_more", "has one cell more along b",
         [](A n) {
           return std::array{n[0], n[1] + 1, n[2]};
         }},
    Size{"cells_b_one_less", "has one cell less along b",
         [](A n) {
           return std::array{n[0], n[1] - 1, n[2]};
         }},
    Size{"cells_c_one_more", "has one cell more along c",
         [](A n) {
           return std::array{n[0], n[1], n[2] + 1};
         }},
    Size{"cells_c_one_less", "has one cell less along c",
         [](A n) {
           return std::array{n[0], n[1], n[2] - 1};
         }},
    Size{"cells_whole", "cuts numbers of cells down to whole ones",
         [](A n) {
           return std::array{std::floor(n[0]), std::floor(n[1]), std::floor(n[2])};
         }},
    Size{"cells_half", "has half of the cells along each axis",
         [](A n) {
           return std::array{n[0] / 2, n[1] / 2, n[2] / 2};
         }},
    Size{"cells_double", "has twice the cells along each axis",
         [](A n) {
           return std::array{n[0] * 2, n[1] * 2, n[2] * 2};
         }},
    Size{"cells_bac", "swaps Na and Nb",
         [](A n) {
           return std::array{n[1], n[0], n[2]};
         }},
    Size{"cells_cba", "swaps Na and Nc",
         [](A n) {
           return std::array{n[2], n[1], n[0]};
         }},
    Size{"cells_acb", "swaps Nb and Nc",
         [](A n) {
           return std::array{n[0], n[2], n[1]};
         }},
    Size{"cells_bca", "takes Nb Nc Na for Na Nb Nc",
         [](A n) {
           return std::array{n[1], n[2], n[0]};
         }},
    Size{"cells_cab", "takes Nc Na Nb for Na Nb Nc",
         [](A n) {
           return std::array{n[2], n[0], n[1]};
         }},
    Size{"cells_a_for_b", "takes Na for Nb",
         [](A n) {
           return std::array{n[0], n[0], n[2]};
         }},
    Size{"cells_a_for_c", "takes Na for Nc",
         [](A n) {
           return std::array{n[0], n[1], n[0]};
         }},
    Size{"cells_b_for_a", "takes Nb for Na",
         [](A n) {
           return std::array{n[1], n[1], n[2]};
         }},
    Size{"cells_b_for_c", "takes Nb for Nc",
         [](A n) {
           return std::array{n[0], n[1], n[1]};
         }},
    Size{"cells_c_for_a", "takes Nc for Na",
         [](A n) {
           return std::array{n[2], n[1], n[2]};
         }},
    Size{"cells_c_for_b", "takes Nc for Nb",
         [](A n) {
           return std::array{n[0], n[2], n[2]};
         }},
    Size{"cells_all_b", "takes Nb for all three numbers of cells",
         [](A n) {
           return std::array{n[1], n[1], n[1]};
         }},
    Size{"cells_all_c", "takes Nc for all three numbers of cells",
         [](A n) {
           return std::array{n[2], n[2], n[2]};
         }},
    Size{"cells_all_a", "takes Na for all three numbers of cells",
         [](A n) {
           return std::array{n[0], n[0], n[0]};
         }},
    Size{"cells_all_1", "has one cell along each axis", [](A) {
           return std::array{1.0, 1.0, 1.0};
         }}};

// Numbers of cells of a crystal whose edges are given, in mm: by another rounding.
void add_given_sizes(Changes& changes, const Scene& scene) {
  const config::Settings& s = scene.settings;
  const Lattice<double>& lattice = scene.plan.crystal.lattice;
  const auto [na, nb, nc] = scene.plan.crystal.cells;
  const auto quotient = [](const std::optional<double>& size_mm, const Vector& axis, double own) {
    return size_mm && *size_mm > 0.0 ? *size_mm * 1e7 / length(axis) : own;
  };
  const std::array quotients{quotient(s.size_x_mm, lattice.direct.a, na),
                             quotient(s.size_y_mm, lattice.direct.b, nb),
                             quotient(s.size_z_mm, lattice.direct.c, nc)};
  if (quotients == scene.plan.crystal.cells) return;
  struct Rounded {
    const char *name, *does;
    double (*of)(double);
  };
  for (const Rounded& rounded :
       {Rounded{"not_rounded", "does not round the number of cells that a crystal's size gives",
                [](double x) { return x; }},
        Rounded{"rounded_down", "rounds the number of cells that a crystal's size gives down",
                [](double x) { return std::max(1.0, std::floor(x)); }},
        Rounded{"rounded_to_nearest",
                "rounds the number of cells that a crystal's size gives to the nearest whole one",
                [](double x) { return std::max(1.0, std::round(x)); }},
        Rounded{"one_more", "adds a cell to those that a crystal's size gives, cut to whole ones",
                [](double x) { return std::floor(x) + 1.0; }}}) {
    changes.plan(fmt::format("cells_of_size_{}", rounded.name), rounded.does,
                 [quotients, rounded](plan::SamplingPlan& plan) {
                   std::ranges::transform(quotients, plan.crystal.cells.begin(), rounded.of);
                 });
  }
}

void add_sizes(Changes& changes, const Scene& scene) {
  for (const Size& size : kSizes) {
    changes.plan(size.name, size.does, [size](plan::SamplingPlan& plan) {
      plan.crystal.cells = size.of(plan.crystal.cells);
    });
  }
  add_given_sizes(changes, scene);
  for (const CrystalShapeInfo& shape : kCrystalShapes) {
    changes.plan(fmt::format("shape_{}", shape.name),
                 fmt::format("takes the lattice factor of the shape {}", shape.name),
                 [shape](plan::SamplingPlan& plan) { plan.crystal.shape = shape.shape; });
  }
}

}  // namespace

void add_lattices(Changes& changes, const Scene& scene) {
  add_indices(changes);
  add_roundings(changes);
  add_gratings(changes, scene);
  add_products(changes, scene);
  add_sizes(changes, scene);
}

}  // namespace nanobragg::commands
