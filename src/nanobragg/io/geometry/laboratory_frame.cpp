// Builds frames from the beam and the spindle.
#include "nanobragg/io/geometry/laboratory_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/units.hpp"

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
  const double along_beam = distance / dot(beam_direction, panel.normal);
  const Vec3<double> from_corner = along_beam * beam_direction - panel.corner_m;
  return {dot(from_corner, panel.fast), dot(from_corner, panel.slow), distance, along_beam};
}

WrittenSensor written_sensor(const Sensor& sensor) {
  constexpr double kNextToNone = 1e-9;
  const std::string material = sensor.material.value_or("Si");
  const double thickness = std::max(sensor.thickness.range.value_or(0.0), kNextToNone);
  if (material == "Si" || material == "CdTe" || material == "GaAs") {
    return {material, thickness, ""};
  }
  constexpr double kMicrometres = 1e6;
  return {"Si", kNextToNone,
          fmt::format("the sensor is {:g} um of {}", kMicrometres * thickness, material)};
}

std::string written_name(const Detector& detector) {
  return detector.name.value_or("simulated by nanobragg");
}

std::optional<std::string> why_not_plain(const Experiment& experiment) {
  constexpr double kTolerance = 1e-6;
  const std::size_t panels = experiment.detector.panels.size();
  if (panels != 1) return fmt::format("the detector has {} panels", panels);
  const PanelValues& panel = *experiment.detector.panels.front();
  const Mat3<double> frame = imgcif_frame(experiment);
  // Sine of the angle between a direction and one of the frame's axes, either way along it.
  const auto off = [&](const Vec3<double>& v, const Vec3<double>& axis) {
    return length(cross(frame * v, axis));
  };
  const auto degrees = [](double sine) {
    return to_degree(Radian(std::asin(std::min(sine, 1.0)))).value();
  };
  const Vec3<double> x{1.0, 0.0, 0.0};
  const double tilt = off(cross(panel.fast, panel.slow), {0.0, 0.0, 1.0});
  if (tilt >= kTolerance) {
    return fmt::format("the detector is not across the beam but {:.3g}° off", degrees(tilt));
  }
  const double slant = off(experiment.spindle.axis, x);
  if (slant >= kTolerance) {
    return fmt::format("the spindle is not across the beam but {:.3g}° off", degrees(slant));
  }
  const double turn = off(panel.fast, x);
  if (turn >= kTolerance) {
    return fmt::format("the fast axis is not along the spindle but {:.3g}° off", degrees(turn));
  }
  if (dot(frame * panel.fast, x) < 0.0) return "the fast axis is opposite to the spindle";
  if (dot(frame * panel.slow, {0.0, 1.0, 0.0}) > 0.0) {
    return "the slow axis goes the other way round the beam than readers suppose, who would see "
           "the "
           "image in a mirror";
  }
  return std::nullopt;
}

bool is_plain(const Experiment& experiment) { return !why_not_plain(experiment); }

}  // namespace nanobragg::io
