// From millimetres and degrees to a disc and its arm.
#include "nanobragg/config/resolve/resolve_beamstop.hpp"

#include <cmath>
#include <string>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"

namespace nanobragg::config {
namespace {

std::optional<BeamstopArm> resolve_arm(const Settings& settings, const DetectorFrame& frame) {
  const auto& angle = settings.beamstop_arm_deg;
  const auto& width = settings.beamstop_arm_width_mm;
  if (!angle && !width) return std::nullopt;
  if (!angle || !width) {
    throw UsageError(
        "an arm of the beamstop without its " + std::string(angle ? "width" : "direction"), "",
        "give -beamstop_arm and -beamstop_arm_width");
  }
  const double turn = radians_from_degrees(*angle);
  const Vec3<double> on_detector =
      std::cos(turn) * frame.placed.fast + std::sin(turn) * frame.placed.slow;
  const Vec3<double>& beam = frame.vectors.beam;
  const Vec3<double> across = on_detector - dot(on_detector, beam) * beam;
  constexpr double kAlongBeam = 1e-6;
  if (!(length(across) > kAlongBeam)) {
    throw UsageError("-beamstop_arm along the beam (the detector's axis there is not across it)");
  }
  return BeamstopArm{unit(across), Metre(metres_from_mm(*width))};
}

}  // namespace

std::optional<Beamstop> resolve_beamstop(const Settings& settings, const DetectorFrame& frame) {
  const auto& diameter = settings.beamstop_diameter_mm;
  const auto& distance = settings.beamstop_distance_mm;
  const std::optional<BeamstopArm> arm = resolve_arm(settings, frame);
  if (!diameter && !distance && !settings.beamstop_edge_mm && !arm) return std::nullopt;
  if (!diameter || !distance) {
    throw UsageError("a beamstop without its " + std::string(diameter ? "distance" : "diameter"),
                     "", "give -beamstop_diameter and -beamstop_distance");
  }
  constexpr double kEdge = 0.1;  // of the diameter
  const double edge = settings.beamstop_edge_mm.value_or(kEdge * *diameter);
  const Beamstop stop{.diameter = Metre(metres_from_mm(*diameter)),
                      .distance = Metre(metres_from_mm(*distance)),
                      .edge = Metre(metres_from_mm(edge)),
                      .arm = arm};
  check(stop);
  return stop;
}

}  // namespace nanobragg::config
