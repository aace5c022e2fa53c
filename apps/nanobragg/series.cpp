// Runs a series with warnings, progress and a way to stop.
#include "series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "joined_ranks.hpp"
#include "nanobragg/base/run_again.hpp"
#include "nanobragg/config/resolve/quirk_report.hpp"
#include "nanobragg/distribute/together.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/series/series_progress.hpp"
#include "options.hpp"
#include "stop.hpp"

namespace nanobragg::app {
namespace {

void warn(const std::string& text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

struct Request {
  config::ParsedArguments parsed;
  commands::SeriesRequest series;
};

// The same on all ranks.
Request read_request(const std::vector<std::string>& flags, const SeriesArguments& arguments,
                     const MakeSeries& make) {
  std::optional<Request> request;
  distribute::together(ranks(), [&] {
    config::ParsedArguments parsed = config::parse_arguments_and_config(
        flags, [](const std::string& file) { return io::read_input(file); });
    commands::SeriesRequest series = make(parsed.settings);
    series.images_per_file = arguments.images_per_file;
    request.emplace(Request{std::move(parsed), std::move(series)});
  });
  distribute::check_same(ranks(), request->series.identity, "input files");
  return std::move(*request);
}

void warn_of_faint(const commands::SeriesReport& report) {
  if (report.faint == 0) return;
  warn(fmt::format(
      "{} of {} images have less than {:g} expected photons in all (the darkest "
      "{:.2g}), so that hardly any pixel counts a photon: -fluence and -N make them brighter",
      report.faint, report.computed, image::kFewPhotons, report.fewest_photons));
}

// What a run says that leaves images to others.
void print_missing(const commands::SeriesRequest& request, const commands::SeriesRun& run,
                   const commands::SeriesReport& report) {
  const std::string missing =
      fmt::format("{} of {} images are not there yet", report.missing, request.images);
  if (run.only_gathers) {
    throw Error(missing, request.out, "run the shards that lack them again, then gather");
  }
  std::printf("%s: shard %zu/%zu is complete (%zu images); %s: %s\n", request.out.c_str(),
              run.shard.index + 1, run.shard.count, report.found + report.computed, missing.c_str(),
              "the shard that ends last puts all together");
}

void print_report(const commands::SeriesRequest& request, const commands::SeriesReport& report) {
  std::printf("%s: %zu images", request.out.c_str(), request.images);
  if (report.found > 0) std::printf(" (%zu were there already)", report.found);
  std::printf("\n");
  if (report.gathered_elsewhere) std::printf("another run puts them together\n");
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
  app.add_option("--images-per-file", arguments.images_per_file,
                 "so many in each of several files (NAME_data_000001.h5 …), to which "
                 "NAME_master.nxs leads [all in one]")
      .check(count_up_to(10000000))
      .type_name("N");
  describe_shared_work(app, arguments.shared,
                       "render part I of N, for jobs that share the series; the last one puts all "
                       "together");
}

std::optional<int> parse_series(Options& app, const std::vector<std::string>& words,
                                std::vector<std::string>& flags) {
  const auto end = std::find(words.begin(), words.end(), "--");
  if (const auto code = parse_options(app, {words.begin(), end})) return code;
  flags.assign(end == words.end() ? end : end + 1, words.end());
  return std::nullopt;
}

int run_series(const std::vector<std::string>& flags, const SeriesArguments& arguments,
               SeriesJob job, const MakeSeries& make) {
  const StopRule stop(arguments.shared.stop_after);
  commands::SeriesRun run{.stop = [&stop] { return stop(); },
                          .shard = parse_shard(arguments.shared.shard),
                          .ranks = &ranks(),
                          .only_gathers = job == SeriesJob::gather};
  const Request read = read_request(flags, arguments, make);
  const config::ParsedArguments& parsed = read.parsed;
  const commands::SeriesRequest& request = read.series;
  for (const std::string& text : parsed.warnings) warn(text);
  for (const std::string& text : request.run.warnings) warn(text);
  for (const compat::Quirk quirk : request.run.exercised) warn(config::describe(quirk));

  listen_for_stop();
  const bool quiet = parsed.settings.quiet.value_or(false);
  commands::SeriesReport report;
  {
    io::SeriesProgress progress;
    run.progress = [&](std::size_t done, std::size_t images, std::size_t computed) {
      if (!quiet) progress.show(done, images, computed);
    };
    report = commands::run_series(request, run);
  }
  warn_of_faint(report);
  if (report.stopped) {
    throw RunAgain(fmt::format("stopped after {} of {} images ({})", report.found + report.computed,
                               request.images, stop.reason()),
                   request.out, "the same command continues from there");
  }
  if (report.missing > 0) {
    print_missing(request, run, report);
  } else if (!quiet) {
    print_report(request, report);
  }
  return 0;
}

}  // namespace nanobragg::app
