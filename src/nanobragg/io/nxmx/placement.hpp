// Impossible placements: checks a chain of transformations against the detector's other fields.
#pragma once

#include <optional>

#include "nanobragg/io/nxmx/fields.hpp"

namespace nanobragg::io::nxmx {

struct DetectorPart;

// Where the beam meets the images, pixels from the corner of the first.
struct BeamCentre {
  double fast, slow;
};

// `beam_center_x` and `_y` of a detector; nothing where one is missing.
std::optional<BeamCentre> beam_centre(const Fields& fields, const std::string& detector,
                                      double pixel_m);

// Mends and warns of a detector between source and sample, of a chain that leaves the corner of the
// first pixel in the beam though the beam centre is given, and of a sample within the detector
// whose distance is given. Warns where a distance or a beam centre contradicts the chain, which
// holds.
void check_placement(const Fields& fields, DetectorPart& part);

}  // namespace nanobragg::io::nxmx
