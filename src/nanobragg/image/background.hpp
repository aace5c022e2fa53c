// Light that matter around the crystal scatters into all pixels: water.
#pragma once

#include <cstddef>
#include <span>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/interface/pixel_record.hpp"
#include "nanobragg/kernel/pixel/panel_constants.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/physics/water.hpp"

namespace nanobragg::image {

// What the background of a panel is computed from. It changes little over a pixel and from source
// to source, so that every factor is taken once: at the pixel's first sub-pixel, in the light of
// the first source. It has no resolution limit.
template <class T>
struct BackgroundConstants {
  physics::PanelGeometry<T> panel;
  int layers;
  Polarisation polarisation;
  T kahn_factor;
  kernel::SourceConstants<T> source;
  T photons;  // a steradian, before polarisation and capture
};

// Of a pixel: n·(Σ captures of the layers)·P·Ω.
template <class T>
T background_photons(const BackgroundConstants<T>& in, PixelIndex pixel) {
  T captured(0);
  for (int layer = 0; layer < in.layers; ++layer) {
    const auto at = physics::absorption_point<T>({pixel, {0, 0}, layer}, in.panel);
    captured = captured + physics::captured_in_layer(in.panel, layer, at.cosine);
  }
  const auto first = physics::absorption_point<T>({pixel, {0, 0}, 0}, in.panel);
  const Vec3<T> diffracted = first.position / length(first.position);
  const T polarisation =
      in.polarisation == Polarisation::off
          ? T(1)
          : physics::polarisation_factor(in.kahn_factor, dot(in.source.incident, diffracted),
                                         diffracted, in.source.frame);
  return in.photons * captured * polarisation *
         physics::solid_angle_of(in.panel, first.front_distance);
}

// Of one panel of a plan, which outlives it.
class Background {
 public:
  // Dark where the kernel has put the water in.
  Background(const plan::PanelPlan& plan, kernel::Water water);

  bool is_dark() const { return constants_.photons == 0.0; }
  // Adds to the pixels that the plan renders of an image of the panel.
  template <class Real>
  void apply_to(ImageView<Real> image, std::size_t threads) const;
  // With the derivatives by the inputs of the plan.
  void apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const;
  void apply_to(kernel::PixelRecord& record) const;

 private:
  plan::PanelPlan plan_;
  BackgroundConstants<double> constants_;
};

}  // namespace nanobragg::image
