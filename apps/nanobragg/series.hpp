// What sweep and stills share: their command line, and running a series to its end or to Ctrl-C.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/series/series.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "options.hpp"
#include "shared_work.hpp"

namespace nanobragg::app {

struct SeriesArguments {
  std::string out;
  std::size_t images = 1;
  std::size_t images_per_file = 0;
  SharedWork shared;
};

enum class SeriesJob : std::uint8_t {
  render,
  gather,  // what shards have written; nothing is rendered
};

// --out, --images, and what shares the series out.
void describe_series(Options& app, SeriesArguments& arguments);

// Splits the words at "--" and reads those before it. Returns the exit code where there is nothing
// left to do; else `flags` holds the simulation flags.
std::optional<int> parse_series(Options& app, const std::vector<std::string>& words,
                                std::vector<std::string>& flags);

using MakeSeries = std::function<commands::SeriesRequest(const config::Settings&)>;

// Reads the flags, makes the request of their settings, and runs it. Returns the exit code.
int run_series(const std::vector<std::string>& flags, const SeriesArguments& arguments,
               SeriesJob job, const MakeSeries& make);

// The commands, for rendering and for gathering.
int sweep_series(const std::vector<std::string>& words, SeriesJob job);
int stills_series(const std::vector<std::string>& words, SeriesJob job);

}  // namespace nanobragg::app
