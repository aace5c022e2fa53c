// nanobragg simulate: render one image from the flags of nanoBragg.c.
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/outputs.hpp"
#include "nanobragg/commands/trace/trace_pixels.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/help.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/config/options/toml_paths.hpp"
#include "nanobragg/config/resolve/quirk_report.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/config/resolve/resolved_toml.hpp"
#include "nanobragg/config/resolve/sample_lists.hpp"
#include "nanobragg/config/resolve/summary.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/terminal_progress.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::app {
namespace {

void warn(const std::string& text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

// What is printed besides errors and warnings.
struct Console {
  bool quiet = false;
  bool verbose = false;
  std::optional<bool> progress;  // unset: a bar on a terminal
};

Console console_of(const config::Settings& settings) {
  return {settings.quiet.value_or(false), settings.verbose.value_or(false), settings.progress};
}

std::unique_ptr<ProgressSink> make_progress(const Console& console,
                                            const plan::SamplingPlan& plan) {
  const std::size_t pixels = stack_of(plan.detector.panels).shape.size();
  if (console.progress.value_or(false) && !console.quiet) {
    return std::make_unique<io::TerminalProgress>(io::ProgressStyle::percent_lines, pixels,
                                                  plan.steps);
  }
  if (console.progress.value_or(true) && !console.quiet && io::stderr_is_terminal()) {
    return std::make_unique<io::TerminalProgress>(io::ProgressStyle::bar, pixels, plan.steps);
  }
  return std::make_unique<ProgressSink>();
}

void report_warnings(const config::ParsedArguments& parsed, const config::Job& run) {
  for (const std::string& text : parsed.warnings) warn(text);
  for (const std::string& text : run.warnings) warn(text);
  for (const compat::Quirk quirk : run.exercised) warn(config::describe(quirk));
}

struct Rendered {
  image::Simulation simulation;
  double seconds;
};

Rendered render(const config::Job& run, const plan::SamplingPlan& plan, const Console& console) {
  const std::unique_ptr<ProgressSink> progress = make_progress(console, plan);
  const auto start = std::chrono::steady_clock::now();
  image::Simulation simulation = image::simulate(
      plan, *run.compute.kernel, {run.compute.threads, progress.get(), run.compute.precision});
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return {std::move(simulation), elapsed.count()};
}

// What is known before the computation: the summary, and with -verbose every sample.
void print_experiment(const config::Job& run, const plan::SamplingPlan& plan,
                      const Console& console) {
  if (console.quiet) return;
  print(config::summary(run, plan));
  if (console.verbose) print(config::sample_lists(plan));
  std::fflush(stdout);
}

void print_results(const Rendered& rendered, const std::string& report, const Console& console) {
  if (console.quiet) return;
  print(report);
  if (!console.verbose) return;
  std::printf("  %-16s%.3g s\n", "rendered in", rendered.seconds);
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
      flags, [](const std::string& file) { return io::read_input(file); });
  const Console console = console_of(parsed.settings);
  const commands::AskedPixels asked = commands::asked_pixels(parsed.settings);
  const config::Job run = config::resolve(parsed.settings, warn);
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.compute.quirks);
  report_warnings(parsed, run);
  if (parsed.settings.show_config.value_or(false)) {
    print(config::to_toml(config::with_absolute_names(run.origin.effective)) +
          config::resolved_toml(run, plan));
    return 0;
  }
  commands::check_outputs(run);
  commands::check_asked_pixels(asked, plan);
  print_experiment(run, plan, console);

  const Rendered rendered = render(run, plan, console);
  const ImageView<const float> photons = rendered.simulation.photons.view();
  if (config::refuses_non_finite(run)) image::check_finite(photons);
  for (const compat::Quirk quirk : config::exercised_quirks(run, rendered.simulation.report)) {
    warn(config::describe(quirk));
  }
  commands::print_asked_pixels(asked, run, plan, print);
  const commands::OutputReport report = commands::write_outputs(run, plan, photons);
  for (const std::string& text : report.warnings) warn(text);
  print_results(rendered, report.text, console);
  return 0;
}

}  // namespace nanobragg::app
