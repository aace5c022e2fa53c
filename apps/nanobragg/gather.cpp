// nanobragg gather: what shards of a series have written, put together.
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "series.hpp"

namespace nanobragg::app {

int gather(const std::vector<std::string>& words) {
  const std::string command = words.empty() ? "" : words.front();
  const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (command == "sweep") return sweep_series(rest, SeriesJob::gather);
  if (command == "stills") return stills_series(rest, SeriesJob::gather);
  const std::string usage =
      "nanobragg gather sweep|stills …: the words of the shards, with or without --shard";
  if (command == "--help" || command == "-h") {
    std::printf(
        "%s\n\nPuts together what the shards of a series have written: the master of several\n"
        "files, or one file of all images, and the truth beside them. Nothing is rendered. The\n"
        "shard that ends last does the same by itself; this is for files that were written\n"
        "where shards do not see each other, and were then brought into one folder.\n",
        usage.c_str());
    return 0;
  }
  throw UsageError(command.empty() ? "gather needs a series (sweep or stills)"
                                   : "gather does not know '" + command + "' (sweep or stills)",
                   "", usage);
}

}  // namespace nanobragg::app
