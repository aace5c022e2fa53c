// Takes an experiment apart into numbers.
#include "nanobragg/commands/series/experiment_digest.hpp"

#include "nanobragg/io/files/digest.hpp"

namespace nanobragg::commands {
namespace {

using io::Digest;

void add(Digest& digest, std::size_t count) { digest.add(std::uint64_t{count}); }

void add(Digest& digest, const Vec3<double>& v) {
  for (const double number : {v.x, v.y, v.z}) digest.add(number);
}

// Absent is another value than any number.
void add(Digest& digest, const std::optional<double>& number) {
  add(digest, std::size_t{number ? 1U : 0U});
  if (number) digest.add(*number);
}

void add(Digest& digest, const SteppedRangeRequest& request) {
  add(digest, request.count ? std::optional<double>(*request.count) : std::nullopt);
  add(digest, request.range);
  add(digest, request.step);
}

void add(Digest& digest, const StructureFactors& factors) {
  const auto& [low, high] = factors.box();
  for (const int index : {low.h, low.k, low.l, high.h, high.k, high.l}) {
    digest.add(static_cast<double>(index));
  }
  digest.add(factors.table());
  digest.add(factors.default_amplitude());
}

void add(Digest& digest, const CrystalValues& crystal) {
  const Lattice<double> lattice = lattice_of(crystal);
  for (const Vec3<double>& axis : {lattice.direct.a, lattice.direct.b, lattice.direct.c}) {
    add(digest, axis);
  }
  for (const double cells : crystal.cells) digest.add(cells);
  digest.add(crystal.fudge);
  digest.add(crystal.b_factor);
  digest.add(crystal.mosaicity.spread.value());
}

void add(Digest& digest, const BeamValues& beam) {
  add(digest, beam.direction);
  add(digest, beam.polarisation_axis);
  digest.add(beam.kahn_factor);
  digest.add(beam.wavelength.value());
  add(digest, beam.dispersion);
  digest.add(beam.fluence);
  add(digest, beam.sources.size());
  for (const Source& source : beam.sources) {
    add(digest, source.position_m);
    digest.add(source.wavelength.value());
    digest.add(source.weight);
  }
}

void add(Digest& digest, const PanelValues& panel) {
  for (const Vec3<double>& v : {panel.corner_m, panel.fast, panel.slow, panel.normal}) {
    add(digest, v);
  }
  digest.add(panel.pixel_size.value());
  add(digest, panel.shape.fast);
  add(digest, panel.shape.slow);
}

void add(Digest& digest, const Image<std::uint16_t>& mask) {
  add(digest, mask.shape().fast);
  for (const std::uint16_t flag : mask.pixels()) add(digest, std::size_t{flag != 0 ? 1U : 0U});
}

}  // namespace

std::string experiment_digest(const Experiment& experiment) {
  Digest digest;
  add(digest, *experiment.structure_factors);
  add(digest, *experiment.crystal);
  add(digest, *experiment.beam);
  add(digest, experiment.spindle.axis);
  digest.add(experiment.spindle.start.value());
  add(digest, experiment.spindle.oscillation);
  add(digest, experiment.detector.panels.size());
  for (const Panel& panel : experiment.detector.panels) add(digest, *panel);
  add(digest, experiment.detector.sensor.thickness);
  add(digest, experiment.detector.sensor.attenuation_per_m);
  digest.add(experiment.water.value());
  if (experiment.sampling.mask) add(digest, *experiment.sampling.mask);
  return digest.text();
}

}  // namespace nanobragg::commands
