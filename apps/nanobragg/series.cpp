// Runs a series with warnings, progress and a way to stop.
#include "series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/quirk_report.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/series/series_progress.hpp"
#include "options.hpp"
#include "stop.hpp"

namespace nanobragg::app {
namespace {

void warn(const std::string& text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

void print_report(const commands::SeriesRequest& request, const commands::SeriesReport& report) {
  std::printf("%s: %zu images", request.out.c_str(), request.images);
  if (report.found > 0) std::printf(" (%zu were there already)", report.found);
  std::printf("\n");
  for (const std::string& file : report.files) std::printf("wrote %s\n", file.c_str());
}

}  // namespace

void describe_series(Options& app, SeriesArguments& arguments) {
  app.add_option("--out", arguments.out,
                 "images: one file of all (.nxs, .h5) or numbered ones (img_####.cbf, .img, .tif)")
      .required()
      .type_name("FILE");
  app.add_option("--images", arguments.images, "number of images")
      .required()
      .check(count_up_to(10000000))
      .type_name("N");
}

std::optional<int> parse_series(Options& app, const std::vector<std::string>& words,
                                std::vector<std::string>& flags) {
  const auto end = std::find(words.begin(), words.end(), "--");
  if (const auto code = parse_options(app, {words.begin(), end})) return code;
  flags.assign(end == words.end() ? end : end + 1, words.end());
  return std::nullopt;
}

int run_series(const std::vector<std::string>& flags,
               const std::function<commands::SeriesRequest(const config::Settings&)>& make) {
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      flags, [](const std::string& file) { return io::read_input(file); });
  const commands::SeriesRequest request = make(parsed.settings);
  for (const std::string& text : parsed.warnings) warn(text);
  for (const std::string& text : request.run.warnings) warn(text);
  for (const compat::Quirk quirk : request.run.exercised) warn(config::describe(quirk));

  listen_for_stop();
  const bool quiet = parsed.settings.quiet.value_or(false);
  commands::SeriesReport report;
  {
    io::SeriesProgress progress(request.images);
    const commands::SeriesObserver observer{&stop_asked(),
                                            [&](std::size_t done, std::size_t computed) {
                                              if (!quiet) progress.show(done, computed);
                                            }};
    report = commands::run_series(request, observer);
  }
  if (report.faint > 0) {
    warn(fmt::format(
        "{} of {} images have less than {:g} expected photons in all (the darkest "
        "{:.2g}), so that hardly any pixel counts a photon: -fluence and -N make them brighter",
        report.faint, report.computed, image::kFewPhotons, report.fewest_photons));
  }
  if (report.stopped) {
    throw Error("stopped after " + std::to_string(report.found + report.computed) + " of " +
                    std::to_string(request.images) + " images (by a signal)",
                request.out, "the same command continues from there");
  }
  if (!quiet) print_report(request, report);
  return 0;
}

}  // namespace nanobragg::app
