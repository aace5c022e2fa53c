// The order of a refinement of shots.
#include "nanobragg/commands/refine/shots/shots_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/refine/results_folder.hpp"
#include "nanobragg/commands/refine/shots/merged_files.hpp"
#include "nanobragg/commands/refine/shots/refined_shot.hpp"
#include "nanobragg/commands/refine/shots/shot_files.hpp"
#include "nanobragg/commands/refine/shots/shot_recipe.hpp"
#include "nanobragg/commands/refine/shots/shot_source.hpp"
#include "nanobragg/commands/refine/shots/shots_page.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "nanobragg/io/reflections/cif_writer.hpp"
#include "nanobragg/io/reflections/mtz_writer.hpp"
#include "nanobragg/refine/report.hpp"
#include "nanobragg/refine/shots/shared_parameters.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExperiments = "refined.expt";
constexpr const char* kReflections = "refined.refl";
constexpr const char* kTable = "shots.csv";
constexpr const char* kMtz = "merged.mtz";
constexpr const char* kCif = "merged.cif";
constexpr const char* kMerged = "merged.csv";
constexpr const char* kReport = "report.html";
constexpr std::array kFiles{kExperiments, kReflections, kTable, kMtz, kCif, kMerged, kReport};

std::string stage_line(const refine::StageReport& stage) {
  std::string line = fmt::format("{:>15}  {:>5.1f} s  {:>3} steps  χ² {:<7.4g} {}\n",
                                 refine::name_of(stage.stage), stage.seconds, stage.iterations,
                                 stage.reduced_chi_squared, fmt::join(stage.free, ", "));
  if (!stage.held.empty()) {
    line += fmt::format("{:>15}  held, as no pixel sees it: {}\n", "", fmt::join(stage.held, ", "));
  }
  return line;
}

std::string boxes_line(const Shot& shot) {
  std::string text = fmt::format("shot {}: {}: {} of {} spots", shot.number, shot.image.string(),
                                 shot.data.pixels.boxes.size(), shot.spots);
  const refine::LeftOutSpots& out = shot.left_out;
  if (out.total() > 0) {
    text += fmt::format(" ({} off the detector, {} not measured, {} under other spots)",
                        out.off_panel, out.unmeasured, out.overlapped);
  }
  text += fmt::format(", {} pixels\n", shot.data.pixels.size());
  return shot.invalid.empty() ? text : text + fmt::format("  of the image, {}\n", shot.invalid);
}

std::string result_lines(const RefinedShot& shot) {
  const refine::ShotResult& r = *shot.result;
  std::string text =
      fmt::format("{:<16} {:<10} {:>13}  {}\n", "parameter", "unit", "start", "refined");
  for (const refine::RefinedParameter& p : r.parameters) {
    const plan::Parameter& row = plan::info(p.parameter.ids.front());
    const double value = p.value * row.per_internal;
    text += fmt::format(
        "{:<16} {:<10} {:>13.6g}  {}\n", p.parameter.name, row.unit,
        p.parameter.start * row.per_internal,
        p.held ? fmt::format("{:.6g} held at a bound", value)
               : refine::with_uncertainty(value, p.uncertainty.value_or(0.0) * row.per_internal));
  }
  text += fmt::format(
      "{}: {}\ncorrelation of a box {:.3f} before, {:.3f} after; χ² {:.4g} before, {:.4g} after; "
      "k = {:.3g}, σ_r = {:.3g} photons\n",
      refine::word_of(r.outcome), r.why, r.before.median_correlation, r.after.median_correlation,
      r.before.reduced_chi_squared, r.after.reduced_chi_squared, r.errors.of_spots,
      r.errors.read_noise);
  if (shot.after.spots > 0) {
    text += fmt::format("places off by {:.2f} × {:.2f} px before, {:.2f} × {:.2f} px after\n",
                        shot.before.fast, shot.before.slow, shot.after.fast, shot.after.slow);
  }
  return text;
}

// What is read stays.
void check_files(const ShotsRequest& request, const ShotSource& source) {
  io::RunFiles files{.read = source.files(), .written = {}};
  for (const char* name : kFiles) {
    files.written.push_back({"--out", fs::path(request.folder) / name});
  }
  io::check_inputs_survive(files);
}

// What the amplitudes of all shots say; unset before the first round, and where they are fixed.
using Merged = std::optional<refine::Merge>;

