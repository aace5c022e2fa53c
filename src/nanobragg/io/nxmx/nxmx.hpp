// NXmx: NeXus files of macromolecular crystallography, in HDF5.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/io/series/frame_series.hpp"

namespace nanobragg::io {

// A file of one exposure.
void write_nxmx(const std::filesystem::path& path, const DetectorImage& image);

// Files of many exposures. Until one is complete it is called NAME.partial.nxs (or .h5), which
// readers can open all the same and which an interrupted series continues from; NAME.writing.nxs
// while an exposure is added to it. A run that ended in that moment leaves a file that may be
// damaged: of all exposures it is an Error, one of several files is begun again.
const SeriesFormat& nxmx_series();

// The settings of the series in a file. Nothing where there are none. Throws Error.
std::optional<std::string> nxmx_settings(const std::filesystem::path& path);

}  // namespace nanobragg::io
