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
// The same without the images, and with them the group of NXdata where they are to stand.
hdf5::Handle write_all_but_images(const hdf5::Handle& file, const SeriesPlan& plan);
// The groups that stand in every file: the entry, with what tells the series.
hdf5::Handle write_entry(const hdf5::Handle& file, const SeriesPlan& plan);
hdf5::Handle write_data_group(const hdf5::Handle& entry);
// Type and shape of an image, and an empty series of them.
hdf5::Element images_of(const SeriesPlan& plan);
hdf5::Handle make_images(const hdf5::Handle& data, const SeriesPlan& plan);

// Adds an exposure to every series of the file; the pixels come last. Where an earlier attempt
// ended between, the longer series are cut first.
void append_exposure(const hdf5::Handle& file, const DetectorImage& image);
// Its parts: what is said of exposure number `exposure`, from 0, and its pixels.
void append_description(const hdf5::Handle& file, std::size_t exposure,
                        const ImageDescription& about);
void append_pixels(const hdf5::Handle& file, const DetectorImage& image);
// 0: measures; 1: a gap, as NXmx numbers the reasons.
void write_pixel_mask(const hdf5::Handle& file, const CountRows& counts);

}  // namespace nanobragg::io::nxmx
