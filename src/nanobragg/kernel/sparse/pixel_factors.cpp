// Goes through a pixel's steps as far as a factor needs them.
#include "nanobragg/kernel/sparse/pixel_factors.hpp"

namespace nanobragg::kernel::sparse {

// Of the first step within the resolution limit, 0 where there is none.
double PixelFactors::first_polarisation(PixelIndex pixel) const {
  const std::size_t n = in_.panel.oversample;
  for (int layer = 0; layer < in_.plan.detector.layers.count; ++layer) {
    for (std::size_t i = 0; i < n * n; ++i) {
      const Ray ray = ray_to({pixel, {i / n, i % n}, layer});
      for (const SourceConstants<double>& source : in_.sources) {
        const Vec3<double> q =
            physics::scattering_vector(ray.diffracted, source.incident, source.wavelength_m);
        if (physics::is_within_limit(q, in_.resolution_limit_m)) return polarisation(source, ray);
      }
    }
  }
  return 0.0;
}

double PixelFactors::photons(PixelIndex pixel, double sum) const {
  if (sum == 0.0) return 0.0;
  double photons = in_.scale * sum;
  if (!physics::is_inside_sum(sampling_.polarisation)) photons *= first_polarisation(pixel);
  if (!physics::is_inside_sum(sampling_.solid_angle)) {
    photons *= physics::solid_angle_of(in_.panel, ray_to({pixel, {0, 0}, 0}).front_distance);
  }
  return photons;
}

}  // namespace nanobragg::kernel::sparse
