// What the gradients of a panel's pixels are computed from.
#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "nanobragg/kernel/pixel/panel_constants.hpp"
#include "nanobragg/kernel/pixel/reachable_squares.hpp"
#include "nanobragg/plan/inputs_at.hpp"
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
std::vector<OrientationConstants<S>> orientation_constants(const plan::PanelPlan& plan,
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

// The spindle steps of a single lattice. Lengths in Å.
template <class S>
struct SpindleConstants {
  // Of a step's angle; and the same times the number of the step.
  struct Step {
    S cosine, sine, cosine_step, sine_step;
  };
  Axes<S> frame;    // the spindle's axis and two across it, right-handed
  Axes<S> lattice;  // components of a, b and c at angle 0 along each of these
  std::vector<Step> steps;
};

template <class S>
SpindleConstants<S> spindle_constants(const plan::PanelPlan& plan,
                                      const plan::SampleTangents& tangents) {
  const Vec3<double> u = tangents.turns.front().spindle;
  const Vec3<double> v =
      unit(cross(u, std::fabs(u.x) < 0.5 ? Vec3{1.0, 0.0, 0.0} : Vec3{0.0, 1.0, 0.0}));
  const Axes<double> frame{u, v, cross(u, v)};
  const Axes<double>& direct = plan.crystal.lattice.direct;
  const auto components = [&](const Vec3<double>& axis) {
    return Vec3{dot(direct.a, axis), dot(direct.b, axis), dot(direct.c, axis)};
  };
  SpindleConstants<S> out{axes_as<S>(frame), axes_as<S>(transform(frame, components)), {}};
  for (std::size_t i = 0; i < plan.crystal.phi_rad.size(); ++i) {
    const double phi = plan.crystal.phi_rad[i];
    const double step = tangents.turns[i].step;
    out.steps.push_back({static_cast<S>(std::cos(phi)), static_cast<S>(std::sin(phi)),
                         static_cast<S>(step * std::cos(phi)),
                         static_cast<S>(step * std::sin(phi))});
  }
  return out;
}

// Constants in both arithmetics.
template <class Full, class Single>
struct InBoth {
  Full full;
  Single single;

  // S is float or double.
  template <class S>
  const auto& as() const {
    if constexpr (std::is_same_v<S, float>) {
      return single;
    } else {
      return full;
    }
  }
};

// Of a plan without quirks. What is pointed to is not owned, and outlives this, as the plan does.
struct GradientConstants : PanelConstants<double> {
  GradientConstants(const plan::PanelPlan& p, const plan::SampleTangents& t)
      : PanelConstants(p),
        tangents(&t),
        reciprocal(reciprocal_of(p.crystal.lattice.direct)),
        orientations{orientation_constants<double>(p, t), orientation_constants<float>(p, t)},
        spindle{spindle_constants<double>(p, t), spindle_constants<float>(p, t)},
        squares(p) {
    for (const plan::RayTangent& ray : t.rays) {
      const Vec3<double> none;
      rays_diverge = rays_diverge || !(ray.by_horizontal == none && ray.by_vertical == none);
    }
  }

  // In more than one domain.
  bool is_mosaic() const { return plan.crystal.domains.size() > 1; }
  bool is_polarised() const { return plan.beam.polarisation == Polarisation::kahn; }
  bool absorbs() const { return plan.detector.capture != plan::Capture::everywhere; }
  bool absorbs_at_depth() const { return plan.detector.capture == plan::Capture::at_mean_depth; }

  const plan::SampleTangents* tangents;
  Axes<double> reciprocal;  // Å⁻¹, at spindle angle 0
  InBoth<std::vector<OrientationConstants<double>>, std::vector<OrientationConstants<float>>>
      orientations;
  InBoth<SpindleConstants<double>, SpindleConstants<float>> spindle;  // unless is_mosaic()
  ReachableSquares squares;
  bool rays_diverge = false;  // directions depend on a number
};

}  // namespace nanobragg::kernel
