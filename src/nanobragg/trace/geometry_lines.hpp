// The lines that show how the detector came to stand where it stands.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/model/detector_placement.hpp"
#include "nanobragg/trace/line.hpp"

namespace nanobragg::trace {

struct GeometryRecord {
  std::string convention;      // in capitals
  std::string centre_mapping;  // how the convention turns a beam centre into Fbeam, Sbeam
  double centre_x_m = 0.0, centre_y_m = 0.0;  // in the convention's words
  double close_x_m = 0.0, close_y_m = 0.0;
  double pixel_size_m = 0.0;
  DetectorPlacement<double> placing;
  PlacedDetector<double> placed;
};

// In the order in which the pivot lets them be computed.
std::vector<Line> geometry_lines(const GeometryRecord& record);

}  // namespace nanobragg::trace
