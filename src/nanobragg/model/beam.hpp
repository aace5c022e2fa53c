// The X-ray beam: direction, polarisation, spectrum, divergence and intensity.
#pragma once

#include <cstdint>
#include <vector>

#include "nanobragg/base/checked.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/stepped_range.hpp"

namespace nanobragg {

// One point of the source at one wavelength.
struct Source {
  Vec3<double> position_m;  // relative to the sample; only its direction matters
  Metre wavelength;
  double weight = 1.0;  // relative to the other sources
};

enum class DivergenceOutline : std::uint8_t { round, square };

// What a range of directions or wavelengths is.
enum class Profile : std::uint8_t {
  uniform,  // all of them alike, from end to end
  gauss,    // the full width at half maximum of a normal distribution: of directions, and of
            // photon energies
};

// Angles in radians. A Gaussian one has no outline.
struct Divergence {
  SteppedRangeRequest horizontal;
  SteppedRangeRequest vertical;
  DivergenceOutline outline = DivergenceOutline::round;
  Profile profile = Profile::uniform;
};

enum class Polarisation : std::uint8_t { kahn, off };

struct BeamValues {
  Vec3<double> direction{1.0, 0.0, 0.0};          // unit vector, of travel
  Vec3<double> polarisation_axis{0.0, 0.0, 1.0};  // unit vector, electric field
  Polarisation polarisation = Polarisation::kahn;
  double kahn_factor = 0.0;  // −1 … 1; 0 is unpolarised
  Metre wavelength{1e-10};
  SteppedRangeRequest dispersion;  // Δλ/λ, a fraction
  Profile dispersion_profile = Profile::uniform;
  Divergence divergence;
  std::vector<Source> sources;  // where not empty, they replace divergence and dispersion
  // Full width at half maximum of the photon energies of each listed source, which are normally
  // distributed, relative to their mean. 0: each has one wavelength.
  double line_width = 0.0;
  double fluence = constants::kDefaultFluence;  // photons/m²
  Metre size{1e-4};                             // edge of the square that the fluence falls on
};

// Throws Error for wavelengths, widths, a fluence or a Kahn factor that no beam has (limits.hpp).
void check(const BeamValues& values);

using Beam = Checked<BeamValues>;

// Distance at which generated sources stand, m: the reference's choice, without effect on images.
inline constexpr double kSourceDistance = 10.0;

}  // namespace nanobragg
