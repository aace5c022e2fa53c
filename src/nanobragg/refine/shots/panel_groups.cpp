// A group's motions as motions of its panels about their own centres.
#include "nanobragg/refine/shots/panel_groups.hpp"

#include <fmt/format.h>

namespace nanobragg::refine {
namespace {

Vec3<double> centre_of(const PanelValues& panel) {
  const double pixel = panel.pixel_size.value();
  return panel.corner_m + 0.5 * pixel * static_cast<double>(panel.shape.fast) * panel.fast +
         0.5 * pixel * static_cast<double>(panel.shape.slow) * panel.slow;
}

// Adds what a vector of the laboratory is along a panel's three axes.
struct AlongAxes {
  plan::Motion fast, slow, normal;
};
constexpr AlongAxes kShifts{plan::Motion::shift_fast, plan::Motion::shift_slow,
                            plan::Motion::shift_normal};
constexpr AlongAxes kTurns{plan::Motion::turn_fast, plan::Motion::turn_slow,
                           plan::Motion::turn_normal};

void add(const Vec3<double>& vector, const AlongAxes& along, std::size_t number,
         const PanelValues& panel, NamedMotion& to) {
  const auto add_one = [&](plan::Motion motion, const Vec3<double>& axis) {
    const double weight = dot(vector, axis);
    if (weight == 0.0) return;
    to.ids.push_back(plan::id_of({number, motion}));
    to.weights.push_back(weight);
  };
  add_one(along.fast, panel.fast);
  add_one(along.slow, panel.slow);
  add_one(along.normal, cross(panel.fast, panel.slow));
}

}  // namespace

std::vector<NamedMotion> motions_of(const RigidGroup& group, const Detector& detector) {
  const PanelValues& first = *detector.panels[group.panels.front()];
  const Vec3<double> normal = cross(first.fast, first.slow);
  Vec3<double> middle;
  for (const std::size_t i : group.panels) middle = middle + centre_of(*detector.panels[i]);
  middle = middle / static_cast<double>(group.panels.size());
  std::vector<NamedMotion> out;
  const auto shift = [&](const char* name, const Vec3<double>& direction) {
    NamedMotion motion{fmt::format("{}.{}", group.name, name), {}, {}, 0.0};
    for (const std::size_t i : group.panels) {
      add(direction, kShifts, i, *detector.panels[i], motion);
    }
    out.push_back(std::move(motion));
  };
  shift("shift_fast", first.fast);
  shift("shift_slow", first.slow);
  shift("shift_normal", normal);
  const auto turn = [&](const char* name, const Vec3<double>& axis) {
    NamedMotion motion{fmt::format("{}.{}", group.name, name), {}, {}, 0.0};
    for (const std::size_t i : group.panels) {
      add(axis, kTurns, i, *detector.panels[i], motion);
    }
    for (const std::size_t i : group.panels) {
      const PanelValues& panel = *detector.panels[i];
      add(cross(axis, centre_of(panel) - middle), kShifts, i, panel, motion);
    }
    out.push_back(std::move(motion));
  };
  if (group.tilts) {
    turn("turn_fast", first.fast);
    turn("turn_slow", first.slow);
  }
  turn("turn_normal", normal);
  return out;
}

}  // namespace nanobragg::refine
