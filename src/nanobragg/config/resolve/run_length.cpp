// Multiplies what a plan will list.
#include "nanobragg/config/resolve/run_length.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "nanobragg/base/memory.hpp"
#include "nanobragg/kernel/analytic/spot_work.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/rays.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::config {
namespace {

// "3 hours"
std::string in_words(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  constexpr Unit kUnits[] = {
      {365.25 * 86400, "years"}, {86400, "days"}, {3600, "hours"}, {60, "minutes"}, {1, "seconds"}};
  const auto unit =
      std::ranges::find_if(kUnits, [&](const Unit& u) { return seconds >= u.seconds; });
  const auto& [length, name] = unit == std::end(kUnits) ? kUnits[4] : *unit;
  return fmt::format("{:.2g} {}", seconds / length, name);
}

// What a step takes, orders of magnitude (docs/performance.md).
double seconds_a_step(const kernel::Kernel& kernel) {
  if (kernel.name == "reference") return 120e-9;
  return kernel.name == "scalar" ? 60e-9 : 3e-9;
}

double sources_in(const BeamValues& beam) {
  if (!beam.sources.empty()) return static_cast<double>(beam.sources.size());
  const auto& [horizontal, vertical, dispersion] = plan::ray_samples(beam);
  return static_cast<double>(horizontal.count) * vertical.count * dispersion.count;
}

double steps_a_pixel(const Job& run) {
  const Experiment& experiment = run.experiment;
  const plan::LayerRule rule = run.compute.quirks.has(compat::Quirk::thick_layers)
                                   ? plan::LayerRule::as_end_points
                                   : plan::LayerRule::equal_layers;
  const double subpixels = experiment.sampling.oversample;
  return sources_in(*experiment.beam) * plan::phi_steps(experiment.spindle.oscillation).count *
         experiment.crystal->mosaicity.domains * subpixels * subpixels *
         plan::sensor_layers(experiment.detector.sensor.thickness, rule).count;
}

double rendered_pixels(const Experiment& experiment) {
  const ImageShape shape = stack_of(experiment.detector.panels).shape;
  const RegionOfInterest region = experiment.sampling.region.value_or(
      RegionOfInterest{{0, 0}, {shape.slow - 1, shape.fast - 1}});
  const auto& [first, last] = region;
  if (last.slow < first.slow || last.fast < first.fast) return 0.0;
  return static_cast<double>(last.slow - first.slow + 1) *
         static_cast<double>(last.fast - first.fast + 1);
}

// What is integrated in closed form takes no steps, but as long as spots have pixels. Throws Error
// for more spots than fit in memory.
std::optional<std::string> warn_of_spots(const Job& run, const plan::SamplingPlan& plan) {
  constexpr double kLong = 3e9;
  const kernel::analytic::SpotWork work =
      kernel::analytic::work_of(plan, kLong, run.compute.threads);
  const std::string remedy =
      "a narrower -mosaic, -dispersion or -divergence, fewer wavelengths and directions, a -dmin "
      "or a -roi";
  // The list is made of shorter ones.
  check_fits_in_memory(2.0 * work.bytes, fmt::format("a list of {:.2g} spots", work.spots),
                       "give " + remedy);
  constexpr double kSecondsAPixel = 200e-9;
  if (!(work.pixels >= kLong)) return std::nullopt;
  const double seconds = work.pixels * plan.detector.layers.count * kSecondsAPixel;
  return fmt::format(
      "this run is long ({:.2g} spots of {:.2g} pixels each; about {}): {} shorten it", work.spots,
      work.pixels / work.spots, in_words(seconds / static_cast<double>(run.compute.threads)),
      remedy);
}

}  // namespace

std::optional<std::string> warn_if_long(const Job& run) {
  constexpr double kLong = 1e11;
  if (run.experiment.crystal->shape == CrystalShape::gauss_cells) {
    // The plan is small beside its steps.
    const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.compute.quirks);
    const kernel::Kernel& kernel = *run.compute.kernel;
    if (kernel.why_not(plan).empty() && kernel::is_closed_form(kernel, plan)) {
      return warn_of_spots(run, plan);
    }
  }
  const double pixels = rendered_pixels(run.experiment);
  const double steps = steps_a_pixel(run);
  if (!(steps * pixels >= kLong)) return std::nullopt;
  const double workers =
      run.compute.kernel->name == "reference" ? 1.0 : static_cast<double>(run.compute.threads);
  return fmt::format(
      "this run is long ({:.2g} pixels of {:.2g} steps each, {}² of them sub-pixels; about {} if "
      "all are taken): a smaller -oversample, fewer sources, domains, spindle steps or sensor "
      "layers, or a -roi shorten it",
      pixels, steps, run.experiment.sampling.oversample,
      in_words(steps * pixels * seconds_a_step(*run.compute.kernel) / workers));
}

}  // namespace nanobragg::config
