// Sums over the steps that light a pixel: the text of kernel/scalar for one reflection at a time.
#pragma once

#include "nanobragg/kernel/panel_constants.hpp"
#include "nanobragg/kernel/sparse/patch.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"

namespace nanobragg::kernel::sparse {

// One panel's factors, in double precision.
class PixelSums {
 public:
  explicit PixelSums(const PanelConstants<double>& constants)
      : in_(constants), sampling_(constants.plan.sampling) {}

  // Of one pixel: Σ over layers and sub-pixels of F²·F_lattice² and of the factors that are sampled
  // with them, where `patch.reflection` is the nearest.
  template <class Lattice>
  double sum(PixelIndex pixel, const Patch& patch, const Source<double>& source,
             const Axes<double>& axes) const {
    const std::size_t n = in_.panel.oversample;
    double total = 0.0;
    for (int layer = 0; layer < in_.plan.detector.layers.count; ++layer) {
      double captured = 0.0;
      for (std::size_t i = 0; i < n * n; ++i) {
        const Ray ray = ray_to({pixel, {i / n, i % n}, layer});
        if (i == 0 || each(sampling_.absorption)) captured = capture(layer, ray);
        const Vec3<double> miss = ray.diffracted - patch.centre;
        if (dot(miss, miss) > patch.radius_squared) continue;
        const Vec3<double> q =
            physics::scattering_vector(ray.diffracted, source.incident, source.wavelength_m);
        if (in_.resolution_limit_m > 0.0 && in_.resolution_limit_m * length(q) > 1.0) continue;
        const auto& [h, k, l] = patch.reflection;
        const Vec3<double> offset{dot(axes.a, q) - h, dot(axes.b, q) - k, dot(axes.c, q) - l};
        if (!is_nearest(offset)) continue;
        const double lattice = Lattice::amplitude(offset, in_.lattice_size);
        if (lattice == 0.0) continue;
        total += captured * sampled_factors(source, ray) * lattice * lattice *
                 physics::displacement_factor(in_.b_factor, q);
      }
    }
    return source.weight * patch.amplitude_squared * total;
  }

  // Photons of a pixel from what all its steps add up to.
  double photons(PixelIndex pixel, double sum) const;

 private:
  struct Ray {
    double distance;
    Vec3<double> diffracted;
  };

  // Whether no other index is nearer: ⌈h − ½⌉ = n where −½ < h − n ≤ ½.
  static bool is_nearest(const Vec3<double>& offset) {
    const auto within = [](double delta) { return delta > -0.5 && delta <= 0.5; };
    return within(offset.x) && within(offset.y) && within(offset.z);
  }

  static bool each(FactorSampling sampling) { return sampling == FactorSampling::per_subpixel; }

  Ray ray_to(const physics::SensorPoint& point) const {
    const Vec3<double> position = physics::position_of(point, in_.panel);
    const double distance = length(position);
    return {distance, (1.0 / distance) * position};
  }
  double capture(int layer, const Ray& ray) const {
    if (in_.plan.detector.layers.range <= 0.0) return 1.0;
    return physics::captured_fraction(layer, in_.panel.layer_step, in_.attenuation_per_m,
                                      dot(ray.diffracted, in_.panel.normal));
  }
  double polarisation(const Source<double>& source, const Ray& ray) const {
    if (in_.plan.beam.polarisation == Polarisation::off) return 1.0;
    return physics::polarisation_factor(in_.kahn_factor, source.incident, ray.diffracted,
                                        in_.polarisation_axis);
  }
  // Solid angle and polarisation where they follow the sub-pixels.
  double sampled_factors(const Source<double>& source, const Ray& ray) const {
    double factor = 1.0;
    if (each(sampling_.polarisation)) factor *= polarisation(source, ray);
    if (each(sampling_.solid_angle)) factor *= physics::solid_angle_of(in_.panel, ray.distance);
    return factor;
  }
  double first_polarisation(PixelIndex pixel) const;

  const PanelConstants<double>& in_;
  const Sampling& sampling_;
};

}  // namespace nanobragg::kernel::sparse
