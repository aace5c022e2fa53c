// What the gradients of a panel's pixels are computed from.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/kernel/reachable_squares.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/water.hpp"
#include "nanobragg/plan/numbers_of.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

// One spindle step of one mosaic domain. Lengths in Å, turns as in TurnTangent.
template <class S>
struct OrientationConstants {
  Axes<S> axes;
  Vec3<S> spindle;
  S step;
  Vec3<S> mosaic;
};

inline constexpr double kAngstromsPerMetre = 1e10;

template <class S>
std::vector<OrientationConstants<S>> orientation_constants(const plan::SamplingPlan& plan,
                                                           const plan::SampleTangents& tangents) {
  std::vector<OrientationConstants<S>> all;
  for (std::size_t i = 0; i < plan.crystal.lattices.size(); ++i) {
    const plan::TurnTangent& turn = tangents.turns[i];
    all.push_back({axes_as<S>(transform(plan.crystal.lattices[i],
                                        [](const auto& v) { return kAngstromsPerMetre * v; })),
                   vec3_as<S>(turn.spindle), static_cast<S>(turn.step), vec3_as<S>(turn.mosaic)});
  }
  return all;
}

// All of them in both arithmetics.
struct Orientations {
  Orientations(const plan::SamplingPlan& plan, const plan::SampleTangents& tangents)
      : full(orientation_constants<double>(plan, tangents)),
        single(orientation_constants<float>(plan, tangents)) {}

  // S is float or double.
  template <class S>
  const std::vector<OrientationConstants<S>>& as() const {
    if constexpr (std::is_same_v<S, float>) {
      return single;
    } else {
      return full;
    }
  }

  std::vector<OrientationConstants<double>> full;
  std::vector<OrientationConstants<float>> single;
};

// What polarisation and divergence need of the sources.
struct RayConstants {
  RayConstants(const plan::SamplingPlan& plan, const plan::SampleTangents& tangents) {
    for (const plan::RayTangent& ray : tangents.rays) {
      diverge =
          diverge || !(ray.by_horizontal == Vec3<double>{} && ray.by_vertical == Vec3<double>{});
    }
    if (plan.beam.polarisation == Polarisation::off) return;
    for (const plan::SourceSample& source : plan.beam.sources) {
      frames.push_back(physics::polarisation_frame(source.incident, plan.beam.polarisation_axis));
    }
  }

  std::vector<physics::PolarisationFrame<double>> frames;  // none without polarisation
  bool diverge = false;                                    // their directions depend on a number
};

// What is pointed to is not owned, and outlives this.
struct GradientConstants {
  GradientConstants(const plan::SamplingPlan& p, const plan::SampleTangents& t,
                    std::size_t panel_index)
      : plan(&p),
        tangents(&t),
        panel(&p.detector.panels[panel_index]),
        reciprocal_m(transform(reciprocal_of(p.crystal.lattice.direct),
                               [](const auto& v) { return kAngstromsPerMetre * v; })),
        lattice_size{p.crystal.cells, p.crystal.fudge, p.crystal.lattice.reciprocal},
        scale(constants::kClassicalElectronRadiusSquared * p.beam.fluence / p.steps),
        background(physics::water_background(p.water_m, p.beam.fluence)),
        orientations(p, t),
        squares(p, panel_index),
        is_mosaic(p.crystal.domains.size() > 1),
        rays(p, t),
        points_a_layer(static_cast<std::size_t>(p.sampling.oversample) *
                       static_cast<std::size_t>(p.sampling.oversample)) {}

  const plan::SamplingPlan* plan;
  const plan::SampleTangents* tangents;
  const PanelValues* panel;
  Axes<double> reciprocal_m;  // m⁻¹, at spindle angle 0
  physics::LatticeSize<double> lattice_size;
  double scale;       // r_e²·Φ/steps
  double background;  // electrons²
  Orientations orientations;
  ReachableSquares squares;
  bool is_mosaic;  // in more than one domain
  RayConstants rays;
  std::size_t points_a_layer;  // sub-pixels
};

// Whether a condition, on a number or on each lane of a vector, holds nowhere.
inline bool is_nowhere(bool condition) { return !condition; }

}  // namespace nanobragg::kernel
