// The order of a refinement, and its files.
#include "nanobragg/commands/refine/refine_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/observed/observed_turning.hpp"
#include "nanobragg/commands/refine/refined_files.hpp"
#include "nanobragg/commands/refine/results_folder.hpp"
#include "nanobragg/commands/series/series_settings.hpp"
#include "nanobragg/commands/trace/trace_evidence.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/refine/report.hpp"
#include "nanobragg/report/pictures.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPagePixels = 900;
// Standard deviations at full colour: beyond what noise reaches in most images.
constexpr double kResidualScale = 5.0;
constexpr double kPercentile = 99.5;

// Files of the results.
constexpr const char* kResult = "result.json";
constexpr const char* kHistory = "history.csv";
constexpr const char* kParameters = "parameters.txt";
constexpr const char* kObserved = "observed.png";
constexpr const char* kBefore = "before.png";
constexpr const char* kAfter = "after.png";
constexpr const char* kResiduals = "residual.png";
constexpr const char* kReport = "report.html";
constexpr std::array kFiles{
    kRefinedExperiment, kRefinedSettings, kRefinedGeometry, kResult,    kHistory, kParameters,
    kObserved,          kBefore,          kAfter,           kResiduals, kReport};

// A refinement writes its own files, and besides them what describes an experiment without pixels.
void check_outputs(config::Settings settings) {
  if (settings.out_files) {
    for (const std::string& file : *settings.out_files) {
      if (io::format_of(file).describes_only) {
        io::check_writable(file);
        continue;
      }
      throw UsageError(
          fmt::format("refine does not write '{}' (it computes no image to keep)", file), "-out",
          "'nanobragg -experiment_file DIR/refined.json -out FILE' does; .json, .expt, .geom "
          "and .cell of the refined experiment are written");
    }
    settings.out_files.reset();
  }
  check_for_series(settings, "refine");
}

// The files of -out.
void write_descriptions(const config::Job& start, const refine::Result& result,
                        const RefineConsole& console) {
  const plan::SamplingPlan plan = plan::make_plan(result.experiment, start.compute.quirks);
  const io::ImageDescription about = io::describe(result.experiment, plan);
  // These formats hold no pixels.
  const ImageShape shape = result.after.image.shape();
  const io::CountRows no_counts(shape, [&](std::size_t /*first*/, std::size_t rows) {
    return Image<std::int32_t>({rows, shape.fast});
  });
  for (const std::string& file : start.outputs.images) {
    io::format_of(file).write(file, {about, result.after.image.view(), no_counts});
    console.output(fmt::format("{} has the refined experiment\n", file));
  }
}

config::Job resolve_start(const RefineRequest& request, const ObservedFrames& frames,
                          const RefineConsole& console) {
  if (request.flags.empty()) {
    throw UsageError("no starting experiment", "", "give the flags of a simulation after --");
  }
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      request.flags, [](const std::string& file) { return io::read_input(file); });
  check_outputs(parsed.settings);
  config::Job start = config::resolve(with_turning(parsed.settings, frames, console.warn));
  config::check_differentiable(start);
  check_no_dump(start, "refine");
  for (const std::string& text : parsed.warnings) console.warn(text);
  for (const std::string& text : start.warnings) console.warn(text);
  check_turning(frames, start.experiment, console.warn);
  return start;
}

std::string progress_line(const refine::Step& step, int iterations) {
  // Nothing is known of it at first, nor where softened iterations took more than are left.
  const int left = iterations - step.iteration;
  const bool is_known = step.iteration > 0 && left > 0;
  return fmt::format(
      "{:>9} {:>4}  {:>13.7g}  {:>10.3g}  {:>10.3g}  {:>7.1f} s{}\n",
      step.stage == refine::Stage::softened ? "softened" : "", step.iteration, step.loss,
      step.gradient, step.step, step.seconds,
      is_known ? fmt::format("  ≤ {:.0f} s", step.seconds / step.iteration * left) : "");
}

Image<float> observed_picture(const refine::Problem& problem) {
  const Image<double>& photons = problem.observations.front().photons;
  Image<float> out(photons.shape());
  std::ranges::transform(photons.pixels(), out.pixels().begin(), [](double value) {
    return std::isnan(value) ? 0.0F : static_cast<float>(std::max(value, 0.0));
  });
  return out;
}

std::string encoded(const report::Preview& preview) {
  const auto bytes = io::encode_png(preview.index.view(), preview.palette);
  return {bytes.begin(), bytes.end()};
}

// Pictures of one size for files, and of a smaller one for the page.
class Pictures {
 public:
  Pictures(const refine::Problem& problem, const refine::Result& result)
      : observed_(observed_picture(problem)),
        before_(result.before.image),
        after_(result.after.image),
        residual_(result.after.residuals) {
    levels_ = levels_of(observed_);
    before_levels_ = levels_of(before_);
  }

