// Backgrounds that were measured: linear stages that add photons.
#pragma once

#include <cstddef>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/image/amorphous_curves.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/interface/pixel_record.hpp"
#include "nanobragg/physics/monotone_cubic.hpp"
#include "nanobragg/physics/panel_geometry.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// Photons by sin θ/λ of a pixel's centre, θ from the mean direction of the beam, λ its mean
// wavelength: what a beamstop shades as all light. Of one panel of a plan, which outlives it with
// the curves. Thread-safe once made.
class ProfileBackground {
 public:
  ProfileBackground(const plan::PanelPlan& plan, const AmorphousCurves& curves);

  bool is_absent() const { return profiles_.empty(); }
  // Expected photons of a pixel.
  double photons(PixelIndex pixel) const;
  // Adds to the pixels that the plan renders of an image of the panel.
  template <class Real>
  void apply_to(ImageView<Real> image, std::size_t threads) const;
  // With the derivatives by scales, wavelength and the place of the panel.
  void apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const;
  void apply_to(kernel::PixelRecord& record) const;

 private:
  struct Profile {
    std::size_t number;  // among the measured backgrounds
    double scale;
    physics::MonotoneCubic curve;
  };
  plan::PanelPlan plan_;
  const AmorphousCurves& curves_;
  physics::PanelGeometry<double> panel_;  // of one point a pixel, on its front
  std::vector<Profile> profiles_;
};

// Photons pixel by pixel, as they were recorded: behind the beamstop that stood there then. Of one
// panel of a plan, which outlives it. Thread-safe once made.
class ImageBackground {
 public:
  explicit ImageBackground(const plan::PanelPlan& plan);

  bool is_absent() const { return images_.empty(); }
  double photons(PixelIndex pixel) const;
  template <class Real>
  void apply_to(ImageView<Real> image, std::size_t threads) const;
  // With the derivatives by scales.
  void apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const;
  void apply_to(kernel::PixelRecord& record) const;

 private:
  struct Measured {
    std::size_t number;  // among the measured backgrounds
    const MeasuredBackground* background;
  };
  double of(const Measured& measured, PixelIndex pixel) const {
    return (*measured.background->image)[{plan_.first_row + pixel.slow, pixel.fast}];
  }
  plan::PanelPlan plan_;
  std::vector<Measured> images_;
};

}  // namespace nanobragg::image
