// The detector of a single panel, resolved from flags and image headers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/convention.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/model/detector_placement.hpp"

namespace nanobragg::config {

// Edge of a pixel where nothing is given, m.
inline constexpr double kDefaultPixel_m = 0.1e-3;

// What the header of an SMV image says about an experiment; SI.
struct HeaderGeometry {
  std::optional<ImageShape> shape;
  std::optional<double> pixel_m, distance_m, close_distance_m, wavelength_m;
  std::optional<double> beam_x_m, beam_y_m, org_x, org_y;
  std::optional<double> phi_rad, oscillation_rad, twotheta_rad;

  friend bool operator==(const HeaderGeometry&, const HeaderGeometry&) = default;
};

// What decided where the detector stands.
enum class Placement : std::uint8_t { by_distance_and_centre, by_corner };

// Everything about the detector that the experiment, the SMV header and the summary need.
struct DetectorFrame {
  Convention convention;
  ConventionVectors vectors;  // of unit length
  ImageShape shape;
  DetectorSize size;
  BeamCentre beam_centre;  // in the convention's words
  BeamCentre close_point;  // -Xclose, -Yclose
  Placement placement;
  // Whether the reference would have ignored the words that place the detector.
  bool by_other_words = false;
  DetectorPlacement<double> placing;
  PlacedDetector<double> placed;
  std::vector<std::string> warnings;
};

// Throws UsageError for a detector that cannot be.
DetectorFrame resolve_detector(const Settings& settings, const HeaderGeometry& header,
                               compat::QuirkSet quirks);

// The panel of a frame.
Panel panel_of(const DetectorFrame& frame);

}  // namespace nanobragg::config
