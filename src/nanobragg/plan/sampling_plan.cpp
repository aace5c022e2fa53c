// From an experiment to its samples.
#include "nanobragg/plan/sampling_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/model/block_sizes.hpp"
#include "nanobragg/model/check_experiment.hpp"
#include "nanobragg/model/limits.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/domains.hpp"
#include "nanobragg/plan/inputs_at.hpp"
#include "nanobragg/plan/orientations.hpp"
#include "nanobragg/plan/panel_bounds.hpp"

namespace nanobragg::plan {
namespace {

using compat::Quirk;

// Of a list while it grows, and of the plan of a panel.
constexpr double kCopies = 2.0;

// Checked before anything is sampled: a count can be asked for that no memory holds.
void check_orientations(int spindle_steps, int domains) {
  check_fits_in_memory(
      kCopies * (static_cast<double>(sizeof(Axes<double>)) * spindle_steps * domains +
                 static_cast<double>(sizeof(Mat3<double>) + sizeof(UnitTurn)) * domains),
      fmt::format("a list of {} spindle steps × {} mosaic domains", spindle_steps, domains),
      "give fewer -phisteps or -mosaic_domains");
}

void check_rays(int horizontal, int vertical, int wavelengths) {
  check_fits_in_memory(
      kCopies * static_cast<double>(sizeof(Ray<double>)) * horizontal * vertical * wavelengths,
      fmt::format("a list of {} × {} directions × {} wavelengths", horizontal, vertical,
                  wavelengths),
      "give fewer -hdivsteps, -vdivsteps or -dispsteps");
}

// Steps may lead farther than the range that they are said to cover.
void check_wavelengths(const std::vector<Ray<double>>& sources) {
  for (const Ray<double>& source : sources) {
    const double wavelength = source.wavelength_m;
    if (wavelength >= limits::kShortestWavelength_m && wavelength <= limits::kLongestWavelength_m) {
      continue;
    }
    throw Error(fmt::format("a sampled wavelength of {:g} Å ({:g} to {:g} Å can be computed)",
                            1e10 * wavelength, 1e10 * limits::kShortestWavelength_m,
                            1e10 * limits::kLongestWavelength_m),
                "", "give a smaller -dispersion, or -dispstep and -dispsteps that stay within it");
  }
}

// No less than the deviation about any axis: the sum of a row of the covariance is no less than its
// largest eigenvalue (Gershgorin).
double widest_turn(const TurnSpreads<double>& turns) {
  const auto rows = root_of(turns.correlations);
  double most = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < 3; ++j) {
      sum += turns.widths.at(i) * turns.widths.at(j) * std::abs(dot(rows.at(i), rows.at(j)));
    }
    most = std::max(most, sum);
  }
  return std::sqrt(most);
}

CrystalSamples sample_crystal(const Experiment& experiment, compat::QuirkSet quirks) {
  CrystalSamples out;
  const CrystalValues& crystal = *experiment.crystal;
  const CrystalInputs<double> in = crystal_inputs(experiment);
  out.oscillation = phi_steps(experiment.spindle.oscillation);
  out.phi_rad = spindle_angles(experiment.spindle, in);
  out.domains = mosaic_domains(
      crystal, in,
      quirks.has(Quirk::single_rounding) ? AngleRounding::to_single : AngleRounding::none);
  out.lattices =
      lattices_of<double>(experiment.spindle, in, out.domains, domain_frame(crystal.mosaicity));
  out.lattice = lattice_of(crystal);
  out.cells = in.cells;
  out.continuous.blocks = crystal.blocks;
  out.shape = crystal.shape;
  out.fudge = in.fudge;
  out.b_factor = in.b_factor;
  if (crystal.displacements.anisotropic_b || crystal.displacements.liquid_motions)
    out.continuous.motions.displacement = in.motions.displacement;
  if (crystal.displacements.liquid_motions) {
    out.continuous.motions.liquid =
        LiquidSamples{in.motions.liquid, in.motions.correlations, liquid_rotations(experiment),
                      crystal.displacements.liquid_motions->neighbours};
  }
  out.continuous.spindle_axis = experiment.spindle.axis;
  out.continuous.has_mosaic_turns =
      out.domains.size() > 1 && crystal.mosaicity.spread.value() > 0.0;
  out.continuous.mosaic_shape = crystal.mosaicity.shape;
  if (out.continuous.mosaic_shape == MosaicShape::gauss) {
    out.continuous.mosaic_deviation_rad = deviation_of_half_width(in.mosaic_spread);
    if (crystal.mosaicity.relative_spreads) {
      out.continuous.turns = in.turns;
      for (double& width : out.continuous.turns->widths) width = deviation_of_half_width(width);
      out.continuous.mosaic_deviation_rad = widest_turn(*out.continuous.turns);
    }
  }
  out.continuous.cell_deviation = deviation_of_full_width(in.cell_spread);
  out.continuous.phi_start_rad = in.phi_start;
  out.structure_factors = experiment.structure_factors;
  out.interpolation = out.structure_factors->has_table() ? experiment.sampling.interpolation
                                                         : Interpolation::nearest;
  return out;
}

