// The reflections in closed form that reach single pixels, with what makes their photons.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/physics/gaussian_spot.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::analytic {

// Where a spot is the brightest on its panel, in pixels from the corner of the first, and its
// covariance along fast and slow, without a pixel's own width.
struct SpotEllipse {
  double fast = 0.0, slow = 0.0;
  double fast_variance = 0.0, slow_variance = 0.0, covariance = 0.0;
};

// A reflection in the light of one line of the beam, during a piece of the turn.
struct PixelSpot {
  MillerIndex index;
  physics::Line line;
  double weight = 0.0;                     // of the line; of all lines together 1
  double amplitude = 0.0;                  // electrons
  double phi_rad = 0.0;                    // the spindle's angle of the numbers that follow
  Vec3<double> point;                      // of the reflection, Å⁻¹
  physics::Symmetric3<double> covariance;  // of its density about that point, Å⁻²
  double excitation_error_per_A = 0.0;     // in the middle of the exposure
  double partiality = 0.0;
  SpotEllipse on_panel;
  double photons = 0.0;  // that it sends to the pixel
};

// A list for each pixel. Their photons, added one by one, are those of render(), of the crystal
// alone. Of a plan that has closed forms.
std::vector<std::vector<PixelSpot>> spots_at(const plan::PanelPlan& plan,
                                             std::span<const PixelIndex> pixels,
                                             std::size_t threads);

}  // namespace nanobragg::kernel::analytic
