// Chooses how the experiment is computed and what is written.
#include "nanobragg/config/resolve/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/described_experiment.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/config/resolve/quirk_report.hpp"
#include "nanobragg/config/resolve/resolve_read_out.hpp"
#include "nanobragg/config/resolve/run_length.hpp"
#include "nanobragg/config/resolve/spot_widths.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/model/limits.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;
using compat::QuirkSet;

bool shows_pixels(const Settings& settings) {
  return settings.trace_pixel || value(settings, &Settings::printout);
}

// The fastest that can do what is asked for.
std::string default_kernel(const Settings& settings, QuirkSet quirks) {
  if (quirks.acts_on(compat::Scope::pixels)) return "reference";
  return shows_pixels(settings) ? "scalar" : "auto";
}

const kernel::Kernel& choose_kernel(const Settings& settings, QuirkSet quirks) {
  const kernel::Kernel& kernel =
      kernel::find_kernel(settings.kernel.value_or(default_kernel(settings, quirks)));
  if (settings.precision == kernel::Precision::float32 &&
      kernel.precisions == kernel::PrecisionSupport::float64) {
    throw UsageError("-dtype float32 with the kernel '" + std::string(kernel.name) +
                         "' (it computes in double precision alone)",
                     "", "leave out -dtype, or -compat and -kernel");
  }
  if (settings.cull_photons && kernel.name != "auto" && kernel.name != "sparse") {
    throw UsageError(
        "-cull with the kernel '" + std::string(kernel.name) + "' (it leaves nothing out)", "",
        "leave out -kernel, or take -kernel sparse");
  }
  if (shows_pixels(settings) && !kernel.trace) {
    throw UsageError("-trace_pixel or -printout with the kernel '" + std::string(kernel.name) +
                         "' (it does not show its steps)",
                     "", "leave out -kernel, or take -kernel scalar");
  }
  return kernel;
}

void check_can_render(const Settings& settings, const kernel::Kernel& kernel,
                      const plan::SamplingPlan& plan) {
  const bool knows_quirks = kernel.name == "reference";
  if (plan.quirks.acts_on(compat::Scope::pixels) && !knows_quirks) {
    throw UsageError(
        fmt::format("-compat {} with -kernel {} ({})", to_text(value(settings, &Settings::compat)),
                    kernel.name, kernel.why_not(plan)),
        "", "-kernel reference reproduces them");
  }
  kernel::check_can_render(kernel, plan);
}

Compute resolve_compute(const Settings& settings, const kernel::Kernel& kernel, QuirkSet quirks) {
  return {.quirks = quirks,
          .kernel = &kernel,
          .threads = settings.threads ? static_cast<std::size_t>(*settings.threads)
                                      : default_thread_count(),
          .precision = settings.precision.value_or(kernel.default_precision)};
}

Response resolve_response(const Settings& settings, std::int64_t seed) {
  return {.values = value(settings, &Settings::noise) ? io::PixelValues::counts
                                                      : io::PixelValues::photons,
          .seed = seed,
          .adc_offset = value(settings, &Settings::adc),
          .scale = settings.scale.value_or(0.0),
          .exposure_s = value(settings, &Settings::exposure_s),
          .noise_source = resolve_noise_source(settings),
          .read_out = resolve_read_out(settings)};
}

Outputs resolve_outputs(const Settings& settings, QuirkSet quirks) {
  Outputs outputs;
  // Where -out says what is wanted, the default names are not.
  const auto file = [&](std::optional<std::string> Settings::*name) {
    return settings.out_files ? settings.*name : std::optional(value(settings, name));
  };
  outputs.float_image = file(&Settings::float_file);
  outputs.int_image = file(&Settings::int_file);
  if (value(settings, &Settings::noise)) outputs.noise_image = file(&Settings::noise_file);
  if (value(settings, &Settings::pgm)) outputs.pgm = file(&Settings::pgm_file);
  outputs.png = settings.png_file;
  outputs.images = settings.out_files.value_or(std::vector<std::string>{});
  for (const std::string& image : outputs.images) io::format_of(image);
  outputs.amplitudes.reflections = settings.reflections_file;
  outputs.predictions = settings.predictions_file;
  outputs.pgm_scale = settings.pgm_scale.value_or(0.0);
  if (quirks.has(Quirk::rmsd_counts_masked)) {
    outputs.statistics.rmsd_pixels = report::RmsdPixels::all_in_region;
  }
  if (quirks.has(Quirk::single_rounding)) {
    outputs.statistics.summation = report::Summation::one_by_one;
  }
  return outputs;
}

