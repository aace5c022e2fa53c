// Writes the samples of a plan as tables.
#include "nanobragg/config/resolve/sample_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/units.hpp"

namespace nanobragg::config {
namespace {

double degrees(double radians) { return to_degree(Radian(radians)).value(); }

std::string sources(const plan::BeamSamples& beam) {
  std::string text = fmt::format("sources\n  {:>6} {:>12} {:>12} {:>12} {:>10} {:>14}\n", "", "x",
                                 "y", "z", "weight", "wavelength/Å");
  std::size_t number = 0;
  for (const plan::Ray<double>& source : beam.sources) {
    // From the sample towards the source, as a list of sources gives it.
    const Vec3<double> to_source = Vec3<double>{} - source.incident;
    text += fmt::format("  {:>6} {:>12.8f} {:>12.8f} {:>12.8f} {:>10.6g} {:>14.8g}\n", ++number,
                        to_source.x, to_source.y, to_source.z, source.weight,
                        to_angstrom(Metre(source.wavelength_m)).value());
  }
  return text;
}

std::string spindle_steps(const plan::CrystalSamples& crystal) {
  std::string text = fmt::format("spindle\n  {:>6} {:>12}\n", "", "phi/°");
  std::size_t number = 0;
  for (const double phi : crystal.phi_rad) {
    text += fmt::format("  {:>6} {:>12.6f}\n", ++number, degrees(phi));
  }
  return text;
}

// The angle that a rotation turns by follows from its trace, 1 + 2 cos(angle).
double angle_of(const Mat3<double>& rotation) {
  const auto& [x, y, z] = rotation.row;
  return std::acos(std::clamp((x.x + y.y + z.z - 1.0) / 2.0, -1.0, 1.0));
}

std::string domains(const plan::CrystalSamples& crystal) {
  std::string text = fmt::format("mosaic domains\n  {:>6} {:>12}\n", "", "turned by/°");
  std::size_t number = 0;
  for (const Mat3<double>& rotation : crystal.domains) {
    text += fmt::format("  {:>6} {:>12.6f}\n", ++number, degrees(angle_of(rotation)));
  }
  return text;
}

std::string layers(const plan::DetectorSamples& detector) {
  if (detector.layers.range <= 0.0) return "";
  std::string text = fmt::format("sensor layers\n  {:>6} {:>12} {:>12} {:>12}\n", "", "from/µm",
                                 "to/µm", "captured");
  for (int i = 0; i < detector.layers.count; ++i) {
    const double from = i * detector.layers.step;
    const double to = from + detector.layers.step;
    const double mu = detector.attenuation_per_m;
    // Of photons that come straight on (Beer and Lambert).
    const double captured = std::exp(-mu * from) - std::exp(-mu * to);
    text += fmt::format("  {:>6} {:>12.6g} {:>12.6g} {:>12.6f}\n", i + 1, from * 1e6, to * 1e6,
                        captured);
  }
  return text;
}

}  // namespace

std::string sample_lists(const plan::SamplingPlan& plan) {
  return sources(plan.beam) + spindle_steps(plan.crystal) + domains(plan.crystal) +
         layers(plan.detector);
}

}  // namespace nanobragg::config
