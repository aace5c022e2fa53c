// The laboratory frames of file formats, and panels seen from them.
#pragma once

#include <optional>
#include <string>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::io {

// Turns vectors of the experiment into the frame of imgCIF and DIALS: z from the sample to the
// source, x along the spindle as far as that is across the beam, y to complete a right-handed
// frame (International Tables for Crystallography G, 3.7.2). Where the spindle is along the beam, x
// is the first panel's fast axis.
Mat3<double> imgcif_frame(const Experiment& experiment);

// The same for the frame of McStas, NeXus and CrystFEL: z along the beam, y as above, x opposite.
Mat3<double> mcstas_frame(const Experiment& experiment);

// Where the beam meets the plane of a panel, m from the corner of its first pixel, and the
// distance of that plane along its normal and along the beam.
struct BeamOnPanel {
  double fast, slow, distance, along_beam;
};
BeamOnPanel beam_on_panel(const PanelValues& panel, const Vec3<double>& beam_direction);

// The sensor in headers, by which readers correct for the depth of absorption. They know silicon,
// cadmium telluride and gallium arsenide, and refuse 0: one that counts every photon at its
// surface, or is of another material, is next to none of silicon. `details` says what it really is.
struct WrittenSensor {
  std::string material;
  double thickness_m;
  std::string details;  // empty: nothing more
};
WrittenSensor written_sensor(const Sensor& sensor);

// What files call the detector.
std::string written_name(const Detector& detector);

// Why headers without axes cannot describe the detector, a clause ("the detector is tilted by 3°");
// nothing where they can.
std::optional<std::string> why_not_plain(const Experiment& experiment);

// Whether the detector is one panel across the beam, with its fast axis along the spindle and the
// slow axis as readers of headers without axes suppose: the first pixel at low x, high y of imgCIF.
bool is_plain(const Experiment& experiment);

}  // namespace nanobragg::io
