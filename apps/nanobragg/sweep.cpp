// nanobragg sweep: a rotation data set.
#include "nanobragg/commands/series/sweep.hpp"

#include "commands.hpp"
#include "options.hpp"
#include "series.hpp"

namespace nanobragg::app {

int sweep_series(const std::vector<std::string>& words, SeriesJob job) {
  SeriesArguments series;
  double oscillation = 0.0;
  Options app("Renders a rotation data set.", "nanobragg sweep");
  app.footer(
      "Words after -- are simulation flags: -phi is where the sweep starts, -phisteps the number\n"
      "of orientations in an image (10), -seed that of the photon noise (1), -nonoise asks for\n"
      "expected photons. Beside the images stands the truth for DIALS (.expt). A series that was\n"
      "interrupted goes on where it ended.");
  describe_series(app, series);
  app.add_option("--osc", oscillation,
                 "degrees that the spindle turns in each image; below 0: backwards")
      .required()
      .check(other_than_zero())
      .type_name("DEGREES");
  std::vector<std::string> flags;
  if (const auto code = parse_series(app, words, flags)) return *code;
  return run_series(flags, series, job, [&](const config::Settings& settings) {
    return commands::make_sweep(settings, {series.out, series.images, oscillation});
  });
}

int sweep(const std::vector<std::string>& words) { return sweep_series(words, SeriesJob::render); }

}  // namespace nanobragg::app
