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
  if (plan.quirks.acts_on(compat::Scope::pixels) && !kernel.why_not(plan).empty()) {
    throw UsageError(
        fmt::format("-compat {} with -kernel {} ({})", to_text(value(settings, &Settings::compat)),
                    kernel.name, kernel.why_not(plan)),
        "", "-kernel reference reproduces them");
  }
  kernel::check_can_render(kernel, plan);
}

kernel::Precision precision_of(const Settings& settings, const kernel::Kernel& kernel) {
  return settings.precision.value_or(kernel.default_precision);
}

Outputs resolve_outputs(const Settings& settings, std::int64_t seed, QuirkSet quirks) {
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
  outputs.amplitudes.reflections = settings.reflections_file;
  outputs.predictions = settings.predictions_file;
  outputs.scale = settings.scale.value_or(0.0);
  outputs.pgm_scale = settings.pgm_scale.value_or(0.0);
  outputs.adc_offset = value(settings, &Settings::adc);
  outputs.seed = seed;
  if (quirks.has(Quirk::rmsd_counts_masked)) {
    outputs.statistics.rmsd_pixels = report::RmsdPixels::all_in_region;
  }
  if (quirks.has(Quirk::single_rounding)) {
    outputs.statistics.summation = report::Summation::one_by_one;
  }
  return outputs;
}

NamedImages resolve_images(const Settings& settings) {
  NamedImages images;
  images.files = settings.out_files.value_or(std::vector<std::string>{});
  for (const std::string& file : images.files) io::format_of(file);
  images.exposure_s = value(settings, &Settings::exposure_s);
  images.values =
      value(settings, &Settings::noise) ? io::PixelValues::counts : io::PixelValues::photons;
  return images;
}

// The settings that repeat a run, without what is asked of this one alone.
Settings repeated(Settings settings, const kernel::Kernel& kernel, std::int64_t seed) {
  settings.seed = seed;
  settings.kernel = std::string(kernel.name);
  settings.config_file.reset();
  settings.show_config.reset();
  return settings;
}

NamedInputs named_inputs(const Inputs& inputs, const DescribedExperiment& described) {
  const Settings& settings = inputs.settings;
  NamedInputs out{.amplitudes = described.amplitude_source,
                  .sources = settings.source_file,
                  .geometry = inputs.geometry ? settings.geometry_file : std::nullopt,
                  .files = files_read(described.effective),
                  .trusted = {}};
  if (!inputs.geometry) return out;
  for (const io::GeometryPanel& panel : inputs.geometry->panels) {
    out.trusted.push_back(panel.trusted);
  }
  return out;
}

// Gives the warning to `tell` at once, or adds it to the others.
void tell_if_long(Resolved& run, const TellAtOnce& tell) {
  plan::check_samples(run.experiment);
  const auto warning = warn_if_long(run);
  if (!warning) return;
  if (tell) {
    tell(*warning);
  } else {
    run.warnings.push_back(*warning);
  }
}

}  // namespace

bool refuses_non_finite(const Resolved& run) { return !run.quirks.has(Quirk::nan_written); }

void check_differentiable(const Resolved& run) {
  if (!run.quirks.acts_on(compat::Scope::pixels)) return;
  throw UsageError(fmt::format("-compat {} (its quirks have no derivatives)",
                               to_text(compat::mode_of(run.quirks))),
                   "", "leave it out");
}

Resolved resolve(const Settings& settings, const TellAtOnce& tell) {
  return resolve(read_inputs(settings), tell);
}

Resolved resolve(const Settings& settings, QuirkSet quirks, const TellAtOnce& tell) {
  return resolve(read_inputs(settings, quirks), tell);
}

Resolved resolve(const Inputs& inputs, const TellAtOnce& tell) {
  const Settings& settings = inputs.settings;
  const QuirkSet quirks = inputs.quirks;
  const kernel::Kernel& kernel = choose_kernel(settings, quirks);
  const DescribedExperiment described =
      inputs.stored ? experiment_of_file(inputs) : experiment_of_flags(inputs);
  Resolved run{.experiment = described.experiment,
               .quirks = quirks,
               .kernel = &kernel,
               .threads = settings.threads ? static_cast<std::size_t>(*settings.threads)
                                           : default_thread_count(),
               .precision = precision_of(settings, kernel),
               .frame = described.frame,
               .outputs = resolve_outputs(settings, inputs.seed, quirks),
               .images = resolve_images(settings),
               .effective = repeated(described.effective, kernel, inputs.seed),
               .inputs = named_inputs(inputs, described),
               .exercised = {},
               .warnings = {}};
  // Under its default name the file is only a cache.
  const bool is_cache = described.dump == default_settings().dump_file;
  (is_cache ? run.outputs.amplitudes.cache : run.outputs.amplitudes.dump) = described.dump;
  tell_if_long(run, tell);
  run.warnings.insert(run.warnings.end(), described.warnings.begin(), described.warnings.end());
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, quirks);
  check_can_render(settings, kernel, plan);
  if (const auto warning = warn_if_wide(run.experiment, plan)) run.warnings.push_back(*warning);
  run.exercised = exercised_quirks(run, settings, inputs.header, plan);
  std::ranges::copy_if(described.exercised, std::back_inserter(run.exercised),
                       [&](Quirk quirk) { return !quirks.has(quirk); });
  return run;
}

}  // namespace nanobragg::config
