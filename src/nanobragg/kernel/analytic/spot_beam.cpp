// Takes what smears reflections from a plan.
#include "nanobragg/kernel/analytic/spot_beam.hpp"

#include <algorithm>

#include "nanobragg/physics/lattice/gauss_cells.hpp"

namespace nanobragg::kernel::analytic {

SpotBeam spot_beam(const plan::PanelPlan& plan) {
  SpotBeam out;
  for (const plan::Ray<double>& ray : plan.beam.normal.lines) {
    out.lines.push_back({ray.incident, 1e-10 / ray.wavelength_m});
    out.weights.push_back(ray.weight / static_cast<double>(plan.beam.normal.lines.size()));
  }
  return out;
}

physics::Smearing<double> smearing_of(const plan::PanelPlan& plan) {
  const plan::CrystalSamples& crystal = plan.crystal;
  const auto size = [&](double cells) {
    return physics::GaussCellsLattice::deviation(cells, crystal.fudge);
  };
  const auto& [na, nb, nc] = crystal.cells;
  return {.size = {size(na), size(nb), size(nc)},
          .mosaic = crystal.continuous.mosaic_deviation_rad,
          .turns = crystal.continuous.turns,
          .cell = crystal.continuous.cell_deviation,
          .energy = plan.beam.normal.energy_deviation,
          .horizontal = plan.beam.normal.horizontal_deviation_rad,
          .vertical = plan.beam.normal.vertical_deviation_rad,
          .horizontal_axis = plan.beam.normal.horizontal_axis,
          .vertical_axis = plan.beam.normal.vertical_axis};
}

double widest_deviation(const physics::Smearing<double>& smearing, const Axes<double>& reciprocal,
                        const SpotPlace& place) {
  const auto& [a, b, c] = reciprocal;
  const double size =
      smearing.size[0] * length(a) + smearing.size[1] * length(b) + smearing.size[2] * length(c);
  return size + place.q * (smearing.mosaic + smearing.cell + smearing.energy) +
         place.wavenumber * (smearing.horizontal + smearing.vertical);
}

bool is_accurate(const plan::BeamSamples& beam, const plan::CrystalSamples& crystal) {
  constexpr double kDeviations = 4.5;  // to the middle: there a spot has 4e-5 of its peak
  constexpr double kWidest = 0.02;     // rad, or relative
  const bool are_apart = std::ranges::all_of(crystal.cells, [&](double cells) {
    return kDeviations * physics::GaussCellsLattice::deviation(cells, crystal.fudge) <= 0.5;
  });
  const plan::NormalBeam& normal = beam.normal;
  const double widest = std::max({crystal.continuous.mosaic_deviation_rad,
                                  crystal.continuous.cell_deviation, normal.energy_deviation,
                                  normal.horizontal_deviation_rad, normal.vertical_deviation_rad});
  return are_apart && widest <= kWidest;
}

std::string why_not(const plan::CrystalSamples& crystal, const plan::DetectorSamples& detector) {
  if (crystal.shape != CrystalShape::gauss_cells) {
    return "the spots of its shape are not Gaussian, which those of -gauss_cells are";
  }
  if (crystal.continuous.has_mosaic_turns &&
      crystal.continuous.mosaic_shape != MosaicShape::gauss) {
    return "its mosaic turns are not normally distributed, which those of -mosaic_shape gauss are";
  }
  if (crystal.interpolation != Interpolation::nearest) {
    return "F is interpolated between reflections";
  }
  if (detector.curvature != Curvature::flat) return "it finds spots on flat panels alone";
  return "";
}

}  // namespace nanobragg::kernel::analytic
