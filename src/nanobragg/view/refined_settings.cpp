// Writes numbers of the model into settings, and checks that they come back.
#include "nanobragg/view/refined_settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg::view {
namespace {

using config::Settings;

constexpr double kDegrees = constants::kDegreesPerRadian;

void take_crystal(Settings& s, const CrystalValues& crystal) {
  s = oriented_by_misset(std::move(s), crystal);
  const auto& [na, nb, nc] = crystal.cells;
  s.size_x_mm.reset();
  s.size_y_mm.reset();
  s.size_z_mm.reset();
  s.cells_a = na;
  s.cells_b = nb;
  s.cells_c = nc;
  s.b_factor = crystal.b_factor;
  const Mosaicity& mosaicity = crystal.mosaicity;
  if (mosaicity.relative_spreads) {
    const auto [a, b, c] = spreads_by_axis(mosaicity);
    s.mosaic_spread_deg.reset();
    s.mosaic_spread_abc_deg = kDegrees * Vec3<double>{a, b, c};
    const auto& [bc, ac, ab] = mosaicity.correlations;
    s.mosaic_correlation = Vec3<double>{bc, ac, ab};
  } else {
    s.mosaic_spread_deg = kDegrees * mosaicity.spread.value();
  }
}

void take_beam(Settings& s, const BeamValues& beam) {
  s.flux.reset();
  s.fluence = beam.fluence;
  if (!beam.sources.empty()) return;
  if (const auto range = beam.dispersion.range) s.dispersion_percent = 100.0 * *range;
  if (const auto range = beam.divergence.horizontal.range) s.hdiv_range_mrad = 1e3 * *range;
  if (const auto range = beam.divergence.vertical.range) s.vdiv_range_mrad = 1e3 * *range;
}

bool is_near(double a, double b) { return std::abs(a - b) <= 1e-6 * std::abs(a) + 1e-12; }

bool is_same_lattice(const CrystalValues& a, const CrystalValues& b) {
  const Axes<double> of_a = lattice_of(a).direct;
  const Axes<double> of_b = lattice_of(b).direct;
  return std::ranges::all_of(
      std::array{std::pair{of_a.a, of_b.a}, std::pair{of_a.b, of_b.b}, std::pair{of_a.c, of_b.c}},
      [](const auto& axes) {
        return length(axes.first - axes.second) <= 1e-5 * length(axes.first);
      });
}

}  // namespace

Settings oriented_by_misset(Settings s, const CrystalValues& crystal) {
  const Lattice<double> lattice = lattice_of(crystal);
  const CellParameters<double> cell = cell_of(lattice);
  // A cell takes the place of a file's axes: what is between them and its standard orientation is
  // missetting.
  const Axes<double> frame = crystal_frame(lattice.reciprocal);
  s.matrix_file.reset();
  s.crystal_file.reset();
  s.misset_random.reset();
  s.misset_seed.reset();
  s.misset_deg = kDegrees * xyz_angles_rad(transpose(Mat3<double>{{frame.a, frame.b, frame.c}}));
  s.cell = {
      cell.a, cell.b, cell.c, kDegrees * cell.alpha, kDegrees * cell.beta, kDegrees * cell.gamma};
  return s;
}

Settings refined_settings(const Settings& start, const Experiment& refined) {
  Settings settings = start;
  take_crystal(settings, *refined.crystal);
  take_beam(settings, *refined.beam);
  const Experiment said = config::resolve(settings).experiment;
  const bool is_same = is_same_lattice(*refined.crystal, *said.crystal) &&
                       is_near(refined.beam->fluence, said.beam->fluence) &&
                       refined.crystal->cells == said.crystal->cells;
  if (is_same) return settings;
  throw Error("flags cannot say the refined experiment beside the files that it began with", "",
              "nanobragg refine --experiment writes it as a file");
}

}  // namespace nanobragg::view
