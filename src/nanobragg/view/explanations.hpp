// Curves that explain an image: its radial profile with the background's parts, and how a
// reflection rocks.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/units.hpp"
#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/view/picture.hpp"
#include "nanobragg/view/scene.hpp"

namespace nanobragg::view {

// The d-spacing that a place on a panel sees in the first direction and the mean wavelength of
// the beam; infinite in the direct beam. In pixels from the corner of the first pixel.
Angstrom spacing_at(const Experiment& experiment, std::size_t panel, double fast, double slow);

// Values at the same places; NaN where there is no pixel.
struct Curve {
  std::string name;
  std::vector<double> values;
};

// Means of rings of equal width in 1/d, photons or counts a pixel.
struct RadialProfile {
  std::vector<double> inverse_spacing_per_A;  // middle of each ring
  std::vector<Curve> curves;
};

// Of a measured image its mean, and that of the pixels up to the ring's 97th percentile, which
// leaves spots out; of the computed one the same, and the parts of its background. Either may be
// null. A measured image that does not fit the detector has no profile.
RadialProfile radial_profile(const Scene& scene, const Picture* measured, const Picture* computed);

// Photons of a reflection, of stills at angles of the spindle around the middle of the exposure.
struct RockingCurve {
  std::vector<double> angle_deg;
  std::vector<double> photons;
};
// Empty for a reflection that is not seen.
RockingCurve rocking_curve(const Scene& scene, const MillerIndex& index);

}  // namespace nanobragg::view
