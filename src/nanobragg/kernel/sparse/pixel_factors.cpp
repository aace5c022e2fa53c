// Goes through a pixel's steps as far as a factor needs them.
#include "nanobragg/kernel/sparse/pixel_factors.hpp"

namespace nanobragg::kernel::sparse {

// Of the first step within the resolution limit, 0 where there is none.
double PixelFactors::first_polarisation(PixelIndex pixel) const {
  const std::size_t n = in_.panel.oversample;
  for (int layer = 0; layer < in_.plan.detector.layers.count; ++layer) {
    for (std::size_t i = 0; i < n * n; ++i) {
      const Ray ray = ray_to({pixel, {i / n, i % n}, layer});
      for (const Source<double>& source : in_.sources) {
        const Vec3<double> q =
            physics::scattering_vector(ray.diffracted, source.incident, source.wavelength_m);
        if (in_.resolution_limit_m * length(q) <= 1.0) return polarisation(source, ray);
      }
    }
  }
  return 0.0;
}

double PixelFactors::photons(PixelIndex pixel, double sum) const {
  if (sum == 0.0 && in_.background == 0.0) return 0.0;
  const double polarised = first_polarisation(pixel);
  const double solid_angle =
      physics::solid_angle_of(in_.panel, ray_to({pixel, {0, 0}, 0}).distance);
  double captured = 0.0;
  for (int layer = 0; layer < in_.plan.detector.layers.count; ++layer) {
    captured += capture(layer, ray_to({pixel, {0, 0}, layer}));
  }
  double once = 1.0;
  if (!each(sampling_.polarisation)) once *= polarised;
  if (!each(sampling_.solid_angle)) once *= solid_angle;
  return in_.scale * (sum * once + in_.background * captured * polarised * solid_angle);
}

}  // namespace nanobragg::kernel::sparse
