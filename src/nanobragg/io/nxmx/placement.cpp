// Intersects panels with the beam, which NXmx lets go along z.
#include "nanobragg/io/nxmx/placement.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/io/files/unit_names.hpp"
#include "nanobragg/io/nxmx/detector.hpp"

namespace nanobragg::io::nxmx {
namespace {

const Vec3<double> kBeam = from_crystfel({0.0, 0.0, 1.0});

struct Met {
  double distance_m;  // along the beam; below 0: before the sample
  BeamCentre pixel;   // from the corner of the panel
};

// Where the line of the beam meets the plane of a panel; nothing where they are parallel.
std::optional<Met> met_by_beam(const GeometryPanel& panel) {
  const Vec3<double> normal = cross(panel.fast, panel.slow);
  const double along = dot(kBeam, normal);
  constexpr double kParallel = 1e-9;
  if (std::abs(along) < kParallel) return std::nullopt;
  const double distance = dot(panel.corner_m, normal) / along;
  const Vec3<double> on_panel = distance * kBeam - panel.corner_m;
  return Met{
      distance,
      {dot(on_panel, panel.fast) / panel.pixel_m, dot(on_panel, panel.slow) / panel.pixel_m}};
}

void shift(DetectorPart& part, const Vec3<double>& by) {
  for (Module& module : part.modules) module.panel.corner_m = module.panel.corner_m + by;
}

Vec3<double> centre_of(const GeometryPanel& panel) {
  const auto half = [&](std::size_t pixels) {
    return 0.5 * static_cast<double>(pixels) * panel.pixel_m;
  };
  return panel.corner_m + half(panel.shape.fast) * panel.fast + half(panel.shape.slow) * panel.slow;
}

bool is_upstream(const DetectorPart& part) {
  for (const Module& module : part.modules) {
    if (dot(centre_of(module.panel), kBeam) >= 0.0) return false;
  }
  return true;
}

std::optional<double> said_distance(const Fields& fields, const std::string& detector) {
  for (const char* name : {"/distance", "/detector_distance"}) {
    if (!fields.has_numbers(detector + name)) continue;
    const double distance = fields.factor(detector + name, metres_of) *
                            fields.of_exposure(fields.numbers(detector + name), detector + name);
    if (std::isfinite(distance) && distance != 0.0) return distance;
  }
  return std::nullopt;
}

void check_distance(const Fields& fields, DetectorPart& part) {
  const auto met = met_by_beam(part.modules.front().panel);
  if (!met) return;
  const auto said = said_distance(fields, part.path);
  constexpr double kNothing = 1e-6;
  if (std::abs(met->distance_m) < kNothing && said) {
    fields.warn(
        fmt::format("the chain of transformations puts the detector into the sample: moved "
                    "to the distance of {}, {:g} mm",
                    part.path, 1e3 * *said));
    shift(part, *said * kBeam);
    return;
  }
  if (is_upstream(part) && met->distance_m < 0.0) {
    fields.warn(
        fmt::format("the chain of transformations puts the detector between source and "
                    "sample, {0:g} mm before it: taken {0:g} mm behind it",
                    -1e3 * met->distance_m));
    shift(part, -2.0 * met->distance_m * kBeam);
    return;
  }
  if (!said) return;
  const GeometryPanel& panel = part.modules.front().panel;
  const double along_normal = std::abs(dot(panel.corner_m, cross(panel.fast, panel.slow)));
  const auto agrees = [&](double distance) {
    constexpr double kClose = 0.01;
    return std::abs(distance - std::abs(*said)) <= kClose * std::abs(*said);
  };
  if (agrees(met->distance_m) || agrees(along_normal)) return;
  fields.warn(
      fmt::format("the chain of transformations puts the detector at {:g} mm (taken), the "
                  "distance of {} is {:g} mm",
                  1e3 * met->distance_m, part.path, 1e3 * *said));
}

void check_beam_centre(const Fields& fields, DetectorPart& part) {
  Module& module = part.modules.front();
  const auto met = met_by_beam(module.panel);
  const auto said = beam_centre(fields, part.path, module.panel.pixel_m);
  // Of several modules, each may have a centre of its own.
  if (!met || !said || part.modules.size() > 1) return;
  const std::size_t rank = module.origin.size();
  const BeamCentre chain{met->pixel.fast + static_cast<double>(module.origin[rank - 1]),
                         met->pixel.slow + static_cast<double>(module.origin[rank - 2])};
  const double off = std::hypot(chain.fast - said->fast, chain.slow - said->slow);
  constexpr double kClose = 1.5;  // pixels: some count from the middle of the first, or from 1
  if (off <= kClose) return;
  const std::string says =
      fmt::format("beam_center_x, _y are {:g}, {:g} pixels", said->fast, said->slow);
  constexpr double kCorner = 0.01;
  if (std::hypot(met->pixel.fast, met->pixel.slow) > kCorner) {
    fields.warn(
        fmt::format("{}, but the chain of transformations lets the beam meet pixel "
                    "{:.4g}, {:.4g} (taken)",
                    says, chain.fast, chain.slow));
    return;
  }
  fields.warn(says +
              ", but the chain of transformations leaves the corner of the first pixel in the "
              "beam: moved to the beam centre");
  const double pixel = module.panel.pixel_m;
  shift(part, (chain.fast - said->fast) * pixel * module.panel.fast +
                  (chain.slow - said->slow) * pixel * module.panel.slow);
}

}  // namespace

std::optional<BeamCentre> beam_centre(const Fields& fields, const std::string& detector,
                                      double pixel_m) {
  const auto pixels = [&](const std::string& path) -> std::optional<double> {
    if (!fields.has_numbers(path)) return std::nullopt;
    const double value = fields.of_exposure(fields.numbers(path), path);
    if (!std::isfinite(value)) fields.refuse("it is not finite", path);
    const auto unit = hdf5::attribute_text(fields.needed(path), "units").value_or("pixel");
    for (const char* name : {"", "pixel", "pixels", "Pixel", "Pixels", "px"}) {
      if (unit == name) return value;
    }
    return value * fields.factor(path, metres_of) / pixel_m;
  };
  const auto fast = pixels(detector + "/beam_center_x");
  const auto slow = pixels(detector + "/beam_center_y");
  if (!fast || !slow) return std::nullopt;
  return BeamCentre{*fast, *slow};
}

void check_placement(const Fields& fields, DetectorPart& part) {
  check_distance(fields, part);
  check_beam_centre(fields, part);
}

}  // namespace nanobragg::io::nxmx
