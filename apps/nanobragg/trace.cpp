// nanobragg trace: every factor of a pixel, with the evidence in a folder.
#include <algorithm>
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/trace/named_experiment.hpp"
#include "nanobragg/commands/trace/trace_run.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

using kernel::Precision;

struct Arguments {
  std::vector<std::int64_t> pixels;  // slow, fast, slow, fast …
  std::string folder, dtype, config;
  std::string format = "text";
  std::string device = "auto";
  bool all_steps = false;
};

void describe(Options& app, Arguments& a) {
  app.footer(
      "Words after -- are simulation flags, after those of --config.\n"
      "The folder gets trace.log, trace.json, config_snapshot.json, env.json, stdout.txt,\n"
      "stderr.txt, notes.md and attempt_history.md; attempt_failed.log where it fails.");
  app.add_option("--pixel", a.pixels, "pixel to trace, slow before fast; may be repeated")
      .required()
      .group_each_time(2)
      .check(pixel_index())
      .type_name("SLOW FAST");
  app.add_option("--out", a.folder, "folder for the evidence").required().type_name("DIR");
  app.add_option("--format", a.format, "what is printed: text or json [text]")
      .check(one_of({"text", "json"}, Shown::no))
      .type_name("");
  app.add_option("--dtype", a.dtype, "arithmetic: float32 or float64 [as -dtype says]")
      .check(one_of({"float32", "float64"}, Shown::no))
      .type_name("");
  app.add_option("--device", a.device, "where to compute: cpu, cuda or auto [auto]")
      .check(one_of({"auto", "cpu", "cuda"}, Shown::no))
      .type_name("");
  app.add_flag("--all-steps", a.all_steps,
               "trace.json holds every source, spindle step and domain");
  app.add_option("--config", a.config,
                 "TOML file, or one of the named experiments: " + commands::experiment_names())
      .type_name("NAME|FILE.toml");
}

commands::TraceRequest request_of(const Arguments& a) {
  commands::TraceRequest request;
  for (std::size_t i = 0; i + 1 < a.pixels.size(); i += 2) {
    request.pixels.push_back(
        {static_cast<std::size_t>(a.pixels[i]), static_cast<std::size_t>(a.pixels[i + 1])});
  }
  request.folder = a.folder;
  request.config = a.config;
  if (!a.dtype.empty()) {
    request.precision = a.dtype == "float32" ? Precision::float32 : Precision::float64;
  }
  if (a.all_steps) request.steps = kernel::StepSelection::all;
  if (a.format == "json") request.printed = commands::TraceFormat::json;
  if (a.device == "cuda") request.device = commands::Device::cuda;
  return request;
}

}  // namespace

int trace(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  Arguments arguments;
  Options app("Shows every factor of a pixel's computation.", "nanobragg trace");
  describe(app, arguments);
  if (const auto code = parse_options(app, {words.begin(), end})) return *code;

  commands::TraceRequest request = request_of(arguments);
  request.flags.assign(end == words.end() ? end : end + 1, words.end());
  request.command_line = {"nanobragg", "trace"};
  request.command_line.insert(request.command_line.end(), words.begin(), words.end());
  commands::run_trace(request, {[](const std::string& text) { std::fputs(text.c_str(), stdout); },
                                [](const std::string& text) { std::fputs(text.c_str(), stderr); }});
  return 0;
}

}  // namespace nanobragg::app
