// The laboratory frames that diffraction programs use, and their meaning of a beam centre.
#pragma once

#include <string_view>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/detector_placement.hpp"

namespace nanobragg::config {

// Directions in the laboratory; not necessarily of unit length where a user gave them.
struct ConventionVectors {
  Vec3<double> beam, fast, slow, normal;
  Vec3<double> twotheta_axis, polarisation_axis, spindle_axis;
};

// The vectors of a named convention, or those of custom where the user gives none.
const ConventionVectors& vectors_of(Convention convention);

// The pivot that a named convention sets; custom does not set one.
Pivot pivot_of(Convention convention);

// Detector sizes in m.
struct DetectorSize {
  double fast, slow, pixel;
};

// A beam centre in the words of a convention (-Xbeam, -Ybeam), m.
struct BeamCentre {
  double x, y;
};

// Where a convention puts the beam when the user does not say; `close_x`, `close_y` (m) are the
// coordinates of the point nearest to the sample.
BeamCentre default_beam_centre(Convention convention, const DetectorSize& size, double close_x,
                               double close_y);

// Coordinates along the fast and slow axis, from the corner of the first pixel, m.
struct DetectorPoint {
  double fast, slow;
  friend bool operator==(const DetectorPoint&, const DetectorPoint&) = default;
};
DetectorPoint to_detector(const BeamCentre& centre, Convention convention,
                          const DetectorSize& size);

// The same backwards: a point on the detector in the words of a convention.
BeamCentre to_centre(const DetectorPoint& point, Convention convention, const DetectorSize& size);

// The same rule in the words of a trace: "Fbeam←Ybeam_mm,Sbeam←Xbeam_mm".
std::string_view centre_mapping(Convention convention);

}  // namespace nanobragg::config
