// nanobragg audit: names the first divergence between two traces of a pixel.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "commands.hpp"
#include "nanobragg/audit/audit_report.hpp"
#include "nanobragg/audit/document.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/audit/explain_traces.hpp"
#include "nanobragg/commands/trace/named_experiment.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

namespace fs = std::filesystem;

constexpr int kDiverged = 3;

constexpr const char* kSummary = "summary.md";
constexpr const char* kMetrics = "metrics.json";
constexpr const char* kFailure = "attempt_failed.log";

enum class Explain : std::uint8_t { no, yes };

struct AuditOptions {
  std::string a, b;
  std::optional<audit::Tolerance> tolerance;  // unset: as the traces are
  fs::path out;
  std::optional<PixelIndex> pixel;
  Explain explain = Explain::no;
  std::vector<std::string> flags;  // of the simulation, behind "--"
};

void check_options(const AuditOptions& options) {
  const double relative = options.tolerance.value_or(audit::Tolerance{}).relative;
  if (!(relative >= 0.0) || std::isinf(relative)) {
    throw UsageError("--tolerance is not a relative difference (0 or more)");
  }
  const bool explains = options.explain == Explain::yes;
  if (explains && options.flags.empty()) {
    throw UsageError("--explain without an experiment (it is simulated again)", "",
                     "end with -- and the flags of the run, or give --config FILE.toml");
  }
  if (!explains && !options.flags.empty()) {
    throw UsageError("flags of a simulation without --explain (nothing is simulated)", "",
                     "put --explain before them");
  }
}

struct ReadOptions {
  std::optional<int> exit_code;  // where there is nothing left to do
  AuditOptions values;
};

ReadOptions read_options(const std::vector<std::string>& arguments) {
  const auto dashes = std::ranges::find(arguments, "--");
  ReadOptions read;
  AuditOptions& values = read.values;
  std::string config;
  std::string dtype;
  std::optional<double> tolerance;
  std::vector<std::size_t> pixel;
  bool explain = false;
  Options options("Names the first divergence between two traces of a pixel.", "nanobragg audit");
  options.add_option("A", values.a, "a trace: lines of TRACE_C, TRACE_PY or TRACE_CPP, or JSON")
      .required();
  options.add_option("B", values.b, "another trace of the same pixel").required();
  options.add_option("--tolerance", tolerance, "largest relative difference of a match [1e-06]");
  options
      .add_option("--dtype", dtype,
                  "arithmetic to allow for: float32 takes 4e-06, and 4e-03 for lattice factors and "
                  "what follows from them [as the traces are]")
      .check(one_of({"float32", "float64"}, Shown::no))
      .type_name("");
  options.add_option("--out", values.out, "folder for summary.md and metrics.json");
  options.add_option("--pixel", pixel, "the pixel, SLOW FAST, where the traces do not say it")
      .takes(2)
      .check(pixel_index());
  options.add_option("--config", config,
                     "experiment to explain by: FILE.toml or " + commands::experiment_names());
  options.add_flag("--explain", explain,
                   "simulate the pixel with what other programs may do otherwise, and name what "
                   "reproduces the divergence; "
                   "ends with -- and the flags of the run");
  read.exit_code = parse_options(options, {arguments.begin(), dashes});
  if (read.exit_code) return read;
  if (!config.empty()) values.flags = commands::flags_of_config(config, fs::current_path());
  if (dashes != arguments.end())
    values.flags.insert(values.flags.end(), dashes + 1, arguments.end());
  if (dtype == "float32") values.tolerance = audit::kSinglePrecision;
  if (dtype == "float64") values.tolerance = audit::Tolerance{};
  if (tolerance) values.tolerance = audit::same_for_all(*tolerance);
  if (!pixel.empty()) values.pixel = PixelIndex{pixel[0], pixel[1]};
  values.explain = explain ? Explain::yes : Explain::no;
  check_options(values);
  return read;
}

audit::Explanation explain(const AuditOptions& options, const config::Settings& settings,
                           const audit::DocumentPair& traces, const audit::Tolerance& tolerance) {
  const auto& [a, b] = traces;
  const std::optional<PixelIndex> pixel =
      options.pixel ? options.pixel : (a.pixel ? a.pixel : b.pixel);
  if (!pixel) {
    throw UsageError("--explain without a pixel (neither trace names one)", "",
                     "give --pixel SLOW FAST");
  }
  return commands::explain_traces({a, b, tolerance}, settings, *pixel);
}

// No file that is audited may be one of the files that are written.
void check_files(const AuditOptions& options, const config::Settings& settings) {
  io::RunFiles files{.read = config::files_read(settings), .written = {}};
  files.read.insert(files.read.end(), {{"A", options.a}, {"B", options.b}});
  for (const char* name : {kSummary, kMetrics, kFailure}) {
    files.written.push_back({"--out", options.out / name});
  }
  io::check_inputs_survive(files);
}

int run(const AuditOptions& options, const config::Settings& settings) {
  const audit::DocumentPair traces =
      audit::parse_traces({io::read_input(options.a), options.a},
                          {io::read_input(options.b), options.b}, options.pixel);
  audit::Audit result = options.tolerance
                            ? audit::make_audit(traces.a, traces.b, *options.tolerance)
                            : audit::make_audit(traces.a, traces.b);
  if (options.explain == Explain::yes) {
    result.explanation = explain(options, settings, traces, result.comparison.tolerance);
  }
  std::fputs(audit::audit_text(result).c_str(), stdout);
  if (!options.out.empty()) {
    io::write_file_atomically(options.out / kSummary, audit::audit_markdown(result));
    io::write_file_atomically(options.out / kMetrics, audit::audit_json(result));
    io::remove_files(options.out, {kFailure});
  }
  return result.comparison.matches() ? 0 : kDiverged;
}

}  // namespace

int audit(const std::vector<std::string>& arguments) {
  const ReadOptions read = read_options(arguments);
  if (read.exit_code) return *read.exit_code;
  const AuditOptions& options = read.values;
  const config::Settings settings =
      config::parse_arguments_and_config(options.flags, [](const std::string& file) {
        return io::read_input(file);
      }).settings;
  if (options.out.empty()) return run(options, settings);
  check_files(options, settings);
  io::make_folder(options.out);
  try {
    return run(options, settings);
  } catch (const Error& error) {
    // An earlier audit keeps its files: this one has another.
    io::write_file_atomically(options.out / kFailure, std::string(error.what()) + "\n");
    throw;
  }
}

}  // namespace nanobragg::app
