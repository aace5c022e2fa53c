// Rings of resolution over a picture.
#pragma once

#include <span>
#include <vector>

#include "nanobragg/base/units.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/report/preview.hpp"

namespace nanobragg::report {

// About five round spacings (Å) between the beam and the finest that the detector reaches, at
// nearly equal steps in 1/d.
std::vector<double> ring_spacings_A(double finest_A);

// Of what the rings are: panels, one below the other in the picture, and the beam's direction, a
// unit vector.
struct RingGeometry {
  std::vector<PanelValues> panels;
  Vec3<double> beam;
  Metre wavelength;
};

// Draws a ring for each spacing, and what it is where it comes nearest to the upper right corner.
// The darkest two colours of the palette become one, and the last the rings'.
void draw_rings(Preview& picture, const RingGeometry& geometry, std::span<const double> spacings_A);

}  // namespace nanobragg::report
