// Finds out where the reference would have given another image.
#include "nanobragg/config/resolve/quirk_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/config/resolve/resolve_crystal.hpp"
#include "nanobragg/config/resolve/skewed_cell.hpp"
#include "nanobragg/config/resolve/smv_header.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/scattering.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;

// A cell of which the reference would make other angles than the given ones.
bool is_skewed(const CrystalValues& crystal) {
  if (!crystal.cell || crystal.reciprocal_axes) return false;
  const double height = skewed_reciprocal_axes(*crystal.cell).c.z * crystal.cell->c;
  return std::abs(height - 1.0) > 1e-9;
}

// Only where the spindle turns at all is there another orientation to keep.
bool keeps_orientation(const plan::CrystalSamples& crystal) {
  const auto is_zero = [](double phi) { return phi == 0.0; };
  return std::ranges::any_of(crystal.phi_rad, is_zero) &&
         !std::ranges::all_of(crystal.phi_rad, is_zero);
}

bool turns_backwards(const SteppedRangeRequest& oscillation) {
  return oscillation.range.value_or(0.0) < 0.0 || oscillation.step.value_or(0.0) < 0.0;
}

bool samples_a_factor(const plan::SamplingPlan& plan) {
  const Sampling& sampling = plan.sampling;
  const auto each = FactorSampling::per_subpixel;
  const bool absorption = sampling.absorption == each && plan.detector.layers.range > 0.0;
  return absorption || sampling.polarisation == each || sampling.solid_angle == each;
}

bool unequal_weights(const std::vector<Source>& sources) {
  return std::ranges::any_of(
      sources, [&](const Source& source) { return source.weight != sources.front().weight; });
}

bool any_masked(const plan::DetectorSamples& detector) {
  return detector.mask &&
         std::ranges::any_of(detector.mask->pixels(), [](auto flag) { return flag == 0; });
}

// Whether the automatic choice of interpolation depends on when the size becomes a number.
bool size_decides_interpolation(const Settings& given, const Job& run) {
  if (given.interpolate || given.experiment_file || !run.experiment.structure_factors->has_table())
    return false;
  const auto small = [](const std::array<double, 3>& cells) {
    return std::ranges::any_of(cells, [](double n) { return n <= 2.0; });
  };
  return small(flagged_cells(given, run.compute.quirks)) != small(run.experiment.crystal->cells);
}

// Whether the factor that the reference finds with a first step may stay 0 because there is none.
bool cuts_whole_pixels(const Experiment& experiment) {
  const Sampling& sampling = experiment.sampling;
  return experiment.beam->polarisation == Polarisation::kahn &&
         sampling.polarisation == FactorSampling::per_pixel &&
         to_angstrom(sampling.resolution_limit).value() >
             best_resolution_A(experiment.detector.panels, *experiment.beam);
}

// Whether a crystal that is round has a sub-pixel in the direct beam, to the last digits: there the
// offset from the reciprocal lattice point 000 is next to nothing.
bool meets_round_peak(const plan::SamplingPlan& plan) {
  if (plan.crystal.shape != CrystalShape::round) return false;
  const auto is_met = [&](const plan::PanelPlan& panel, const plan::Ray<double>& source) {
    const auto point = physics::nearest_subpixel(panel, source.incident);
    if (!point) return false;
    const Vec3<double> q =
        physics::scattering_vector(unit(*point), source.incident, source.wavelength_m);
    const Axes<double>& axes = plan.crystal.lattices.front();
    const auto& [na, nb, nc] = plan.crystal.cells;
    const Vec3<double> offset{na * dot(axes.a, q), nb * dot(axes.b, q), nc * dot(axes.c, q)};
    constexpr double kLostDigits = 1e-6;
    return constants::kPi * std::sqrt(plan.crystal.fudge) * length(offset) < kLostDigits;
  };
  for (std::size_t i = 0; i < plan.detector.panels.size(); ++i) {
    const auto panel = plan::panel_plan(plan, i);
    if (!panel) continue;
    for (const plan::Ray<double>& source : plan.beam.sources) {
      if (is_met(*panel, source)) return true;
    }
  }
  return false;
}

