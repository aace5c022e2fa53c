// The rules by which a requested count, range and step become the three that are used.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/stepped_range.hpp"

namespace nanobragg::plan {

// `count` samples, `step` apart; `range` is what they are spread over. Unit of what is sampled.
template <class T>
struct SteppedRangeOf {
  int count = 1;
  T range{};
  T step{};
};
using SteppedRange = SteppedRangeOf<double>;

// The same samples spread over another range; a range of 0 has one sample and stays, and the same
// range keeps every bit.
template <class T>
SteppedRangeOf<T> spread_over(const SteppedRange& samples, const T& range) {
  if (samples.range == 0.0) return {samples.count, T(0), T(samples.step)};
  if constexpr (std::is_same_v<T, double>) {
    if (range == samples.range) return samples;
  }
  return {samples.count, range, range * (samples.step / samples.range)};
}

// Spindle angles in radians, at start + i·step. A count alone means an oscillation of 1°, a range
// alone two steps of half the range. A range below 0 turns the spindle backwards. Throws UsageError
// for a step below 0 of a range above.
SteppedRange phi_steps(const SteppedRangeRequest& request);

// Divergence angles in radians. Of a uniform profile at i·step − range/2: a range alone means its
// two ends, a count alone a range of 1 rad. Of a Gaussian one, whose full width at half maximum is
// the range: 9 samples unless a count is given, over three times the range. The weighted sum over
// them is the trapezoidal rule, whose error falls exponentially with their number.
SteppedRange divergence_steps(const SteppedRangeRequest& request, Profile profile);

// Relative wavelengths (uniform) or photon energies (Gaussian), less 1, by the same rules; without
// a range there is none.
SteppedRange dispersion_steps(const SteppedRangeRequest& request, Profile profile);

// √(2 ln 2): half width at half maximum of a normal distribution of deviation 1.
inline constexpr double kHalfWidthOfNormal = 1.1774100225154747;
template <class T>
constexpr T deviation_of_half_width(const T& width) {
  return width / kHalfWidthOfNormal;
}
template <class T>
constexpr T deviation_of_full_width(const T& width) {
  return deviation_of_half_width(T(0.5 * width));
}

// Sample i of these.
template <class T>
T offset_of(const SteppedRangeOf<T>& samples, Profile profile, int i) {
  return profile == Profile::uniform ? samples.step * i - samples.range / 2.0
                                     : samples.step * (i - 0.5 * (samples.count - 1));
}
// Its weight; the mean over all samples is 1.
std::vector<double> sample_weights(const SteppedRange& samples, Profile profile);

enum class LayerRule : std::uint8_t {
  equal_layers,   // n layers of thickness/n
  as_end_points,  // the reference: n ≥ 2 layers, thickness/(n − 1) apart
};

// Sensor layers (m): layer i spans i·step … (i + 1)·step. A thickness alone means two layers.
SteppedRange sensor_layers(const SteppedRangeRequest& request, LayerRule rule);

}  // namespace nanobragg::plan
