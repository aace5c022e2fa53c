// A series of exposures: computed one after the other, written as each is done, continued after
// an interruption.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "nanobragg/commands/exposure.hpp"
#include "nanobragg/config/resolve/job.hpp"
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
};

// Called for every exposure. `stop` is read all the time; once it is true, the current exposure
// is dropped.
struct SeriesObserver {
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::size_t done, std::size_t computed)> progress;
};

struct SeriesReport {
  std::size_t found = 0;     // that an earlier run had completed
  std::size_t computed = 0;  // by this one
  // Of those, how many have so few expected photons in all that they are dark, and the fewest.
  std::size_t faint = 0;
  double fewest_photons = image::kFewPhotons;
  bool stopped = false;
  std::vector<std::string> files;  // written, besides the images
};

// Every exposure that is not there yet. One file of all has its final name once it is complete;
// numbered files appear one by one, each complete. The truth goes to files beside them: .expt, the
// experiment that the shots vary (.json), and for stills .geom, .cell, .lst and .sol. Throws
// OverwriteError where one of these is a file that is read, Error where files of other settings are
// in the way.
SeriesReport run_series(const SeriesRequest& request, const SeriesObserver& observer);

}  // namespace nanobragg::commands
