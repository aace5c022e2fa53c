// Series of stills: each exposure another crystal in another orientation, in another pulse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "nanobragg/commands/series/series.hpp"
#include "nanobragg/commands/series/written_part.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/random/spread.hpp"

namespace nanobragg::commands {

struct StillsOptions {
  std::string out;
  std::size_t images = 1;
  std::string orientations = "random:1";  // random:SEED, or a file of orientations
  // A file with a spectrum for each image (io::parse_spectra); empty: that of the settings.
  std::string spectra = {};
  // Factors on the settings' fluence, mosaic spread and wavelengths. Their random numbers take the
  // seed of the orientations, 1 where those come from a file.
  Spread fluence = {};
  Spread mosaic = {};
  Spread wavelength = {};
  // Further numbers that scatter: words for parse_variations().
  std::vector<std::string> vary = {};
  // For parse_lattice_counts(); empty: those of the settings.
  std::string lattices = {};
  WrittenPart written = {};
};

// Exposure i depends on the options and on i alone. An orientation replaces -misset; each crystal
// has mosaic domains of its own. Throws UsageError for settings that stills decide themselves and
// for a written part that cannot be, Error for a bad file of orientations or one with fewer than
// there are images.
SeriesRequest make_stills(const config::Settings& settings, const StillsOptions& options);

// The same of an experiment that is there; its spindle stands still in them. Sums of pixels need
// not divide the image.
SeriesRequest make_stills(const config::Job& run, const StillsOptions& options);

}  // namespace nanobragg::commands
