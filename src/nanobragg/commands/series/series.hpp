// A series of exposures: computed by one run or by several that share it, written as each is done,
// continued after an interruption.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "nanobragg/commands/exposure.hpp"
#include "nanobragg/commands/series/written_part.hpp"
#include "nanobragg/commands/shard.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/distribute/ranks.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "nanobragg/io/series/frame_series.hpp"
#include "nanobragg/io/series/series_record.hpp"

namespace nanobragg::commands {

// One exposure of a series.
struct Shot {
  Experiment experiment;  // what is rendered
  Radian start;           // the spindle angle at which the exposure is said to start
};

struct SeriesRequest {
  std::string out;  // chooses the format by its end; # stand for the digits of a number
  std::size_t images = 1;
  io::SeriesKind kind = io::SeriesKind::rotation;
  config::Job run;                        // kernel, threads, quirks, noise
  std::function<Shot(std::size_t)> shot;  // exposure i, from 0, whatever was asked before
  std::string settings;                   // all that decides about the images, for people
  std::string identity;                   // the same with what the input files hold, as a digest
  std::vector<io::NamedFile> read;        // files that the series is made from
  // Of a format that holds several: so many in each file of pixels, with a master; 0: one file.
  std::size_t images_per_file = 0;
  WrittenPart written = {};
};

// How a run takes part in a series.
struct SeriesRun {
  // Read all the time, by all threads. Once it is true, the current exposure is dropped.
  std::function<bool()> stop = {};
  // Called for every exposure: `done` of `images` that are this shard's are there or being made by
  // other ranks, `computed` by this run.
  std::function<void(std::size_t done, std::size_t images, std::size_t computed)> progress = {};
  Shard shard = {};
  distribute::Ranks* ranks = nullptr;  // null: this process alone
  bool only_gathers = false;           // renders nothing
};

// Of all ranks.
struct SeriesReport {
  std::size_t found = 0;     // that an earlier run had completed
  std::size_t computed = 0;  // by this one
  // Of those, how many have so few expected photons in all that they are dark, and the fewest.
  std::size_t faint = 0;
  double fewest_photons = image::kFewPhotons;
  bool stopped = false;
  std::size_t missing = 0;          // exposures that other runs have not written yet
  bool gathered_elsewhere = false;  // another run is writing the last files
  std::vector<std::string> files;   // written, besides the images
};

// Every exposure of this run's part that is not there yet. Numbered files appear one by one, each
// complete; a file of many has its final name once it is complete. The run that finds all exposures
// there writes the master of several files, or puts the files of several runs into one, and the
// truth beside it: .expt, the experiment that the shots vary (.json), and for stills .geom, .cell,
// .lst, .sol and _labels.csv. The files are the same for any number of runs, ranks and threads.
// Throws OverwriteError where one of these is a file that is read, Error where files of other
// settings are in the way, RunAgain where a disk is full. All ranks throw where one does.
SeriesReport run_series(const SeriesRequest& request, const SeriesRun& run);

}  // namespace nanobragg::commands
