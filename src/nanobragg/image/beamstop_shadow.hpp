// The shadow of a beamstop: a linear stage that takes photons away.
#pragma once

#include <cstddef>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/physics/panel_geometry.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// What part of a pixel's photons arrives: the mean of the transmission over 8 × 8 points of the
// pixel's front. Exact in full shadow and in full light; where the edge is narrower than an eighth
// of a pixel's image on the disc, right to 1/64 of the pixel's area for each point that the edge
// crosses.
inline constexpr std::size_t kShadowPoints = 8;  // along each axis of a pixel

// Of one panel of a plan, which outlives it. Thread-safe once made.
class BeamstopShadow {
 public:
  // Throws Error where the beam meets the panel before the disc.
  explicit BeamstopShadow(const plan::PanelPlan& plan);

  bool is_absent() const { return !plan_.beamstop.has_value(); }
  double transmission(PixelIndex pixel) const;
  // Multiplies the pixels that the plan renders of an image of the panel.
  template <class Real>
  void apply_to(ImageView<Real> image, std::size_t threads) const;
  // Photons and their derivatives: by the product rule, with those of the transmission.
  void apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const;

 private:
  plan::PanelPlan plan_;
  physics::PanelGeometry<double> panel_;
};

// The same transmission for a panel in any arithmetic.
template <class T>
T shadow_transmission(const physics::PanelGeometry<T>& panel, const Beamstop& stop,
                      PixelIndex pixel);

}  // namespace nanobragg::image
