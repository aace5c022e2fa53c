// The factors that a pixel has once.
#pragma once

#include "nanobragg/kernel/pixel/panel_constants.hpp"
#include "nanobragg/physics/factors.hpp"
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
    Vec3<double> diffracted;
    double front_distance, cosine;  // physics::AbsorptionPoint
  };

  Ray ray_to(const physics::SensorPoint& point) const {
    const auto [position, front_distance, cosine] = physics::absorption_point(point, in_.panel);
    return {(1.0 / length(position)) * position, front_distance, cosine};
  }
  double polarisation(const SourceConstants<double>& source, const Ray& ray) const {
    if (in_.plan.beam.polarisation == Polarisation::off) return 1.0;
    return physics::polarisation_factor(in_.kahn_factor, dot(source.incident, ray.diffracted),
                                        ray.diffracted, source.frame);
  }
  double first_polarisation(PixelIndex pixel) const;

  const PanelConstants<double>& in_;
  const Sampling& sampling_;
};

}  // namespace nanobragg::kernel::sparse
