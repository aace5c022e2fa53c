// The reflections of an exposure: where they fall, how wide they are and how much of them is seen.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::analytic {

// Mean and standard deviation of where photons fall, in pixels from the corner of a panel's first
// pixel, whose centre is ½, ½. The width of a pixel is a part of the deviations.
struct PlaceOnPanel {
  std::size_t panel = 0;
  double fast = 0.0, slow = 0.0;
  double fast_deviation = 0.0, slow_deviation = 0.0;
};

// What all lines of the beam together make of a reflection on one panel.
struct PredictedReflection {
  MillerIndex index;
  std::size_t lattice = 0;  // of the crystal
  PlaceOnPanel place;
  double photons = 0.0;  // expected, in the pixels that are rendered; without stages of the image
  // The part that the exposure sees of what a turn through the whole reflection would; of a still,
  // the density where the reflection is strongest on the Ewald sphere, relative to its middle.
  // At most 1, which a reflection near the spindle's axis, that moves along the sphere, may reach.
  double partiality = 0.0;
  // From the Ewald sphere to the reflection, along the diffracted ray, of the brightest line at the
  // middle of the exposure; outwards is positive.
  double excitation_error_per_A = 0.0;
  double spacing_A = 0.0;   // infinite for 000
  double phi_rad = 0.0;     // where it is nearest to the Ewald sphere, within the exposure
  Vec3<double> diffracted;  // unit vector, of the brightest line
};

// Throws UsageError where the spots of a plan have no closed form.
void check_has_closed_form(const plan::SamplingPlan& plan);

// Called from several threads.
using ReflectionFilter = std::function<bool(const MillerIndex&)>;

// In the order of lattices, then of panels, then of indices. Reflections whose photons all miss the
// rendered pixels are left out, and so are those that a filter does not want.
std::vector<PredictedReflection> predicted_reflections(const plan::SamplingPlan& plan,
                                                       std::size_t threads,
                                                       const ReflectionFilter& is_wanted = {});

}  // namespace nanobragg::kernel::analytic
