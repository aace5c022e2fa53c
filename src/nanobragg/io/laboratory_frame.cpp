// Builds frames from the beam and the spindle.
#include "nanobragg/io/laboratory_frame.hpp"

#include <algorithm>
#include <cmath>

namespace nanobragg::io {
namespace {

// The part of v across a unit vector.
Vec3<double> across(const Vec3<double>& v, const Vec3<double>& direction) {
  return v - dot(v, direction) * direction;
}

}  // namespace

Mat3<double> imgcif_frame(const Experiment& experiment) {
  constexpr double kAlongBeam = 1e-6;
  const Vec3<double> z = -experiment.beam->direction;
  Vec3<double> x = across(experiment.spindle.axis, z);
  if (length(x) < kAlongBeam) x = across(experiment.detector.panels.front()->fast, z);
  x = unit(x);
  return {{x, cross(z, x), z}};
}

Mat3<double> mcstas_frame(const Experiment& experiment) {
  const auto [x, y, z] = imgcif_frame(experiment).row;
  return {{-x, y, -z}};
}

BeamOnPanel beam_on_panel(const PanelValues& panel, const Vec3<double>& beam_direction) {
  const double distance = dot(panel.corner_m, panel.normal);
  const Vec3<double> hit = (distance / dot(beam_direction, panel.normal)) * beam_direction;
  const Vec3<double> from_corner = hit - panel.corner_m;
  return {dot(from_corner, panel.fast), dot(from_corner, panel.slow), distance};
}

double written_thickness(const Sensor& sensor) {
  constexpr double kNextToNone = 1e-9;
  return std::max(sensor.thickness.range.value_or(0.0), kNextToNone);
}

bool is_plain(const Experiment& experiment) {
  constexpr double kTolerance = 1e-6;
  if (experiment.detector.panels.size() != 1) return false;
  const PanelValues& panel = *experiment.detector.panels.front();
  const Mat3<double> frame = imgcif_frame(experiment);
  const auto is_near = [&](const Vec3<double>& v, const Vec3<double>& w) {
    return length(frame * v - w) < kTolerance;
  };
  return is_near(panel.fast, {1.0, 0.0, 0.0}) && is_near(panel.slow, {0.0, -1.0, 0.0}) &&
         is_near(experiment.spindle.axis, {1.0, 0.0, 0.0});
}

}  // namespace nanobragg::io
