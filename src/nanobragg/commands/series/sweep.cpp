// Makes the shots of a rotation.
#include "nanobragg/commands/series/sweep.hpp"

#include <fmt/format.h>

#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/commands/series/series_settings.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/config/resolve/run_length.hpp"

namespace nanobragg::commands {
namespace {

constexpr int kDefaultSteps = 10;

// Where nobody says how many orientations an image takes, a kernel that sums takes the default.
config::Job with_steps(config::Job run) {
  SteppedRangeRequest& turn = run.experiment.spindle.oscillation;
  const bool are_given = turn.count || turn.step;
  if (!are_given) turn.count = kDefaultSteps;
  const bool is_integrated = kernel::is_closed_form(
      *run.compute.kernel, plan::make_plan(run.experiment, run.compute.quirks));
  // What the note of a series says to those who read its images.
  if (turn.count && !is_integrated) run.origin.effective.phi_steps = *turn.count;
  if (const auto warning = config::warn_if_long(run)) run.warnings.push_back(*warning);
  return run;
}

}  // namespace

SeriesRequest make_sweep(const config::Settings& given, const SweepOptions& options) {
  check_for_series(given, "sweep");
  if (given.oscillation_deg || given.phi_step_deg) {
    throw UsageError("sweep does not take -osc or -phistep (--osc is the range of an image)", "",
                     "-phisteps is the number of orientations in an image");
  }
  config::Settings settings = given;
  settings.oscillation_deg = options.oscillation_deg;
  if (!settings.phi_middle) settings.phi_middle = true;
  settings.out_files.emplace();  // none of nanoBragg.c's own
  // The same command makes the same noise: otherwise it could not continue a series.
  if (!settings.seed) settings.seed = 1;
  // How long it takes is known with its steps.
  config::Job run = with_steps(config::resolve(settings, [](const std::string& /*long*/) {}));
  check_no_dump(run, "sweep");
  if (given.experiment_file) {
    run.origin.effective.phi_deg = to_degree(run.experiment.spindle.start).value();
  }

  const Radian start = run.experiment.spindle.start;
  const Radian range = to_radian(Degree(options.oscillation_deg));
  const auto shot = [experiment = run.experiment, start, range](std::size_t i) {
    Shot out{experiment, start + static_cast<double>(i) * range};
    out.experiment.spindle.start = out.start;
    return out;
  };
  SeriesIdentity of_series = identity(run, fmt::format("[sweep]\nimages = {}\nosc_deg = {}\n",
                                                       options.images, options.oscillation_deg));
  return {.out = options.out,
          .images = options.images,
          .kind = io::SeriesKind::rotation,
          .run = std::move(run),
          .shot = shot,
          .settings = std::move(of_series.settings),
          .identity = std::move(of_series.digest),
          .read = config::files_read(settings)};
}

}  // namespace nanobragg::commands
