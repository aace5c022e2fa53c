// How far measured pixels may be from a model that is not perfect.
#pragma once

#include <span>

namespace nanobragg::refine {

// σ² = b + s + σ_r² + (k·l)² of b photons of background and s of a spot: Poisson noise, read-out
// noise, and what the model cannot know of a spot. That grows with the spot, but where its flank
// is off by a part of a pixel it is as large as in its middle: l is the mean, over the pixels
// around, of the larger of what is expected and measured of the spot.
struct ErrorModel {
  double read_noise = 0.0;  // σ_r, photons
  double of_spots = 0.3;    // k

  double variance(double expected, double level) const;
};

// What the model says of some pixels, and what is measured there. Photons.
struct JudgedPixels {
  std::span<const double> expected, level, observed;
};

// σ_r and k with which the squared deviations of the pixels, those beyond 3σ counted as 3σ, have
// the mean that normal deviates have: σ_r from pixels that no spot reaches, k from those that one
// does. 0 where Poisson noise is as much or more.
ErrorModel estimated_errors(const JudgedPixels& pixels);

}  // namespace nanobragg::refine