  void write(const fs::path& folder) const {
    const auto write = [&](const char* name, const std::string& bytes) {
      io::write_file_atomically(folder / name, bytes);
    };
    write(kObserved, encoded(report::make_preview(observed_.view(), {}, levels_)));
    write(kBefore, encoded(report::make_preview(before_.view(), {}, before_levels_)));
    write(kAfter, encoded(report::make_preview(after_.view(), {}, levels_)));
    write(kResiduals, encoded(report::difference_map(residual_.view(), kResidualScale)));
  }
  refine::ResultPictures for_page() const {
    const auto photons = [](const Image<float>& image, const report::PreviewLevels& levels) {
      const Image<float> small = report::fit_for_screen(image.view(), kPagePixels);
      return encoded(report::make_preview(small.view(), {}, levels));
    };
    const Image<float> small = report::fit_for_screen(residual_.view(), kPagePixels);
    return {photons(observed_, levels_),
            photons(before_, before_levels_),
            photons(after_, levels_),
            encoded(report::difference_map(small.view(), kResidualScale)),
            levels_,
            before_levels_,
            kResidualScale};
  }

 private:
  static report::PreviewLevels levels_of(const Image<float>& image) {
    const report::PreviewLevels levels =
        report::preview_levels(image.view(), {}, kPercentile / 100.0);
    // An image without photons.
    return levels.white == 0.0 ? report::PreviewLevels{1.0, 1.0} : levels;
  }

  const Image<float> observed_, before_, after_, residual_;
  report::PreviewLevels levels_, before_levels_;
};

void write_results(const RefineRequest& request, const std::vector<std::string>& command_line,
                   const config::Job& start, const refine::Problem& problem,
                   const refine::Result& result) {
  const fs::path folder = request.folder;
  for (const NamedText& file : refined_files(start, result)) {
    io::write_file_atomically(folder / file.name, file.text);
  }
  io::write_file_atomically(folder / kResult, refine::result_json(result));
  io::write_file_atomically(folder / kHistory, refine::history_csv(result));
  io::write_file_atomically(folder / kParameters, refine::outcome_sentence(result) + "\n" +
                                                      refine::parameter_table(result));
  const Pictures pictures(problem, result);
  pictures.write(folder);
  io::write_file_atomically(folder / kReport,
                            refine::html_report(result, pictures.for_page(),
                                                {shell_words(command_line), refined_toml(start)}));
}

void check_files(const RefineRequest& request, const ObservedFrames& frames,
                 const config::Job& start) {
  io::RunFiles files{.read = start.origin.inputs.files, .written = {}};
  for (const ObservedFrame& frame : frames.list) files.read.push_back({"--image", frame.file});
  for (const std::string& file : start.outputs.images) files.written.push_back({"-out", file});
  const auto write = [&](const char* name) {
    files.written.push_back({"--out", fs::path(request.folder) / name});
  };
  for (const char* name : kFiles) write(name);
  for (const char* name : {kRefinedMtz, kRefinedCif}) write(name);
  io::check_inputs_survive(files);
}

int iterations_at_most(const RefineRequest& request) {
  if (request.iterations > 0) return request.iterations;
  return request.method == "lm" ? 100 : 200;
}

refine::Result refined(const refine::Problem& problem, const refine::Monitor& monitor) {
  try {
    return refine::refine(problem, monitor);
  } catch (const refine::Stopped&) {
    throw Error("stopped before the starting experiment was compared (by a signal)", "",
                "there is no better state to write yet");
  }
}

}  // namespace

refine::Result run_refinement(const RefineRequest& request,
                              const std::vector<std::string>& command_line,
                              const RefineConsole& console) {
  const ObservedFrames frames =
      find_frames(request.observed.files, request.observed.frames, request.observed.external);
  const ResultsFolder folder(request.folder, {kFiles.begin(), kFiles.end()});
  const config::Job start = resolve_start(request, frames, console);
  refine::Problem problem = make_problem(request, start);
  problem.observations = read_observations(request.observed, frames, start, console.warn);
  check_files(request, frames, start);
  std::atomic<bool> is_stopping = false;
  // In the middle of an evaluation, which can take long.
  problem.options.progress = [&](double part) {
    console.progress(part);
    if (!console.interrupted() || is_stopping.exchange(true)) return;
    console.warn("stopping: the best state is judged and written (another signal ends this)");
    throw refine::Stopped{};
  };
  const int iterations = iterations_at_most(request);
  bool is_first = true;
  const auto monitor = [&](const refine::Step& step) {
    if (is_first) {
      console.output(fmt::format("{:>14}  {:>13}  {:>10}  {:>10}  {:>9}  {}\n", "iteration", "loss",
                                 "gradient", "step", "time", "left"));
    }
    is_first = false;
    console.output(progress_line(step, iterations));
    if (!console.interrupted()) return refine::Flow::go_on;
    is_stopping = true;
    return refine::Flow::stop;
  };
  refine::Result result = refined(problem, monitor);
  console.output(refine::outcome_sentence(result) + "\n" + refine::parameter_table(result));
  for (const std::string& doubt : result.after.doubts) console.warn(doubt);
  write_descriptions(start, result, console);
  write_results(request, command_line, start, problem, result);
  console.output(fmt::format(
      "{0}/report.html shows it; {0}/refined.json holds the refined experiment\n", request.folder));
  return result;
}

}  // namespace nanobragg::commands
