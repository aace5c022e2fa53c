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

// A file of many. Until it is complete it is called NAME.partial.nxs (or .h5), which readers can
// open all the same and which an interrupted series continues from; NAME.writing.nxs while an
// exposure is added to it. Throws Error where the file, or the partial one, is of other settings,
// and where a run ended while it wrote.
std::unique_ptr<FrameSeries> open_nxmx_series(const std::filesystem::path& path,
                                              const SeriesPlan& plan);

// The settings of the series in a file. Nothing where there are none. Throws Error.
std::optional<std::string> nxmx_settings(const std::filesystem::path& path);

}  // namespace nanobragg::io
