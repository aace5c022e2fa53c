// What a pixel sees of amorphous matter in the beam, in any arithmetic.
#pragma once

#include <cstddef>
#include <utility>

#include "nanobragg/image/amorphous_curves.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/panel_geometry.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/solid_angle.hpp"

namespace nanobragg::image {

// Sub-pixels along each axis that a panel's pixels need, so that sin θ/λ changes by at most
// 0.002 Å⁻¹ from one to the next, up to 8; or as many as the sampling asks for.
std::size_t background_oversample(const plan::PanelPlan& plan, double wavelength_m);

// What a pixel of a panel sees of a curve.
template <class T>
struct AmorphousConstants {
  physics::PanelGeometry<T> panel;  // with the sub-pixels of this stage
  int layers;
  Polarisation polarisation;
  T kahn_factor;
  physics::PolarisationFrame<T> frame;
  Vec3<T> incident;
  T wavelength_m;
};

template <class T>
AmorphousConstants<T> amorphous_constants(const plan::PanelPlan& plan,
                                          const AmorphousCurves& curves,
                                          physics::PanelGeometry<T> panel, const T& kahn_factor,
                                          const T& wavelength_m) {
  const Vec3<double>& incident = curves.incident();
  const auto frame = physics::polarisation_frame(incident, plan.beam.polarisation_axis);
  panel.oversample = background_oversample(plan, curves.wavelength_m());
  return {.panel = std::move(panel),
          .layers = plan.detector.layers.count,
          .polarisation = plan.beam.polarisation,
          .kahn_factor = kahn_factor,
          .frame = {vec3_as<T>(frame.magnetic), vec3_as<T>(frame.electric)},
          .incident = vec3_as<T>(incident),
          .wavelength_m = wavelength_m};
}

// How a sub-pixel sees the matter in the beam.
template <class T>
struct Sight {
  T sine;   // of half the scattering angle
  T share;  // P·Ω·captured
};

template <class T>
Sight<T> sight_of(const AmorphousConstants<T>& in, PixelIndex pixel, PixelIndex sub) {
  const auto first = physics::absorption_point<T>({pixel, sub, 0}, in.panel);
  T captured = physics::captured_in_layer(in.panel, 0, first.cosine);
  for (int layer = 1; layer < in.layers; ++layer) {
    const auto at = physics::absorption_point<T>({pixel, sub, layer}, in.panel);
    captured = captured + physics::captured_in_layer(in.panel, layer, at.cosine);
  }
  const Vec3<T> diffracted = first.position / length(first.position);
  const T polarisation =
      in.polarisation == Polarisation::off
          ? T(1)
          : physics::polarisation_factor(in.kahn_factor, dot(in.incident, diffracted), diffracted,
                                         in.frame);
  const T sine = physics::sine_of_half_angle(in.incident, diffracted);
  return {sine, captured * polarisation * physics::solid_angle_of(in.panel, first.front_distance)};
}

// sin θ/λ in Å⁻¹.
template <class T>
T stol_per_A(const T& sine, const T& wavelength_m) {
  return T(1e-10) * sine / wavelength_m;
}

}  // namespace nanobragg::image
