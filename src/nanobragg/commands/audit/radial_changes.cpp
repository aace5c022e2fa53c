// The lattice factor of shapes whose transform is of a radius.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/audit/mistyped.hpp"
#include "nanobragg/commands/audit/generators.hpp"

namespace nanobragg::commands {
namespace {

using kernel::reference::LatticeAt;
using kernel::reference::LatticeFactor;

constexpr double kPi = std::numbers::pi;

double sinc(double x) { return x == 0.0 ? 1.0 : std::sin(x) / x; }

// Δh·a* + Δk·b* + Δl·c* and its like, squared, of crystals whose transform is of a radius.
struct Radii {
  double index, reciprocal;  // (Δh Na)² + …; |Δh a* + …|², Å⁻²
  double cells, fudge;       // Na·Nb·Nc
  double plain;              // Δh² + Δk² + Δl²
};
Radii radii_of(const LatticeAt& at) {
  const Vector d = at.hkl - at.nearest;
  const auto& [na, nb, nc] = at.size.cells;
  const auto& [a, b, c] = at.size.reciprocal;
  const Vector r = d.x * a + d.y * b + d.z * c;
  const auto square = [](double x) { return x * x; };
  return {square(d.x * na) + square(d.y * nb) + square(d.z * nc), dot(r, r), na * nb * nc,
          at.size.fudge, dot(d, d)};
}

using R = const Radii&;

// edit(own amplitude, radii) in the place of the amplitude.
template <class Edit>
void add_changed(Changes& changes, const char* name, const char* does, Edit edit) {
  changes.formulas(name, does, [=](ChangedFormulas& f) {
    f.lattice = [=, own = f.lattice](const LatticeAt& at) {
      const LatticeFactor factor = own(at);
      return LatticeFactor{edit(factor.amplitude, radii_of(at)), factor.along_axes};
    };
  });
}

double sinc3(double x) { return x == 0.0 ? 1.0 : 3.0 * (std::sin(x) / x - std::cos(x)) / (x * x); }

void add_round(Changes& changes) {
  constexpr double kVolume = 0.723601254558268;  // of ellipsoid and parallelepiped, square root
  add_changed(changes, "round_without_volume",
              "leaves the volume ratio 0.7236 of a round crystal out",
              [](double x, R) { return x / kVolume; });
  add_changed(changes, "round_volume_squared", "squares the volume ratio 0.7236 of a round crystal",
              [](double x, R) { return x * kVolume; });
  add_changed(changes, "round_volume_pi_over_6",
              "takes pi/6, the ratio of volumes, for a round crystal",
              [](double x, R) { return x / kVolume * kPi / 6.0; });
  add_changed(changes, "round_without_pi",
              "leaves pi out of the argument of a round crystal's transform",
              [=](double, R r) { return r.cells * kVolume * sinc3(std::sqrt(r.index * r.fudge)); });
  add_changed(changes, "round_of_two_pi", "has 2 pi in the argument of a round crystal's transform",
              [=](double, R r) {
                return r.cells * kVolume * sinc3(2.0 * kPi * std::sqrt(r.index * r.fudge));
              });
  add_changed(changes, "round_fudge_ignored", "ignores -fudge in a round crystal's transform",
              [=](double, R r) { return r.cells * kVolume * sinc3(kPi * std::sqrt(r.index)); });
  add_changed(
      changes, "round_fudge_outside_root", "multiplies the radius, not its square, by -fudge",
      [=](double, R r) { return r.cells * kVolume * sinc3(kPi * r.fudge * std::sqrt(r.index)); });
  add_changed(changes, "round_radius_not_rooted",
              "takes the squared radius for the radius of the transform",
              [=](double, R r) { return r.cells * kVolume * sinc3(kPi * r.index * r.fudge); });
  add_changed(
      changes, "round_by_sinc", "takes sin(x)/x for the transform of a sphere",
      [](double, R r) { return r.cells * kVolume * sinc(kPi * std::sqrt(r.index * r.fudge)); });
  add_changed(
      changes, "round_index_radius_without_cells",
      "leaves the numbers of cells out of the radius of a round crystal's transform",
      [](double, R r) { return r.cells * kVolume * sinc3(kPi * std::sqrt(r.plain * r.fudge)); });
  add_changed(changes, "round_without_3", "leaves the factor 3 out of the transform of a sphere",
              [](double x, R) { return x / 3.0; });
}

void add_gauss(Changes& changes) {
  // exp(−r²·w): another width of the argument is a power of the exponential.
  const auto widened = [&](const char* name, const char* does, auto factor) {
    add_changed(changes, name, does,
                [=](double x, R r) { return r.cells * std::pow(x / r.cells, factor(r)); });
  };
  widened("gauss_width_63_times", "multiplies by 0.63 instead of dividing in a Gaussian spot",
          [](R) { return 0.63 * 0.63; });
  widened("gauss_without_63", "leaves 0.63 out of the width of a Gaussian spot",
          [](R) { return 0.63; });
  widened("gauss_63_squared", "divides by 0.63 twice in a Gaussian spot",
          [](R) { return 1.0 / 0.63; });
  struct Width {
    const char* text;
    double times;
  };
  constexpr double kLn2 = std::numbers::ln2;
  for (const Width& width :
       {Width{"1/2", 0.5}, Width{"2", 2.0}, Width{"4", 4.0}, Width{"1/4", 0.25},
        Width{"ln 2", kLn2}, Width{"4 ln 2", 4.0 * kLn2}, Width{"1/(4 ln 2)", 0.25 / kLn2},
        Width{"2 ln 2", 2.0 * kLn2}, Width{"8 ln 2", 8.0 * kLn2}, Width{"pi", kPi},
        Width{"1/pi", 1.0 / kPi}, Width{"pi^2", kPi * kPi}, Width{"2 pi^2", 2.0 * kPi * kPi},
        Width{"4 pi^2", 4.0 * kPi * kPi}}) {
    widened(fmt::format("gauss_exponent_times_{}", width.text).c_str(),
            fmt::format("has {} times the exponent in a Gaussian spot", width.text).c_str(),
            [times = width.times](R) { return times; });
    widened(
        fmt::format("gauss_exponent_{}_for_63", width.text).c_str(),
        fmt::format("has {} in the exponent of a Gaussian spot, not 1/0.63", width.text).c_str(),
        [times = width.times](R) { return 0.63 * times; });
  }
  widened("gauss_fudge_ignored", "ignores -fudge in a Gaussian spot",
          [](R r) { return 1.0 / r.fudge; });
  widened("gauss_fudge_divides", "divides by -fudge instead of multiplying in a Gaussian spot",
          [](R r) { return 1.0 / (r.fudge * r.fudge); });
  widened("gauss_one_number_of_cells",
          "multiplies the radius by one number of cells less in a Gaussian spot",
          [](R r) { return std::pow(r.cells, -2.0 / 3.0); });
  widened("gauss_without_cells", "leaves the numbers of cells out of the width of a Gaussian spot",
          [](R r) { return 1.0 / (r.cells * r.cells); });
  widened("gauss_cells_not_squared", "does not square the numbers of cells in a Gaussian spot",
          [](R r) { return 1.0 / r.cells; });
  add_changed(changes, "gauss_by_index_radius",
              "takes the radius in numbers of cells for that in 1/A in a Gaussian spot",
              [](double, R r) { return r.cells * std::exp(-r.index / 0.63 * r.fudge); });
}

void add_tophat(Changes& changes) {
  std::vector<double> limits{0.63, 0.25, 0.5, 1.0};
  for (const audit::TypedNumber& other : audit::mistyped("0.3969")) limits.push_back(other.value);
  for (const double limit : limits) {
    add_changed(changes, fmt::format("tophat_{:g}", limit).c_str(),
                fmt::format("has {:g} for 0.3969 as the edge of a top hat", limit).c_str(),
                [limit](double, R r) {
                  return r.reciprocal * r.cells * r.cells * r.fudge < limit ? r.cells : 0.0;
                });
  }
  add_changed(changes, "tophat_without_cells",
              "leaves the numbers of cells out of the radius of a top hat",
              [](double, R r) { return r.reciprocal * r.fudge < 0.3969 ? r.cells : 0.0; });
  add_changed(changes, "tophat_fudge_ignored", "ignores -fudge in a top hat", [](double, R r) {
    return r.reciprocal * r.cells * r.cells < 0.3969 ? r.cells : 0.0;
  });
}

}  // namespace

void add_radial_lattices(Changes& changes, const Scene& scene) {
  const CrystalShape shape = scene.plan.crystal.shape;
  if (shape == CrystalShape::round) add_round(changes);
  if (shape == CrystalShape::gauss || shape == CrystalShape::gauss_cells) add_gauss(changes);
  if (shape == CrystalShape::tophat) add_tophat(changes);
  add_changed(changes, "lattice_without_cells",
              "leaves the number of cells out of the height of spots",
              [](double x, R r) { return x / r.cells; });
  add_changed(changes, "lattice_by_root_of_cells",
              "divides the lattice factor by the square root of the number of cells",
              [](double x, R r) { return x / std::sqrt(r.cells); });
  add_changed(changes, "lattice_times_cells", "multiplies by the number of cells once more",
              [](double x, R r) { return x * r.cells; });
  add_changed(changes, "lattice_root", "takes the square root of the lattice factor",
              [](double x, R) { return std::sqrt(std::abs(x)); });
}

}  // namespace nanobragg::commands
