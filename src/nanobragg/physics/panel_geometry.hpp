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

// Each number of the plan rounded once to T.
template <class T>
PanelGeometry<T> panel_geometry(const plan::PanelPlan& plan) {
  const PanelValues& p = plan.panel;
  return {.corner = vec3_as<T>(p.corner_m),
          .fast = vec3_as<T>(p.fast),
          .slow = vec3_as<T>(p.slow),
          .normal = vec3_as<T>(p.normal),
          .beam = vec3_as<T>(plan.beam.direction),
          .pixel_size = static_cast<T>(p.pixel_size.value()),
          .close_distance = static_cast<T>(p.close_distance.value()),
          .distance = static_cast<T>(p.distance.value()),
          .layer = {static_cast<T>(plan.detector.layers.step),
                    static_cast<T>(plan.detector.attenuation_per_m), plan.detector.capture},
          .oversample = static_cast<std::size_t>(plan.sampling.oversample),
          .pixel_model = plan.detector.pixel_model,
          .curvature = plan.detector.curvature};
}

}  // namespace nanobragg::physics
