// What the gradients of a panel's pixels are computed from.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

#include "nanobragg/geometry/rotation.hpp"
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
  S cell;
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
                   vec3_as<S>(turn.spindle), static_cast<S>(turn.step), vec3_as<S>(turn.mosaic),
                   static_cast<S>(turn.cell)});
  }
  return all;
}

// Of domains that are turned in the crystal's frame (x along b × c, z along c), which derivatives
// by the direct axes move. Lengths in Å. A change of c by dc turns z by z × dc/|c|; about z the
// frame turns as b × c does, by y·(db × c + b × dc)/|b × c|.
template <class S>
struct FrameConstants {
  std::vector<Axes<S>> at_zero;  // of each orientation: rows that turn the spindle back
  Axes<S> direct;
  Vec3<S> z, z_over_c, about_by_b, about_by_c;
};

template <class S>
std::optional<FrameConstants<S>> frame_constants(const plan::PanelPlan& plan) {
  const plan::CrystalSamples& crystal = plan.crystal;
  if (!crystal.continuous.turns || crystal.domains.size() == 1) return std::nullopt;
  FrameConstants<S> out;
  for (const double phi : crystal.phi_rad) {
    const auto turned = [&](const Vec3<double>& axis) {
      return rotate_about(axis, crystal.continuous.spindle_axis, phi);
    };
    // Row i of the inverse is where axis i is turned to.
    const Axes<double> rows{turned({1, 0, 0}), turned({0, 1, 0}), turned({0, 0, 1})};
    out.at_zero.insert(out.at_zero.end(), crystal.domains.size(), axes_as<S>(rows));
  }
  const auto& [a, b, c] = crystal.lattice.direct;
  const Axes<double> frame = crystal_frame(crystal.lattice.reciprocal);
  const double area = length(cross(b, c));
  out.direct = axes_as<S>(crystal.lattice.direct);
  out.z = vec3_as<S>(frame.c);
  out.z_over_c = vec3_as<S>(frame.c / length(c));
  out.about_by_b = vec3_as<S>(cross(c, frame.b) / area);
  out.about_by_c = vec3_as<S>(cross(frame.b, b) / area);
  return out;
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
        frame{frame_constants<double>(p), frame_constants<float>(p)},
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
  // Of domains that are turned in it.
  InBoth<std::optional<FrameConstants<double>>, std::optional<FrameConstants<float>>> frame;
  InBoth<std::vector<OrientationConstants<double>>, std::vector<OrientationConstants<float>>>
      orientations;
  InBoth<SpindleConstants<double>, SpindleConstants<float>> spindle;  // unless is_mosaic()
  ReachableSquares squares;
  bool rays_diverge = false;  // directions depend on a number
};

}  // namespace nanobragg::kernel
