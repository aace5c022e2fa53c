// Makes rays from divergence and dispersion, or from a list of sources.
#include "nanobragg/plan/sources.hpp"

#include <algorithm>

#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg::plan {
namespace {

// Square of a divergence angle relative to the full range; an even number of steps has no sample
// in the middle, so half a step is taken off. 0/0 (no divergence) is NaN, on purpose.
double relative_square(double angle, const SteppedRange& r) {
  return (angle * angle - r.step * r.step / 4.0 * (1 - r.count % 2)) / r.range / r.range;
}

// NaN compares false: without divergence in a direction nothing is cut.
bool outside_ellipse(double h, double v, const SteppedRange& horizontal,
                     const SteppedRange& vertical) {
  return (relative_square(h, horizontal) + relative_square(v, vertical)) * 4.0 > 1.1;
}

}  // namespace

std::vector<SourceSample> generated_sources(const BeamValues& beam, const SteppedRange& horizontal,
                                            const SteppedRange& vertical,
                                            const SteppedRange& dispersion) {
  const Vec3<double> upwards = unit(cross(beam.direction, beam.polarisation_axis));
  std::vector<SourceSample> samples;
  const auto add_direction = [&](double h, double v) {
    const Vec3<double> centre = -kSourceDistance * beam.direction;
    const Vec3<double> position =
        unit(rotate_about(rotate_about(centre, beam.polarisation_axis, v), upwards, h));
    for (int i = 0; i < dispersion.count; ++i) {
      const double wavelength =
          beam.wavelength.value() * (1.0 + dispersion.step * i - dispersion.range / 2.0);
      samples.push_back({-position, wavelength, 1.0});
    }
  };
  for (int i = 0; i < horizontal.count; ++i) {
    for (int j = 0; j < vertical.count; ++j) {
      const double h = horizontal.step * i - horizontal.range / 2.0;
      const double v = vertical.step * j - vertical.range / 2.0;
      const bool cut = beam.divergence.outline == DivergenceOutline::round &&
                       outside_ellipse(h, v, horizontal, vertical);
      if (!cut) add_direction(h, v);
    }
  }
  return samples;
}

std::vector<SourceSample> listed_sources(std::span<const Source> sources, SourceWeights weights) {
  double sum = 0.0;
  for (const Source& source : sources) sum += source.weight;
  const double mean = sum / static_cast<double>(sources.size());
  // Equal weights change nothing, not even a last bit.
  const bool equal =
      weights == SourceWeights::equal || std::ranges::all_of(sources, [&](const Source& source) {
        return source.weight == sources.front().weight;
      });
  std::vector<SourceSample> samples;
  for (const Source& source : sources) {
    samples.push_back(
        {-unit(source.position_m), source.wavelength.value(), equal ? 1.0 : source.weight / mean});
  }
  return samples;
}

}  // namespace nanobragg::plan
