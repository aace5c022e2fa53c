// Resolves, traces, and writes down what happened whether it went well or not.
#include "nanobragg/commands/trace/trace_run.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/compare/environment.hpp"
#include "nanobragg/commands/trace/named_experiment.hpp"
#include "nanobragg/commands/trace/trace_evidence.hpp"
#include "nanobragg/commands/trace/trace_pixels.hpp"
#include "nanobragg/commands/trace/traced_spots.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/config/resolve/quirk_report.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/config/resolve/resolved_toml.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/run_files.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// The flags with those of the configuration before them, so that what is typed wins.
std::vector<std::string> all_flags(const TraceRequest& request) {
  std::vector<std::string> flags;
  if (!request.config.empty()) {
    flags = flags_of_config(request.config, fs::current_path());
  }
  flags.insert(flags.end(), request.flags.begin(), request.flags.end());
  if (flags.empty()) {
    throw UsageError("nothing to trace (no flags)", "",
                     "give the flags of a simulation after --, or --config");
  }
  return flags;
}

std::string pixels_text(const std::vector<PixelIndex>& pixels) {
  std::string text;
  for (const PixelIndex pixel : pixels) {
    text += fmt::format("{}({}, {})", text.empty() ? "" : " ", pixel.slow, pixel.fast);
  }
  return text;
}

std::string snapshot_json(const TraceRequest& request, const std::vector<std::string>& flags,
                          const config::Job& run, const plan::SamplingPlan& plan) {
  const toml::table settings =
      toml::parse(config::to_toml(run.origin.effective) + config::resolved_toml(run, plan));
  std::ostringstream text;
  text << toml::json_formatter(settings);
  const Json out{{"command_line", shell_words(request.command_line)},
                 {"arguments", request.command_line},
                 {"flags", flags},
                 {"settings", Json::parse(text.str())}};
  return out.dump(1) + "\n";
}

// One attempt: its messages, and the files that it writes.
class TraceRun {
 public:
  TraceRun(const TraceRequest& request, const Console& console)
      : request_(request), console_(console), evidence_(request.folder) {}

  void run();

 private:
  config::Settings settings(const std::vector<std::string>& flags);
  void trace();
  void say(const std::string& text) {
    output_ += text;
    console_.output(text);
  }
  void warn(const std::string& text) {
    const std::string line = "warning: " + text + "\n";
    errors_ += line;
    console_.errors(line);
  }
  std::vector<io::NamedFile> named_files() const;
  AttemptNote note(const std::string& outcome) const;

  const TraceRequest& request_;
  const Console& console_;
  TraceEvidence evidence_;
  const std::string began_ = iso_time_now();
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::optional<config::Job> resolved_;
  std::string kernel_of_image_;
  std::string output_, errors_;
};

// As the flags say, but for what a trace needs.
config::Settings TraceRun::settings(const std::vector<std::string>& flags) {
  config::ParsedArguments parsed = config::parse_arguments_and_config(
      flags, [](const std::string& file) { return io::read_input(file); });
  for (const std::string& text : parsed.warnings) warn(text);
  config::Settings settings = parsed.settings;
  const PixelIndex first = request_.pixels.front();
  settings.trace_pixel = {static_cast<long>(first.slow), static_cast<long>(first.fast)};
  if (request_.precision) settings.precision = request_.precision;
  kernel_of_image_ = settings.kernel.value_or("auto");
  // A file of an earlier run names the kernel that was the fastest for it.
  if (settings.kernel && !kernel::find_kernel(*settings.kernel).trace) {
    warn(fmt::format("the kernel '{}' does not show its steps: tracing another", *settings.kernel));
    settings.kernel.reset();
  }
  return settings;
}

void TraceRun::trace() {
  if (request_.device == Device::cuda) warn("this build has no CUDA: computing on the CPU");
  const std::vector<std::string> flags = all_flags(request_);
  resolved_ = config::resolve(settings(flags));
  io::check_inputs_survive({.read = resolved_->origin.inputs.files, .written = evidence_.files()});
  const plan::SamplingPlan plan = plan::make_plan(resolved_->experiment, resolved_->compute.quirks);
  for (const std::string& text : resolved_->warnings) warn(text);
  for (const compat::Quirk quirk : resolved_->exercised) warn(config::describe(quirk));
  const kernel::Kernel& of_image = kernel::find_kernel(kernel_of_image_);
  const bool is_integrated =
      of_image.why_not(plan).empty() && kernel::is_closed_form(of_image, plan);
  if (is_integrated) {
    warn(
        "the image of this run is integrated in closed form: its numbers are those of the spots, "
        "behind those of samples that stand for the same");
  }
  evidence_.keep("config_snapshot.json", snapshot_json(request_, flags, *resolved_, plan));

  trace::Trace trace = trace_pixels(*resolved_, plan, request_.pixels, request_.steps);
  if (is_integrated) trace = with_spots(std::move(trace), plan, resolved_->compute.threads);
  const std::string text = to_text(trace);
  const std::string json = trace::to_json(trace);
  evidence_.keep("trace.log", text);
  evidence_.keep("trace.json", json);
  say(request_.printed == TraceFormat::text ? text : json);
}

// What the words of the command line may name, which a run that failed early has not read.
std::vector<io::NamedFile> TraceRun::named_files() const {
  std::vector<io::NamedFile> files;
  for (const std::string& word : request_.flags) {
    if (!word.empty() && fs::is_regular_file(word)) files.push_back({"the command line", word});
  }
  return files;
}

AttemptNote TraceRun::note(const std::string& outcome) const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  return {.time = began_,
          .command_line = shell_words(request_.command_line),
          .pixels = pixels_text(request_.pixels),
          .config = request_.config.empty() ? "flags" : request_.config,
          .outcome = outcome,
          .seconds = elapsed.count()};
}

void TraceRun::run() {
  try {
    trace();
  } catch (const io::OverwriteError&) {
    // What would be written about it may be what is to be kept.
    throw;
  } catch (const std::exception& error) {
    io::check_inputs_survive({.read = named_files(), .written = evidence_.files()});
    evidence_.fail(note(fmt::format("failed: {}", error.what())),
                   fmt::format("{} attempt {}\n{}\n{}nanobragg: {}\n", began_, evidence_.attempt(),
                               shell_words(request_.command_line), errors_, error.what()));
    throw;
  }
  evidence_.keep("env.json", environment_json(&*resolved_));
  evidence_.keep("stdout.txt", output_);
  evidence_.keep("stderr.txt", errors_);
  evidence_.succeed(note("done"));
}

}  // namespace

void run_trace(const TraceRequest& request, const Console& console) {
  TraceRun(request, console).run();
}

}  // namespace nanobragg::commands
