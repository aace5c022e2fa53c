// The full imgCIF header of a CBF image: axes instead of suppositions, for detectors that stand
// askew.
#pragma once

#include <string>

#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

// Everything between the name of the data block and the pixels of its only array, for one panel
// (International Tables for Crystallography G, 3.7 and 4.6). Lengths in mm, angles in degrees, in
// the frame of imgCIF. Axes begin at the corner of the first pixel, where CBFlib and DIALS suppose
// them, not at its centre. `date` is the moment of the exposure, ISO 8601.
std::string imgcif_header(const ImageDescription& image, const std::string& date);

}  // namespace nanobragg::io