bool fractional_cells(const Settings& given) {
  const auto is_fraction = [](const std::optional<double>& n) { return n && *n != std::floor(*n); };
  return is_fraction(given.cells_a) || is_fraction(given.cells_b) || is_fraction(given.cells_c);
}

}  // namespace

std::vector<Quirk> exercised_quirks(const Job& run, const Settings& given,
                                    const HeaderFiles& header, const plan::SamplingPlan& plan) {
  const DetectorFrame& frame = run.origin.frame;
  const bool named = frame.convention != Convention::custom;
  std::vector<Quirk> found;
  const auto check = [&](Quirk quirk, bool exercised) {
    if (exercised && !run.compute.quirks.has(quirk)) found.push_back(quirk);
  };
  check(Quirk::phi_carry_over, keeps_orientation(plan.crystal));
  check(Quirk::skewed_triclinic_cell, is_skewed(*run.experiment.crystal));
  check(Quirk::thick_layers, plan.detector.layers.range > 0.0);
  check(Quirk::running_product, samples_a_factor(plan));
  check(Quirk::interpolation_before_size, size_decides_interpolation(given, run));
  check(Quirk::source_weights_ignored,
        given.source_file && unequal_weights(run.experiment.beam->sources));
  check(Quirk::pix0_ignored, given.pix0_m.has_value() && frame.placement == Placement::by_corner);
  check(Quirk::convention_forces_pivot, named && frame.placing.pivot != pivot_of(frame.convention));
  check(Quirk::img_twotheta_ignored,
        !given.twotheta_deg && header.geometry.twotheta_rad.value_or(0.0) != 0.0);
  // The reference ignores it in a header.
  check(Quirk::twotheta_ratio, given.twotheta_deg.value_or(0.0) != 0.0);
  check(Quirk::beam_centre_words, frame.by_other_words);
  check(Quirk::negative_oscillation, turns_backwards(run.experiment.spindle.oscillation));
  check(Quirk::header_key_substrings, header.of_reference.has_value());
  check(Quirk::header_overrides_distance, given.distance_mm && !given.close_distance_mm &&
                                              header.geometry.close_distance_m.has_value());
  check(Quirk::rmsd_counts_masked, any_masked(plan.detector));
  check(Quirk::water_scaling, plan.amorphous.water_m > 0.0);
  check(Quirk::water_cut_by_dmin,
        plan.amorphous.water_m > 0.0 && cuts_whole_pixels(run.experiment));
  check(Quirk::nopolar_ignored, plan.beam.polarisation == Polarisation::off &&
                                    plan.sampling.polarisation == FactorSampling::per_subpixel);
  check(Quirk::round_peak, meets_round_peak(plan));
  check(Quirk::whole_cells, fractional_cells(given));
  check(Quirk::spots_of_volume,
        given.shape == CrystalShape::gauss || given.shape == CrystalShape::tophat);
  check(Quirk::smv_header_overflow, reference_header_overflows(run, plan) &&
                                        (run.outputs.int_image || run.outputs.noise_image));
  return found;
}

std::vector<Quirk> exercised_quirks(const Job& run, const kernel::RunReport& report) {
  const bool latched =
      report.interpolation_fallbacks > 0 && !run.compute.quirks.has(Quirk::interpolation_latch);
  return latched ? std::vector{Quirk::interpolation_latch} : std::vector<Quirk>{};
}

std::string describe(Quirk quirk) {
  const compat::QuirkInfo& row = compat::info(quirk);
  return fmt::format("quirk {}: the reference {}; this run {} (-compat reference reproduces it)",
                     row.name, row.reference_does, row.physical_does);
}

}  // namespace nanobragg::config
