// The numbers of one panel that the formulas need, in the arithmetic they are evaluated in.
#pragma once

#include <cstddef>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::physics {

// What each layer of a sensor is like.
template <class T>
struct SensorLayer {
  T thickness, attenuation_per_m;
  plan::Capture capture;
};

// Lengths in m, directions as unit vectors, laboratory frame.
template <class T>
struct PanelGeometry {
  Vec3<T> corner;  // of the first pixel
  Vec3<T> fast, slow, normal;
  Vec3<T> beam;
  T pixel_size;
  T close_distance, distance;
  SensorLayer<T> layer;
  std::size_t oversample;  // sub-pixels along each axis
  PixelModel pixel_model;
  Curvature curvature;
};

// With the inputs of the panel, and what else the plan says.
template <class T>
constexpr PanelGeometry<T> panel_geometry(const plan::PanelPlan& plan,
                                          const plan::PanelInputs<T>& in) {
  return {.corner = in.corner,
          .fast = in.fast,
          .slow = in.slow,
          .normal = in.normal,
          .beam = vec3_as<T>(plan.beam.direction),
          .pixel_size = in.pixel_size,
          .close_distance = in.close_distance,
          .distance = in.distance,
          .layer = {in.layer_step, in.attenuation_per_m, plan.detector.capture},
          .oversample = static_cast<std::size_t>(plan.sampling.oversample),
          .pixel_model = plan.detector.pixel_model,
          .curvature = plan.detector.curvature};
}

// Each number of the plan rounded once to T.
template <class T>
constexpr PanelGeometry<T> panel_geometry(const plan::PanelPlan& plan) {
  plan::PanelInputs<T> in;
  const plan::PanelInputs<double> of_plan = plan::panel_inputs(plan);
  plan::for_each_panel_input([](T& to, double from) { to = static_cast<T>(from); }, in, of_plan);
  return panel_geometry(plan, in);
}

}  // namespace nanobragg::physics
