// The groups and fields of an NXmx file (https://manual.nexusformat.org, NXmx 1.5), in the frame of
// McStas: z along the beam, y up, x to complete. Lengths in m, angles in degrees.
#pragma once

#include "nanobragg/io/nxmx/hdf5.hpp"
#include "nanobragg/io/series/frame_series.hpp"

namespace nanobragg::io::nxmx {

inline constexpr const char* kData = "/entry/data/data";
inline constexpr const char* kIdentity = "/entry/nanobragg/identity";
inline constexpr const char* kSettings = "/entry/nanobragg/settings";

// Writes everything that does not change from one exposure to the next, and empty series for what
// does.
void write_layout(const hdf5::Handle& file, const SeriesPlan& plan);

// Adds an exposure to every series of the file; the pixels come last. Where an earlier attempt
// ended between, the longer series are cut first.
void append_exposure(const hdf5::Handle& file, const DetectorImage& image);

}  // namespace nanobragg::io::nxmx
