// nanobragg simulate: render one image from the flags of nanoBragg.c.
#include "nanobragg/render/simulate.hpp"

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/batch/outputs.hpp"
#include "nanobragg/batch/trace_pixels.hpp"
#include "nanobragg/config/command_line.hpp"
#include "nanobragg/config/help.hpp"
#include "nanobragg/config/quirk_report.hpp"
#include "nanobragg/config/resolve.hpp"
#include "nanobragg/config/resolved_toml.hpp"
#include "nanobragg/config/summary.hpp"
#include "nanobragg/config/toml.hpp"
#include "nanobragg/io/fdump.hpp"
#include "nanobragg/io/file.hpp"
#include "nanobragg/io/terminal_progress.hpp"

namespace nanobragg::app {
namespace {

void warn(const std::string& text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

// The cache of amplitudes saves time only, so a run goes on without it.
void write_dump(const config::Resolved& run) {
  if (!run.outputs.dump) return;
  try {
    io::write_fdump(*run.outputs.dump, *run.experiment.structure_factors);
  } catch (const Error& error) {
    warn(std::string("the amplitudes are not cached: ") + error.what());
  }
}

std::unique_ptr<ProgressSink> make_progress(const config::Settings& settings,
                                            const plan::SamplingPlan& plan) {
  const std::size_t pixels = plan.detector.panels.front().shape.size();
  const bool quiet = settings.quiet.value_or(false);
  if (settings.progress.value_or(false) && !quiet) {
    return std::make_unique<io::TerminalProgress>(io::ProgressStyle::percent_lines, pixels,
                                                  plan.steps);
  }
  if (settings.progress.value_or(true) && !quiet && io::stderr_is_terminal()) {
    return std::make_unique<io::TerminalProgress>(io::ProgressStyle::bar, pixels, plan.steps);
  }
  return std::make_unique<ProgressSink>();
}

void report_warnings(const config::ParsedArguments& parsed, const config::Resolved& run) {
  for (const std::string& text : parsed.warnings) warn(text);
  for (const std::string& text : run.warnings) warn(text);
  for (const compat::Quirk quirk : run.exercised) warn(config::describe(quirk));
}

render::Simulation render(const config::Resolved& run, const plan::SamplingPlan& plan) {
  const std::unique_ptr<ProgressSink> progress = make_progress(run.effective, plan);
  return render::simulate(plan, *run.kernel, {run.threads, progress.get(), run.precision});
}

}  // namespace

int simulate(const std::vector<std::string>& flags) {
  for (const std::string& flag : flags) {
    if (flag == "--help" || flag == "-help" || flag == "-h") {
      print(config::help_text());
      return 0;
    }
  }
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      flags, [](const std::string& file) { return io::read_file(file); });
  const config::Resolved run = config::resolve(parsed.settings);
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.quirks);
  report_warnings(parsed, run);
  if (parsed.settings.show_config.value_or(false)) {
    print(config::to_toml(run.effective) + config::resolved_toml(run, plan));
    return 0;
  }
  batch::check_outputs(run.outputs);
  batch::check_asked_pixels(run, plan);
  const bool quiet = run.effective.quiet.value_or(false);
  if (!quiet) print(config::summary(run, plan));
  std::fflush(stdout);
  write_dump(run);

  const render::Simulation simulation = render(run, plan);
  const ImageView<const float> photons = simulation.panels.front().view();
  if (run.quirks != compat::QuirkSet::reference()) render::check_finite(photons);
  for (const compat::Quirk quirk : config::exercised_quirks(run, simulation.report)) {
    warn(config::describe(quirk));
  }
  batch::print_asked_pixels(run, plan, print);
  const std::string report = batch::write_outputs(run, plan, photons);
  if (!quiet) print(report);
  return 0;
}

}  // namespace nanobragg::app