BeamSamples sample_beam(const Experiment& experiment) {
  BeamSamples out;
  const BeamValues& beam = *experiment.beam;
  const BeamInputs<double> in = beam_inputs(experiment);
  out.samples = ray_samples(beam);
  out.normal.lines = lines_of(beam, in);
  if (!beam.sources.empty()) {
    out.normal.energy_deviation = deviation_of_full_width(beam.line_width);
    out.normal.lines_are_wide = beam.line_width > 0.0;
  } else {
    const auto deviation = [](Profile profile, double full_width) {
      return profile == Profile::gauss ? deviation_of_full_width(full_width) : 0.0;
    };
    out.normal.energy_deviation = deviation(beam.dispersion_profile, in.bandwidth);
    out.normal.horizontal_deviation_rad =
        deviation(beam.divergence.profile, in.horizontal_divergence);
    out.normal.vertical_deviation_rad = deviation(beam.divergence.profile, in.vertical_divergence);
    out.normal.horizontal_axis = unit(cross(upwards_of(beam), beam.direction));
    out.normal.vertical_axis = unit(cross(beam.polarisation_axis, beam.direction));
  }
  out.sources = rays_of(beam, in);
  check_wavelengths(out.sources);
  out.direction = beam.direction;
  out.polarisation_axis = beam.polarisation_axis;
  out.polarisation = beam.polarisation;
  out.kahn_factor = in.kahn_factor;
  out.fluence = in.fluence;
  return out;
}

void check_image(ImageShape shape) {
  // Photons, counts, and their copy on the way to a file.
  constexpr double kBytesAPixel = sizeof(float) + 2 * sizeof(std::uint16_t);
  check_fits_in_memory(
      kBytesAPixel * static_cast<double>(shape.fast) * static_cast<double>(shape.slow),
      fmt::format("an image of {} × {} pixels", shape.fast, shape.slow),
      "give fewer -detpixels or a smaller -detsize");
}

void check_region_and_mask(const DetectorSamples& detector) {
  const ImageShape shape = stack_of(detector.panels).shape;
  const auto& [first, last] = detector.region;
  if (last.fast >= shape.fast || last.slow >= shape.slow || first.fast > last.fast ||
      first.slow > last.slow) {
    throw UsageError(
        fmt::format(
            "region of fast {} … {}, slow {} … {} (the detector has fast 0 … {}, slow 0 … {})",
            first.fast, last.fast, first.slow, last.slow, shape.fast - 1, shape.slow - 1),
        "-roi", "give first and last pixel along fast, then along slow");
  }
  if (detector.mask && detector.mask->shape() != shape) {
    const ImageShape mask = detector.mask->shape();
    throw Error(fmt::format("mask of {} × {} pixels (the detector has {} × {})", mask.fast,
                            mask.slow, shape.fast, shape.slow));
  }
}

void check_measured(const std::vector<MeasuredBackground>& measured, ImageShape shape) {
  for (const MeasuredBackground& background : measured) {
    if (!background.image || background.image->shape() == shape) continue;
    const ImageShape own = background.image->shape();
    throw Error(fmt::format("a background of {} × {} pixels (the detector has {} × {})", own.fast,
                            own.slow, shape.fast, shape.slow),
                background.name);
  }
}

DetectorSamples sample_detector(const Experiment& experiment, compat::QuirkSet quirks) {
  DetectorSamples out;
  for (const Panel& panel : experiment.detector.panels) out.panels.push_back(*panel);
  out.curvature = experiment.detector.curvature;
  out.point_spread = experiment.detector.point_spread;
  out.pixel_model = experiment.detector.pixel_model;
  const Sensor& sensor = experiment.detector.sensor;
  out.layers =
      sensor_layers(sensor.thickness, quirks.has(Quirk::thick_layers) ? LayerRule::as_end_points
                                                                      : LayerRule::equal_layers);
  if (out.layers.range > 0.0) {
    out.attenuation_per_m = attenuation_of(sensor);
    // A pixel of a sphere is met along its normal, however deep.
    const bool at_front = quirks.has(Quirk::thick_layers) || out.curvature == Curvature::spherical;
    out.capture = at_front ? Capture::at_layer_front : Capture::at_mean_depth;
  }
  const ImageShape shape = stack_of(out.panels).shape;
  check_image(shape);
  out.region = experiment.sampling.region.value_or(
      RegionOfInterest{{0, 0}, {shape.slow - 1, shape.fast - 1}});
  out.mask = experiment.sampling.mask;
  check_region_and_mask(out);
  check_measured(experiment.measured, shape);
  return out;
}

