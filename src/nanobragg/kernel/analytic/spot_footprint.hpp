// Where the pixels are that see a spot.
#pragma once

#include <cstddef>
#include <optional>

#include "nanobragg/physics/panel_geometry.hpp"
#include "nanobragg/physics/spot_pixel.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::analytic {

// Where a spot lies on a panel.
struct SpotFootprint {
  // The direction in which the reflection is strongest, a unit vector; squared deviations there
  // from the middle of the density.
  Vec3<double> direction;
  double exponent = 0.0;
  // Where that meets the panel's plane, in pixels from the corner of the first pixel.
  double fast = 0.0, slow = 0.0;
  // Of the density about it, in pixels: w·A·w of an offset w is the square of its deviations.
  double a_ff = 0.0, a_fs = 0.0, a_ss = 0.0;
  // By how many pixels the spot may leave that ellipse: curvature, parallax, a pixel's own size.
  double margin = 0.0;
  RegionOfInterest pixels;  // that may see it
};

// Finds footprints on one panel, which is flat. The plan outlives it. Thread-safe.
class FootprintFinder {
 public:
  explicit FootprintFinder(const plan::PanelPlan& plan);

  // Nothing where the spot ends before the Ewald sphere, or misses the pixels that are rendered.
  std::optional<SpotFootprint> find(const physics::GaussianSpot& shape, const physics::Turn& turn,
                                    const physics::Line& light) const;

 private:
  const plan::PanelPlan& plan_;
  physics::PanelGeometry<double> panel_;
  Vec3<double> away_;                   // across the panel's plane, away from the sample
  Vec3<double> dual_fast_, dual_slow_;  // give a point's coordinates along fast and slow
};

// The pixels of a row within the footprint; none where first > last.
struct PixelsOfRow {
  std::size_t first, last;
};
PixelsOfRow pixels_of_row(const SpotFootprint& footprint, std::size_t slow);

}  // namespace nanobragg::kernel::analytic