class Run {
 public:
  Run(const ShotsRequest& request, const RefineConsole& console)
      : request_(request), console_(console), source_(request, console.warn) {}

  const ShotSource& source() const { return source_; }

  // A shot that fails is a row with its reason.
  RefinedShot first(std::size_t number) const {
    RefinedShot out{.number = number};
    out.identifier = source_.experiments().at(number).identifier;
    try {
      out.image = fs::absolute(source_.image_of(number)).string();
      out.shot.emplace(source_.shot(number));
      console_.output(boxes_line(*out.shot));
      refine(out, shot_request(request_, *out.shot), out.shot->start.experiment);
    } catch (const Error& error) {
      // Words that the first shot refuses are wrong; where a later one refuses them, it is the
      // shot.
      const bool is_of_words = dynamic_cast<const UsageError*>(&error) != nullptr;
      const bool is_first = number == source_.chosen().front();
      if (source_.chosen().size() == 1 || (is_of_words && is_first)) throw;
      out.failure = error.what();
      console_.warn(fmt::format("shot {}: {}", number, out.failure));
    }
    return out;
  }
  // From where it is, with the amplitudes of the other shots; what is shared stays.
  void again(RefinedShot& shot, const Merged& merge,
             std::span<const refine::SharedValue> shared) const {
    for (refine::BoxesOfReflection& reflection : shot.shot->data.reflections) {
      if (!merge) break;
      reflection.prior =
          merge->prior_without(shot.number, reflection.index, {1.0, source_.amplitudes().sigma});
    }
    const refine::ShotResult before = *shot.result;
    refine::ShotRequest what = shot_request(request_, *shot.shot);
    refine::go_on_from(before, shot.shot->start.experiment, what);
    refine::leave_out(shared, what);
    console_.output(fmt::format("shot {}\n", shot.number));
    try {
      refine(shot, what, refine::with_shared(before, shared));
      shot.result->before = before.before;
      shot.result->model_before = before.model_before;
      refine::add_shared(shared, before, *shot.result);
    } catch (const Error& error) {
      // What the round before found stays.
      console_.warn(fmt::format("shot {}: {}", shot.number, error.what()));
    }
  }

 private:
  void refine(RefinedShot& shot, refine::ShotRequest what, const Experiment& from) const {
    const auto began = std::chrono::steady_clock::now();
    what.interrupted = console_.interrupted;
    shot.result =
        refine::refine_shot(shot.shot->data, from, what, [&](const refine::StageReport& stage) {
          console_.output(stage_line(stage));
          return console_.interrupted() ? refine::Flow::stop : refine::Flow::go_on;
        });
    judge_places(shot);
    shot.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    console_.output(result_lines(shot));
  }

  const ShotsRequest& request_;
  const RefineConsole& console_;
  ShotSource source_;
};

// Those that say more than nothing: factors are near 1.
std::vector<refine::FactorObservation> observations_of(std::span<const RefinedShot> shots) {
  constexpr double kLeastInformation = 0.1;
  std::vector<refine::FactorObservation> out;
  for (const RefinedShot& shot : shots) {
    if (!shot.result) continue;
    const auto& reflections = shot.shot->data.reflections;
    for (std::size_t i = 0; i < reflections.size(); ++i) {
      const refine::FactorFit& fit = shot.result->factors[i];
      if (fit.information < kLeastInformation) continue;
      out.push_back({reflections[i].index, shot.number, fit.alone, fit.information});
    }
  }
  return out;
}

Merged merged(std::span<const RefinedShot> shots) {
  const auto observations = observations_of(shots);
  if (observations.empty()) return std::nullopt;
  return refine::Merge(observations, refine::estimated_spread(observations));
}

// Of free amplitudes nobody knows how they fall: it is the shots' mean B.
double mean_b_factor(std::span<const RefinedShot> shots) {
  double sum = 0.0, count = 0.0;
  for (const RefinedShot& shot : shots) {
    if (!shot.result) continue;
    sum += shot.result->experiment.crystal->b_factor;
    count += 1.0;
  }
  return sum / count;
}

std::size_t count_refined(std::span<const RefinedShot> shots) {
  return static_cast<std::size_t>(
      std::ranges::count_if(shots, [](const RefinedShot& s) { return s.result.has_value(); }));
}

