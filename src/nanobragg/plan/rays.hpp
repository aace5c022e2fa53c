// The rays of the incident beam.
#pragma once

#include <span>
#include <vector>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/plan/plan_inputs.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::plan {

// One ray of the incident beam.
template <class T>
struct Ray {
  Vec3<T> incident;  // unit vector, of travel
  T wavelength_m{};
  double weight = 1.0;  // mean over the sources: 1
};

// What rays are generated from. Angles in radians, the dispersion a fraction of the wavelength.
template <class T>
struct RayRanges {
  T wavelength_m;
  SteppedRangeOf<T> horizontal, vertical, dispersion;
};

// The same, of the plan of a beam.
struct RaySamples {
  SteppedRange horizontal, vertical, dispersion;
};
inline RaySamples ray_samples(const BeamValues& beam) {
  const Divergence& divergence = beam.divergence;
  return {divergence_steps(divergence.horizontal, divergence.profile),
          divergence_steps(divergence.vertical, divergence.profile),
          dispersion_steps(beam.dispersion, beam.dispersion_profile)};
}

// Square of a divergence angle relative to the full range; an even number of steps has no sample
// in the middle, so half a step is taken off. 0/0 (no divergence) is NaN, on purpose.
template <class T>
T relative_square(const T& angle, const SteppedRangeOf<T>& r) {
  return (angle * angle - r.step * r.step / 4.0 * (1 - r.count % 2)) / r.range / r.range;
}

// NaN compares false: without divergence in a direction nothing is cut.
template <class T>
bool outside_ellipse(const T& h, const T& v, const RayRanges<T>& ranges) {
  return (relative_square(h, ranges.horizontal) + relative_square(v, ranges.vertical)) * 4.0 > 1.1;
}

// Across the beam and the polarisation's axis: horizontal divergence turns about it.
inline Vec3<double> upwards_of(const BeamValues& beam) {
  return unit(cross(beam.direction, beam.polarisation_axis));
}

// Every direction of the divergence (within its outline) at every wavelength of the dispersion.
template <class T>
std::vector<Ray<T>> generated_sources(const BeamValues& beam, const RayRanges<T>& ranges) {
  const Vec3<double> upwards = upwards_of(beam);
  const Vec3<double> centre = -kSourceDistance * beam.direction;
  const SteppedRangeOf<T>& dispersion = ranges.dispersion;
  const Profile profile = beam.divergence.profile;
  const RaySamples samples = ray_samples(beam);
  const auto horizontal_weights = sample_weights(samples.horizontal, profile);
  const auto vertical_weights = sample_weights(samples.vertical, profile);
  const auto line_weights = sample_weights(samples.dispersion, beam.dispersion_profile);
  std::vector<Ray<T>> rays;
  const auto add_direction = [&](const T& h, const T& v, double weight) {
    const Vec3<T> turned = rotate_about(vec3_as<T>(centre), vec3_as<T>(beam.polarisation_axis), v);
    const Vec3<T> position = unit(rotate_about(turned, vec3_as<T>(upwards), h));
    for (int i = 0; i < dispersion.count; ++i) {
      const bool is_uniform = beam.dispersion_profile == Profile::uniform;
      const T wavelength =
          is_uniform
              ? ranges.wavelength_m * (1.0 + dispersion.step * i - dispersion.range / 2.0)
              : ranges.wavelength_m / (1.0 + offset_of(dispersion, beam.dispersion_profile, i));
      rays.push_back({-position, wavelength, weight * line_weights[static_cast<std::size_t>(i)]});
    }
  };
  for (int i = 0; i < ranges.horizontal.count; ++i) {
    for (int j = 0; j < ranges.vertical.count; ++j) {
      const T h = offset_of(ranges.horizontal, profile, i);
      const T v = offset_of(ranges.vertical, profile, j);
      const bool cut = profile == Profile::uniform &&
                       beam.divergence.outline == DivergenceOutline::round &&
                       outside_ellipse(h, v, ranges);
      if (cut) continue;
      add_direction(h, v,
                    horizontal_weights[static_cast<std::size_t>(i)] *
                        vertical_weights[static_cast<std::size_t>(j)]);
    }
  }
  return rays;
}

// The sources of a list; weights are scaled to a mean of 1.
std::vector<Ray<double>> listed_sources(std::span<const Source> sources);

// The rays of a beam with these inputs. Where no input differs from the beam's, steps keep every
// bit.
template <class T>
std::vector<Ray<T>> rays_of(const BeamValues& beam, const BeamInputs<T>& in) {
  if (beam.sources.empty()) {
    const auto& [horizontal, vertical, dispersion] = ray_samples(beam);
    return generated_sources<T>(
        beam,
        {in.wavelength_m, spread_over(horizontal, in.horizontal_divergence),
         spread_over(vertical, in.vertical_divergence), spread_over(dispersion, in.bandwidth)});
  }
  std::vector<Ray<T>> rays;
  for (const Ray<double>& ray : listed_sources(beam.sources)) {
    rays.push_back({vec3_as<T>(ray.incident), T(ray.wavelength_m), ray.weight});
  }
  return rays;
}

// The same with one ray for all that is normally distributed.
template <class T>
std::vector<Ray<T>> lines_of(BeamValues beam, const BeamInputs<T>& in) {
  if (beam.dispersion_profile == Profile::gauss) beam.dispersion = {};
  if (beam.divergence.profile == Profile::gauss) {
    beam.divergence.horizontal = beam.divergence.vertical = {};
  }
  return rays_of<T>(beam, in);
}

}  // namespace nanobragg::plan
