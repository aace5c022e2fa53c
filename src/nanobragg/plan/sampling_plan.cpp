// From an experiment to its samples.
#include "nanobragg/plan/sampling_plan.hpp"

#include <fmt/format.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/plan/domains.hpp"
#include "nanobragg/plan/sources.hpp"

namespace nanobragg::plan {
namespace {

using compat::Quirk;

CrystalSamples sample_crystal(const Experiment& experiment) {
  CrystalSamples out;
  const CrystalValues& crystal = *experiment.crystal;
  out.oscillation = phi_steps(experiment.spindle.oscillation);
  for (int i = 0; i < out.oscillation.count; ++i) {
    out.phi_rad.push_back(experiment.spindle.start.value() + out.oscillation.step * i);
  }
  out.domains = mosaic_domains(crystal.mosaicity);
  out.lattice = lattice_of(crystal);
  out.cells = crystal.cells;
  out.shape = crystal.shape;
  out.fudge = crystal.fudge;
  out.structure_factors = experiment.structure_factors;
  out.interpolation = out.structure_factors->has_table() ? experiment.sampling.interpolation
                                                         : Interpolation::nearest;

  const Axes<double> base = transform(out.lattice.direct, [](const auto& v) { return 1e-10 * v; });
  const bool mosaic = crystal.mosaicity.spread.value() > 0.0;
  for (const double phi : out.phi_rad) {
    // At exactly 0 the axes are left alone, so that they keep every bit.
    const Axes<double> turned = phi == 0.0 ? base : transform(base, [&](const auto& v) {
      return rotate_about(v, experiment.spindle.axis, phi);
    });
    for (const Mat3<double>& domain : out.domains) {
      out.lattices.push_back(mosaic ? transform(turned, [&](const auto& v) { return domain * v; })
                                    : turned);
    }
  }
  return out;
}

BeamSamples sample_beam(const Beam& beam, compat::QuirkSet quirks) {
  BeamSamples out;
  out.horizontal_divergence = divergence_steps(beam->divergence.horizontal);
  out.vertical_divergence = divergence_steps(beam->divergence.vertical);
  out.dispersion = dispersion_steps(beam->dispersion);
  out.sources = beam->sources.empty()
                    ? generated_sources(*beam, out.horizontal_divergence, out.vertical_divergence,
                                        out.dispersion)
                    : listed_sources(beam->sources, quirks.has(Quirk::source_weights_ignored)
                                                        ? SourceWeights::equal
                                                        : SourceWeights::normalised);
  out.direction = beam->direction;
  out.polarisation_axis = beam->polarisation_axis;
  out.polarisation = beam->polarisation;
  out.kahn_factor = beam->kahn_factor;
  out.fluence = beam->fluence;
  return out;
}

void check_fits(const DetectorSamples& detector) {
  const ImageShape shape = detector.panels.front().shape;
  const auto& [first, last] = detector.region;
  if (last.fast >= shape.fast || last.slow >= shape.slow || first.fast > last.fast ||
      first.slow > last.slow) {
    throw Error(fmt::format("region of interest {} … {} × {} … {} outside the detector (fast × "
                            "slow, {} × {} pixels)",
                            first.fast, last.fast, first.slow, last.slow, shape.fast, shape.slow),
                "-roi", "both ends are included and count from 0");
  }
  if (detector.mask && detector.mask->shape() != shape) {
    const ImageShape mask = detector.mask->shape();
    throw Error(fmt::format("mask of {} × {} pixels (the detector has {} × {})", mask.fast,
                            mask.slow, shape.fast, shape.slow));
  }
}

DetectorSamples sample_detector(const Experiment& experiment, compat::QuirkSet quirks) {
  DetectorSamples out;
  for (const Panel& panel : experiment.detector.panels) out.panels.push_back(*panel);
  out.curvature = experiment.detector.curvature;
  out.pixel_model = experiment.detector.pixel_model;
  const Sensor& sensor = experiment.detector.sensor;
  out.layers =
      sensor_layers(sensor.thickness, quirks.has(Quirk::thick_layers) ? LayerRule::as_end_points
                                                                      : LayerRule::equal_layers);
  // Without an attenuation depth, the sensor is one depth thick.
  if (out.layers.range > 0.0) {
    out.attenuation_per_m = sensor.attenuation_per_m.value_or(1.0 / out.layers.range);
  }
  const ImageShape shape = out.panels.front().shape;
  out.region = experiment.sampling.region.value_or(
      RegionOfInterest{{0, 0}, {shape.slow - 1, shape.fast - 1}});
  out.mask = experiment.sampling.mask;
  check_fits(out);
  return out;
}

}  // namespace

SamplingPlan make_plan(const Experiment& experiment, compat::QuirkSet quirks) {
  SamplingPlan plan;
  plan.beam = sample_beam(experiment.beam, quirks);
  plan.crystal = sample_crystal(experiment);
  plan.detector = sample_detector(experiment, quirks);
  plan.sampling = experiment.sampling;
  plan.water_m = experiment.water.value();
  plan.quirks = quirks;
  const double subpixels = plan.sampling.oversample;
  plan.steps = static_cast<double>(plan.beam.sources.size()) *
               static_cast<double>(plan.crystal.lattices.size()) * subpixels * subpixels;
  return plan;
}

}  // namespace nanobragg::plan
