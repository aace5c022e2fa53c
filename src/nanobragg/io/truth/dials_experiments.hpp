// Experiment lists of DIALS (.expt): beam, detector, goniometer, scan and crystal as JSON.
#pragma once

#include <filesystem>
#include <string>

#include "nanobragg/io/series/series_record.hpp"

namespace nanobragg::io {

// The truth of a series in the frame of imgCIF: a rotation is one experiment, stills are one each,
// without goniometer, with the crystal as it stands in the middle of the exposure. Lengths in mm, Å
// for the crystal and the wavelength. Images are named relative to the file, beside which they
// stand. A crystal of several lattices makes an experiment for each.
std::string dials_experiments(const SeriesRecord& record);

// The same for a single image of which no file is named.
void write_expt(const std::filesystem::path& path, const DetectorImage& image);

}  // namespace nanobragg::io
