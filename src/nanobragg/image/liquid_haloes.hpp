// Diffuse scattering of the crystal: haloes about its reflections.
#pragma once

#include <cstddef>
#include <vector>

#include "nanobragg/image/amorphous_sight.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/interface/pixel_record.hpp"
#include "nanobragg/physics/liquid_motions.hpp"

namespace nanobragg::image {

// Haloes are wide: they are taken in the mean ray of the beam, without mosaicity, and at no more
// than this many of the spindle's angles.
inline constexpr std::size_t kHaloAngles = 8;

// A spindle step that stands for those around it.
struct HaloAngle {
  double phi_rad;
  double step;  // from the start, in steps of the spindle
  Axes<double> axes_m;
};
std::vector<HaloAngle> halo_angles(const plan::CrystalSamples& crystal);

// Of one lattice on one panel of a plan, which outlives it with the curves. Thread-safe once made.
class LiquidHaloes {
 public:
  LiquidHaloes(const plan::PanelPlan& plan, const AmorphousCurves& curves);

  bool is_absent() const { return angles_.empty(); }
  // Expected photons of a pixel.
  double photons(PixelIndex pixel) const;
  // Adds to the pixels that the plan renders of an image of the panel.
  template <class Real>
  void apply_to(ImageView<Real> image, std::size_t threads) const;
  // With the derivatives by the inputs of the plan, and by displaced amplitudes where the slopes
  // want them.
  void apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const;
  void apply_to(kernel::PixelRecord& record) const;

 private:
  // What a sub-pixel and a direction have in common for all angles, with derivatives.
  struct View;
  void add_slopes(const View& view, std::size_t in_batch, kernel::PixelSlopes& slopes) const;

  plan::PanelPlan plan_;
  const AmorphousCurves& curves_;
  AmorphousConstants<double> constants_;
  std::vector<HaloAngle> angles_;
  physics::LiquidTensors<double> tensors_;
  physics::HaloSum rule_{};
  double scale_ = 0.0;  // r_e²·Φ·blocks·N/angles
};

}  // namespace nanobragg::image
