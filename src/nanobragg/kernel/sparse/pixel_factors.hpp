// The factors that a pixel has once.
#pragma once

#include "nanobragg/kernel/panel_constants.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"

namespace nanobragg::kernel::sparse {

// One panel's, in double precision.
class PixelFactors {
 public:
  explicit PixelFactors(const PanelConstants<double>& constants)
      : in_(constants), sampling_(constants.plan.sampling) {}

  // Photons of a pixel from what all its steps add up to.
  double photons(PixelIndex pixel, double sum) const;

 private:
  struct Ray {
    double distance;
    Vec3<double> diffracted;
  };

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
  double first_polarisation(PixelIndex pixel) const;

  const PanelConstants<double>& in_;
  const Sampling& sampling_;
};

}  // namespace nanobragg::kernel::sparse
