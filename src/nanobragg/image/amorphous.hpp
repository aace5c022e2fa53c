// Light that amorphous matter in the beam scatters into all pixels: a linear stage that adds
// photons.
#pragma once

#include <cstddef>

#include "nanobragg/base/image.hpp"
#include "nanobragg/image/amorphous_sight.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/interface/pixel_record.hpp"

namespace nanobragg::image {

// Of one panel of a plan; plan and curves outlive it. Thread-safe once made.
class Amorphous {
 public:
  Amorphous(const plan::PanelPlan& plan, const AmorphousCurves& curves);

  bool is_absent() const { return curves_.are_absent(); }
  // Expected photons of a pixel.
  double photons(PixelIndex pixel) const;
  // Adds to the pixels that the plan renders of an image of the panel.
  template <class Real>
  void apply_to(ImageView<Real> image, std::size_t threads) const;
  // With the derivatives by the inputs of the plan; the curves must have been made with tangents.
  void apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const;
  void apply_to(kernel::PixelRecord& record) const;

 private:
  // The same from every few pixels.
  template <class Real>
  void apply_by_grid(ImageView<Real> image, std::size_t threads) const;

  plan::PanelPlan plan_;
  const AmorphousCurves& curves_;
  AmorphousConstants<double> constants_;
};

}  // namespace nanobragg::image