// The settings that repeat a run, without what is asked of this one alone.
Settings repeated(Settings settings, const kernel::Kernel& kernel, std::int64_t seed) {
  settings.seed = seed;
  settings.kernel = std::string(kernel.name);
  settings.config_file.reset();
  settings.show_config.reset();
  return settings;
}

// What several panels are of.
std::optional<std::string> geometry_name(const Inputs& inputs) {
  if (inputs.geometry) return inputs.settings.geometry_file;
  const bool has_panels = inputs.detector && !inputs.detector->panels.empty();
  return has_panels ? inputs.settings.detector : std::nullopt;
}

NamedInputs named_inputs(const Inputs& inputs, const DescribedExperiment& described) {
  const Settings& settings = inputs.settings;
  NamedInputs out{.amplitudes = described.amplitude_source,
                  .sources = settings.source_file,
                  .geometry = geometry_name(inputs),
                  .files = files_read(described.effective),
                  .trusted = {}};
  if (!inputs.geometry) return out;
  for (const io::GeometryPanel& panel : inputs.geometry->panels) {
    out.trusted.push_back(panel.trusted);
  }
  return out;
}

// Gives the warning to `tell` at once, or adds it to the others.
void tell_if_long(Job& job, const TellAtOnce& tell) {
  plan::check_samples(job.experiment);
  const auto warning = warn_if_long(job);
  if (!warning) return;
  if (tell) {
    tell(*warning);
  } else {
    job.warnings.push_back(*warning);
  }
}

}  // namespace

bool refuses_non_finite(const Job& job) { return !job.compute.quirks.has(Quirk::nan_written); }

void check_differentiable(const Job& job) {
  if (!job.compute.quirks.acts_on(compat::Scope::pixels)) return;
  throw UsageError(fmt::format("-compat {} (its quirks have no derivatives)",
                               to_text(compat::mode_of(job.compute.quirks))),
                   "", "leave it out");
}

Job resolve(const Settings& settings, const TellAtOnce& tell) {
  return resolve(read_inputs(settings), tell);
}

Job resolve(const Settings& settings, QuirkSet quirks, const TellAtOnce& tell) {
  return resolve(read_inputs(settings, quirks), tell);
}

Job resolve(const Inputs& inputs, const TellAtOnce& tell) {
  const Settings& settings = inputs.settings;
  const QuirkSet quirks = inputs.quirks;
  const kernel::Kernel& kernel = choose_kernel(settings, quirks);
  const DescribedExperiment described =
      inputs.stored ? experiment_of_file(inputs) : experiment_of_flags(inputs);
  Job job{.experiment = described.experiment,
          .compute = resolve_compute(settings, kernel, quirks),
          .response = resolve_response(settings, inputs.seed),
          .outputs = resolve_outputs(settings, quirks),
          .origin = {.frame = described.frame,
                     .effective = without_default_pedestal(
                         repeated(described.effective, kernel, inputs.seed), settings),
                     .inputs = named_inputs(inputs, described)},
          .exercised = {},
          .warnings = {}};
  // Under its default name the file is only a cache.
  const bool is_cache = described.dump == default_settings().dump_file;
  (is_cache ? job.outputs.amplitudes.cache : job.outputs.amplitudes.dump) = described.dump;
  tell_if_long(job, tell);
  job.warnings.insert(job.warnings.end(), described.warnings.begin(), described.warnings.end());
  if (shows_pixels(settings) && job.experiment.detector.point_spread) {
    job.warnings.emplace_back(
        "the detector spreads light: a trace shows the photons of a pixel before that");
  }
  const plan::SamplingPlan plan = plan::make_plan(job.experiment, quirks);
  check_can_render(settings, kernel, plan);
  if (const auto warning = warn_if_wide(job.experiment, plan)) job.warnings.push_back(*warning);
  if (kernel::is_closed_form(kernel, plan)) {
    const auto warning = warn_if_narrow(job.experiment, plan);
    if (warning) job.warnings.push_back(*warning);
  }
  job.exercised = exercised_quirks(job, settings, inputs.header, plan);
  std::ranges::copy_if(described.exercised, std::back_inserter(job.exercised),
                       [&](Quirk quirk) { return !quirks.has(quirk); });
  return job;
}

}  // namespace nanobragg::config
