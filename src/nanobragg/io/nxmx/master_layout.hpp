// A series in several files: those of pixels, named as by EIGER detectors, and the master, whose
// /entry/data/data is a virtual dataset of the images of all. Links /entry/data/data_000001 …, as
// those detectors write, are not made: DIALS (dxtbx 3.12) does not read them in NXmx files, and
// fabio 0.14 counts each image twice where there are both.
#pragma once

#include "nanobragg/io/nxmx/hdf5.hpp"
#include "nanobragg/io/series/frame_series.hpp"

namespace nanobragg::io::nxmx {

// An empty file of pixels; append_pixels() adds to it.
void write_data_layout(const hdf5::Handle& file, const SeriesPlan& plan);

// The whole master. The files of pixels need not be there.
void write_master_layout(const hdf5::Handle& master, const MasterContent& content);

}  // namespace nanobragg::io::nxmx
