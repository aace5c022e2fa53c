// The detector: panels of pixels, and the sensor they share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/checked.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/detector_placement.hpp"
#include "nanobragg/model/panel_motion.hpp"
#include "nanobragg/model/point_spread.hpp"
#include "nanobragg/model/stepped_range.hpp"

namespace nanobragg {

// A flat grid of square pixels.
struct PanelValues {
  Vec3<double> corner_m;            // of the first pixel, relative to the sample
  Vec3<double> fast, slow, normal;  // unit vectors; the normal points away from the sample
  Metre pixel_size;
  ImageShape shape;

  // Distance of the plane from the sample (along the normal) and along the beam.
  Metre close_distance;
  Metre distance;
};

// Throws Error for an empty panel, a pixel without size, or a panel in the sample.
void check(const PanelValues& values);

using Panel = Checked<PanelValues>;

// Thickness in m, sampled in layers; attenuation coefficient µ in m⁻¹. Unset or zero: every photon
// is counted at the surface.
struct Sensor {
  SteppedRangeRequest thickness;
  std::optional<double> attenuation_per_m;
  std::optional<std::string> material = {};  // chemical formula, for what is said of it
};

// µ (m⁻¹) of a sensor: without one, it is one attenuation depth thick; 0 without thickness.
inline double attenuation_of(const Sensor& sensor) {
  const double thickness = sensor.thickness.range.value_or(0.0);
  return thickness > 0.0 ? sensor.attenuation_per_m.value_or(1.0 / thickness) : 0.0;
}

enum class PixelModel : std::uint8_t {
  area,   // solid angle of the pixel's area, seen obliquely
  point,  // inverse square of the distance alone
};

enum class Curvature : std::uint8_t { flat, spherical };

struct Detector {
  std::vector<Panel> panels;  // at least one; where they stand
  // By which each panel stands there and not where it was placed; none: no panel was moved.
  std::vector<PanelMotion<double>> motions;
  // The numbers of a beamline from which the one panel was placed; unset: it stands as it is.
  std::optional<DetectorPlacement<double>> placement;
  Sensor sensor;
  PixelModel pixel_model = PixelModel::area;
  Curvature curvature = Curvature::flat;
  std::optional<PointSpread> point_spread;  // of every panel
  std::optional<std::string> name = {};     // what files call it
};

inline PanelMotion<double> motion_of(const Detector& detector, std::size_t panel) {
  return panel < detector.motions.size() ? detector.motions[panel] : PanelMotion<double>{};
}

// Where a panel was placed.
PanelFrame<double> placed_frame(const Detector& detector, std::size_t panel);

}  // namespace nanobragg