// The indices of a lattice that some pixel can see, and a few around them.
MillerBox reach_of(const SamplingPlan& plan, const CrystalSamples& crystal) {
  constexpr double kMargin = 1.1;  // for rays and cells between the samples
  double largest_q = 0.0;
  for (std::size_t i = 0; i < plan.detector.panels.size(); ++i) {
    const auto panel = panel_plan(plan, i);
    if (!panel) continue;
    for (const Ray<double>& ray : plan.beam.sources) {
      largest_q = std::max(largest_q, largest_scattering_vector(*panel, whole_panel(*panel), ray));
    }
  }
  MillerBox box = reachable_box(in_metres(crystal.lattice.direct), kMargin * largest_q);
  constexpr std::int32_t kAround = 3;  // that interpolation sees
  for (auto* index : {&box.max.h, &box.max.k, &box.max.l}) *index += kAround;
  box.min = mate_of(box.max);
  return box;
}

// The amplitudes that an anisotropic B leaves.
void displace(const SamplingPlan& plan, CrystalSamples& crystal) {
  if (!crystal.continuous.motions.displacement) return;
  const StructureFactors& factors = *crystal.structure_factors;
  const MillerBox reach =
      factors.default_amplitude() == 0.0 ? MillerBox{} : reach_of(plan, crystal);
  crystal.structure_factors = std::make_shared<const StructureFactors>(
      displaced(factors, *crystal.continuous.motions.displacement, reach));
}

}  // namespace

std::optional<PanelPlan> panel_plan(const SamplingPlan& plan, std::size_t panel) {
  const DetectorSamples& detector = plan.detector;
  const ImageShape shape = detector.panels[panel].shape;
  const std::size_t first_row = stack_of(detector.panels).first_row[panel];
  const auto& [first, last] = detector.region;
  if (last.slow < first_row || first.slow >= first_row + shape.slow || first.fast >= shape.fast) {
    return std::nullopt;
  }
  return PanelPlan{.beam = plan.beam,
                   .crystal = plan.crystal,
                   .detector = detector,
                   .sampling = plan.sampling,
                   .amorphous = plan.amorphous,
                   .beamstop = plan.beamstop,
                   .steps = plan.steps,
                   .quirks = plan.quirks,
                   .panel = detector.panels[panel],
                   .index = panel,
                   .first_row = first_row,
                   .region = {{std::max(first.slow, first_row) - first_row, first.fast},
                              {std::min(last.slow - first_row, shape.slow - 1),
                               std::min(last.fast, shape.fast - 1)}}};
}

PanelPlan with_samples(const PanelPlan& plan, const BeamSamples& beam,
                       const CrystalSamples& crystal, const DetectorSamples& detector,
                       const Sampling& sampling) {
  return {.beam = beam,
          .crystal = crystal,
          .detector = detector,
          .sampling = sampling,
          .amorphous = plan.amorphous,
          .beamstop = plan.beamstop,
          .steps = plan.steps,
          .quirks = plan.quirks,
          .panel = plan.panel,
          .index = plan.index,
          .first_row = plan.first_row,
          .region = plan.region};
}

PanelInputs<double> panel_inputs(const PanelPlan& plan) {
  const PanelValues& p = plan.panel;
  return {.corner = p.corner_m,
          .fast = p.fast,
          .slow = p.slow,
          .normal = p.normal,
          .pixel_size = p.pixel_size.value(),
          .close_distance = p.close_distance.value(),
          .distance = p.distance.value(),
          .layer_step = plan.detector.layers.step,
          .attenuation_per_m = plan.detector.attenuation_per_m};
}

void check_samples(const Experiment& experiment) {
  check(experiment);
  check_orientations(phi_steps(experiment.spindle.oscillation).count,
                     experiment.crystal->mosaicity.domains);
  const auto& [horizontal, vertical, dispersion] = ray_samples(*experiment.beam);
  check_rays(horizontal.count, vertical.count, dispersion.count);
}

SamplingPlan make_plan(const Experiment& experiment, compat::QuirkSet quirks) {
  check_samples(experiment);
  SamplingPlan plan;
  plan.beam = sample_beam(experiment);
  for (const auto& [single, share, factor] : single_lattices(experiment)) {
    CrystalSamples crystal = sample_crystal(single, quirks);
    if (plan.shares.empty()) {
      plan.crystal = std::move(crystal);
    } else {
      plan.further_lattices.push_back(std::move(crystal));
    }
    plan.shares.push_back(share);
  }
  plan.sizes = sizes_of(experiment.crystal->block_sizes).size();
  plan.detector = sample_detector(experiment, quirks);
  plan.sampling = experiment.sampling;
  plan.amorphous.water_m = experiment.water.value();
  plan.amorphous.slabs = experiment.slabs;
  plan.amorphous.measured = experiment.measured;
  plan.amorphous.beam_area_m2 = experiment.beam->size.value() * experiment.beam->size.value();
  plan.beamstop = experiment.beamstop;
  plan.quirks = quirks;
  displace(plan, plan.crystal);
  for (CrystalSamples& crystal : plan.further_lattices) displace(plan, crystal);
  const double subpixels = plan.sampling.oversample;
  plan.steps = static_cast<double>(plan.beam.sources.size()) *
               static_cast<double>(plan.crystal.lattices.size()) * subpixels * subpixels;
  return plan;
}

}  // namespace nanobragg::plan