// What all shots together say of what they have in common, after a round.
std::vector<refine::SharedValue> shared_values(std::span<const RefinedShot> shots,
                                               const ShotsRequest& request) {
  std::vector<refine::SharedEstimate> estimates;
  for (const RefinedShot& shot : shots) {
    if (!shot.result) continue;
    estimates.push_back(refine::estimate_of(*shot.result, shared_names(request, *shot.result)));
  }
  return refine::combined(estimates);
}

std::string shared_lines(std::span<const refine::SharedValue> shared,
                         std::span<const RefinedShot> shots) {
  std::string text;
  for (const refine::SharedValue& value : shared) {
    for (const RefinedShot& shot : shots) {
      if (!shot.result) continue;
      const auto p = std::ranges::find(shot.result->parameters, value.name,
                                       [](const auto& one) { return one.parameter.name; });
      if (p == shot.result->parameters.end()) continue;
      const plan::Parameter& row = plan::info(p->parameter.ids.front());
      text += fmt::format(
          "{:<22} {:<4} {} {}, of {} shots\n", value.name, row.unit,
          refine::shared_as(p->parameter) == refine::SharedAs::value ? "is" : "moved by",
          refine::with_uncertainty(value.value * row.per_internal, value.sigma * row.per_internal),
          value.shots);
      break;
    }
  }
  return text;
}

// All rounds over all shots.
std::vector<RefinedShot> refined_shots(const Run& run, const ShotsRequest& request,
                                       const RefineConsole& console) {
  std::vector<RefinedShot> shots;
  for (const std::size_t number : run.source().chosen()) {
    shots.push_back(run.first(number));
    if (console.interrupted()) return shots;
  }
  if (count_refined(shots) < 2) return shots;
  const bool merges = run.source().amplitudes().sigma > 0.0;
  std::vector<refine::SharedValue> shared = shared_values(shots, request);
  console.output(shared_lines(shared, shots));
  const int usual = merges ? 3 : (shared.empty() ? 1 : 2);
  const int rounds = request.effort.rounds > 0 ? request.effort.rounds : usual;
  for (int round = 1; round < rounds; ++round) {
    const Merged merge = merges ? merged(shots) : std::nullopt;
    console.output(fmt::format("round {} of {}", round + 1, rounds));
    if (merge) {
      console.output(
          fmt::format(": amplitudes of {} reflections, which shots say within {:.0f} % "
                      "of their intensity",
                      merge->factors().size(), 100.0 * merge->spread()));
    }
    console.output("\n");
    for (RefinedShot& shot : shots) {
      if (shot.result) run.again(shot, merge, shared);
      if (console.interrupted()) return shots;
    }
  }
  return shots;
}

}  // namespace

ShotsOutcome run_shots(const ShotsRequest& request, const std::vector<std::string>& command_line,
                       const RefineConsole& console) {
  const ResultsFolder folder(request.folder, {kFiles.begin(), kFiles.end()});
  const Run run(request, console);
  check_files(request, run.source());
  const std::vector<RefinedShot> shots = refined_shots(run, request, console);
  const auto write = [&](const char* name, const std::string& text) {
    io::write_file_atomically(fs::path(request.folder) / name, text);
  };
  const std::size_t refined = count_refined(shots);
  write(kTable, shots_table(shots));
  if (refined > 0) {
    write(kExperiments, refined_experiments(run.source().experiments(), shots));
    write(kReflections, refined_reflections(shots));
    const auto first = std::ranges::find_if(
        shots, [](const RefinedShot& shot) { return shot.result.has_value(); });
    const Merged merge = run.source().amplitudes().sigma > 0.0 ? merged(shots) : std::nullopt;
    if (merge) {
      const bool falls = run.source().amplitudes().is_free;
      const MergeBasis basis{&first->shot->start.experiment, symmetry_of(*first->shot),
                             falls ? mean_b_factor(shots) : 0.0};
      const io::AmplitudeData amplitudes = merged_amplitudes(*merge, basis);
      write(kMtz, io::mtz_bytes(amplitudes));
      write(kCif, io::reflection_cif_text(amplitudes));
      write(kMerged, merged_csv(*merge, basis));
      if (refined > 1) console.output(merge_table(*merge, basis));
    }
  }
  write(kReport, shots_page(shots, command_line));
  return {refined, shots.size() - refined};
}

}  // namespace nanobragg::commands
