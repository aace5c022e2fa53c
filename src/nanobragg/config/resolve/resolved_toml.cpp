// Writes the table of derived numbers.
#include "nanobragg/config/resolve/resolved_toml.hpp"

#include <fmt/format.h>

namespace nanobragg::config {
namespace {

// A whole number must not read back as an integer.
std::string number(double value) {
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string line(const char* key, double value) {
  return fmt::format("{} = {}\n", key, number(value));
}

std::string line(const char* key, const Vec3<double>& v) {
  return fmt::format("{} = [{}, {}, {}]\n", key, number(v.x), number(v.y), number(v.z));
}

}  // namespace

std::string resolved_toml(const Job& run, const plan::SamplingPlan& plan) {
  const PlacedDetector<double>& placed = run.origin.frame.placed;
  const Lattice<double>& lattice = plan.crystal.lattice;
  const auto& [na, nb, nc] = plan.crystal.cells;
  std::string text =
      "\n# Derived from the above; left alone when this file is read back.\n[resolved]\n";
  text +=
      line("a_A", lattice.direct.a) + line("b_A", lattice.direct.b) + line("c_A", lattice.direct.c);
  text += line("a_star_per_A", lattice.reciprocal.a) + line("b_star_per_A", lattice.reciprocal.b) +
          line("c_star_per_A", lattice.reciprocal.c);
  text += line("cell_volume_A3", lattice.volume);
  text += line("cells", Vec3<double>{na, nb, nc});
  text += line("misset_rad", run.experiment.crystal->misset_rad);
  text += line("wavelength_m", run.experiment.beam->wavelength.value());
  text += line("beam_direction", plan.beam.direction);
  text += line("fluence_per_m2", plan.beam.fluence);
  text += line("phi_start_rad", run.experiment.spindle.start.value());
  text += line("oscillation_rad", plan.crystal.oscillation.range);
  text += line("phi_step_rad", plan.crystal.oscillation.step);
  text += line("detector_corner_m", placed.corner) + line("detector_fast", placed.fast) +
          line("detector_slow", placed.slow) + line("detector_normal", placed.normal);
  text += line("distance_m", placed.distance) + line("close_distance_m", placed.close_distance);
  text += line("beam_fast_m", placed.beam_f) + line("beam_slow_m", placed.beam_s);
  text += line("pixel_m", run.origin.frame.size.pixel);
  text +=
      fmt::format("pixels = [{}, {}]\n", run.origin.frame.shape.fast, run.origin.frame.shape.slow);
  text += fmt::format("sources = {}\nphi_steps = {}\nmosaic_domains = {}\nlayers = {}\n",
                      plan.beam.sources.size(), plan.crystal.phi_rad.size(),
                      plan.crystal.domains.size(), plan.detector.layers.count);
  text += line("steps_per_pixel", plan.steps);
  return text;
}

}  // namespace nanobragg::config
