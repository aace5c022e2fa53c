// Where the exposures of a series go.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nanobragg/commands/series/series.hpp"
#include "nanobragg/commands/series/shots.hpp"
#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::commands {

// The files of images. They are written in pieces: the exposures that stand in one file, each file
// by one run. All functions but is_done(), begin() and write() look at what other runs have
// written.
class Destination {
 public:
  virtual ~Destination() = default;
  virtual std::size_t pieces() const = 0;
  virtual distribute::Range exposures(std::size_t piece) const = 0;

  // Begins a piece or goes on with it. Returns how many of its exposures are there already, the
  // first ones. Throws Error where a file is of another series.
  virtual std::size_t begin(std::size_t piece) = 0;
  // The next exposure of the piece that was begun last.
  virtual void write(std::size_t exposure, const io::DetectorImage& image) = 0;
  // All exposures of the piece are written.
  virtual void end() = 0;

  // How many exposures are missing in the files of all runs.
  virtual std::size_t missing() = 0;
  // With all exposures there: gives the files their last shape.
  virtual void finish() = 0;
  virtual void name_files(io::SeriesRecord& record) const = 0;
};

// As the format and the request ask for it. Where several runs share a series, or have shared it,
// each writes files of its own. `writer` names this run among those that write at the same time;
// empty: it is alone. Throws UsageError for a format without images or one that cannot hold them,
// Error where a file is of another series.
std::unique_ptr<Destination> open_destination(const SeriesRequest& request, const Shots& shots,
                                              const std::string& writer);

// Every file that the series may write: of numbered ones those that are there, and the first.
std::vector<io::NamedFile> files_written(const SeriesRequest& request);

}  // namespace nanobragg::commands
