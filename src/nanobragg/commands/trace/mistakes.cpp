// The closed list: angles, 2π, half pixels, swapped axes, units, factors left out.
#include "nanobragg/commands/trace/mistakes.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::commands {
namespace {

using config::Job;
using config::Settings;
using plan::SamplingPlan;

constexpr double kTwoPi = 2.0 * constants::kPi;
constexpr double kDegrees = constants::kDegreesPerRadian;
using Number = std::optional<double> Settings::*;

Settings scaled(Settings settings, std::initializer_list<Number> members, double factor) {
  for (const Number member : members) {
    if (settings.*member) *(settings.*member) *= factor;
  }
  return settings;
}

// An angle in degrees given to a sine of radians.
void add_degrees(std::vector<Mistake>& list) {
  list.push_back(
      {"spindle_degrees_as_radians",
       "turns the spindle by its angle in degrees as if it were radians",
       [](const Settings& s) {
         return scaled(s, {&Settings::phi_deg, &Settings::oscillation_deg, &Settings::phi_step_deg},
                       kDegrees);
       },
       {},
       {},
       {"phi.phi_deg"}});
  list.push_back({"misset_degrees_as_radians",
                  "turns the crystal by -misset in degrees as if it were radians", [](Settings s) {
                    if (s.misset_deg) s.misset_deg = kDegrees * *s.misset_deg;
                    return s;
                  }});
  list.push_back({"tilt_degrees_as_radians",
                  "tilts and swings the detector by degrees as if they were radians",
                  [](const Settings& s) {
                    return scaled(s,
                                  {&Settings::tilt_x_deg, &Settings::tilt_y_deg,
                                   &Settings::tilt_z_deg, &Settings::twotheta_deg},
                                  kDegrees);
                  }});
  list.push_back(
      {"mosaic_degrees_as_radians", "spreads the mosaic domains by degrees as if they were radians",
       [](const Settings& s) { return scaled(s, {&Settings::mosaic_spread_deg}, kDegrees); }});
}

SamplingPlan with_wavelengths(SamplingPlan plan, double factor) {
  for (plan::Ray<double>& source : plan.beam.sources) source.wavelength_m *= factor;
  return plan;
}

SamplingPlan with_lattice(SamplingPlan plan, double factor) {
  const auto longer = [&](const Vec3<double>& v) { return factor * v; };
  const auto shorter = [&](const Vec3<double>& v) { return v / factor; };
  for (Axes<double>& axes : plan.crystal.lattices) axes = transform(axes, longer);
  plan.crystal.lattice.direct = transform(plan.crystal.lattice.direct, longer);
  plan.crystal.lattice.reciprocal = transform(plan.crystal.lattice.reciprocal, shorter);
  return plan;
}

// 2π belongs either to the scattering vector or to the reciprocal lattice, or to neither.
void add_two_pi(std::vector<Mistake>& list) {
  const std::vector<std::string> wavelength{"lambda_meters", "lambda_angstroms",
                                            "source.lambda_angstroms"};
  list.push_back({"two_pi_in_scattering_vector",
                  "takes 2 pi/lambda for the length of the wave vector, without 2 pi in the "
                  "lattice",
                  {},
                  [](SamplingPlan plan, const Job&) {
                    return with_wavelengths(std::move(plan), 1.0 / kTwoPi);
                  },
                  {},
                  wavelength});
  list.push_back(
      {"two_pi_missing_in_scattering_vector",
       "divides the scattering vector by 2 pi, without 2 pi in the lattice",
       {},
       [](SamplingPlan plan, const Job&) { return with_wavelengths(std::move(plan), kTwoPi); },
       {},
       wavelength});
  list.push_back(
      {"two_pi_in_lattice",
       "has 2 pi in the reciprocal lattice but not in the scattering vector",
       {},
       [](SamplingPlan plan, const Job&) { return with_lattice(std::move(plan), 1.0 / kTwoPi); }});
  list.push_back(
      {"two_pi_missing_in_lattice",
       "divides the reciprocal lattice by 2 pi but not the scattering vector",
       {},
       [](SamplingPlan plan, const Job&) { return with_lattice(std::move(plan), kTwoPi); }});
}

SamplingPlan with_shifted_pixels(SamplingPlan plan, double pixels) {
  PanelValues& panel = plan.detector.panels.front();
  panel.corner_m = panel.corner_m + (pixels * panel.pixel_size.value()) * (panel.fast + panel.slow);
  return plan;
}

// Half a pixel along both axes: in the position of the detector, or of the pixel on it.
void add_half_pixel(std::vector<Mistake>& list) {
  struct Row {
    const char* name;
    const char* does;
    double pixels;
  };
  for (const Row& row :
       {Row{"half_pixel_early", "takes the corner of a pixel for its centre", -0.5},
        Row{"half_pixel_late", "adds half a pixel twice", 0.5}}) {
    const auto shift = [pixels = row.pixels](SamplingPlan plan, const Job&) {
      return with_shifted_pixels(std::move(plan), pixels);
    };
    list.push_back({row.name, row.does, {}, shift, {}, {"pix0_vector_meters"}});
    list.push_back(
        {std::string(row.name) + "_corner",
         fmt::format("moves the detector's corner by {:+g} pixel along both axes", row.pixels),
         {},
         shift});
  }
}

void add_swaps(std::vector<Mistake>& list) {
  list.push_back({"swapped_pixel",
                  "takes the fast index of a pixel for the slow one",
                  {},
                  {},
                  [](PixelIndex pixel) {
                    return PixelIndex{pixel.fast, pixel.slow};
                  }});
  list.push_back({"swapped_axes",
                  "swaps the fast and the slow axis of the detector",
                  {},
                  [](SamplingPlan plan, const Job&) {
                    PanelValues& panel = plan.detector.panels.front();
                    std::swap(panel.fast, panel.slow);
                    return plan;
                  }});
  list.push_back(
      {"swapped_beam_centre", "swaps the two numbers of the beam centre", [](Settings s) {
         std::swap(s.beam_x_mm, s.beam_y_mm);
         std::swap(s.close_x_mm, s.close_y_mm);
         std::swap(s.org_x, s.org_y);
         return s;
       }});
}

// The two differ where the beam is not along the detector's normal.
void add_distance_kind(std::vector<Mistake>& list) {
  list.push_back({"distance_along_normal",
                  "takes -distance, which is along the beam, for the distance along the detector's "
                  "normal (-close_distance)",
                  [](Settings s) {
                    if (s.distance_mm) s.close_distance_mm = std::exchange(s.distance_mm, {});
                    return s;
                  }});
}

struct Length {
  const char* name;
  const char* what;
  std::vector<Number> members;
};

std::vector<Length> lengths() {
  return {
      {"distance", "the distance", {&Settings::distance_mm, &Settings::close_distance_mm}},
      {"pixel_size", "the pixel size", {&Settings::pixel_mm}},
      {"beam_centre",
       "the beam centre",
       {&Settings::beam_x_mm, &Settings::beam_y_mm, &Settings::close_x_mm, &Settings::close_y_mm}},
      {"wavelength", "the wavelength", {&Settings::wavelength_A}},
      {"sensor_thickness", "the thickness of the sensor", {&Settings::thickness_um}},
      {"attenuation_depth", "the attenuation depth", {&Settings::absorption_depth_um}},
      {"beam_size", "the size of the beam", {&Settings::beamsize_mm}},
  };
}

constexpr std::array kUnitFactors{1e3, 1e-3, 1e10, 1e-10};

// A length in a unit that is wrong by 1e±3 or 1e±10.
void add_units(std::vector<Mistake>& list) {
  for (const double factor : kUnitFactors) {
    const std::string suffix = fmt::format("_times_{:.0e}", factor);
    for (const Length& length : lengths()) {
      list.push_back({length.name + suffix,
                      fmt::format("takes {} in a unit that makes it {:.0e} times as long",
                                  length.what, factor),
                      [members = length.members, factor](Settings s) {
                        for (const Number member : members) s = scaled(s, {member}, factor);
                        return s;
                      }});
    }
    list.push_back({"scattering_vector" + suffix,
                    fmt::format("has the scattering vector {:.0e} times as long", factor),
                    {},
                    [factor](SamplingPlan plan, const Job&) {
                      return with_wavelengths(std::move(plan), 1.0 / factor);
                    },
                    {},
                    {"lambda_meters", "lambda_angstroms", "source.lambda_angstroms"}});
    list.push_back({"lattice" + suffix,
                    fmt::format("has the crystal axes {:.0e} times as long", factor),
                    {},
                    [factor](SamplingPlan plan, const Job&) {
                      return with_lattice(std::move(plan), factor);
                    }});
  }
}

void add_left_out(std::vector<Mistake>& list) {
  const auto unpolarised = [](SamplingPlan plan, const Job&) {
    plan.beam.polarisation = Polarisation::off;
    return plan;
  };
  const auto undivided = [](SamplingPlan plan, const Job&) {
    plan.steps = 1.0;
    return plan;
  };
  list.push_back(
      {"polarisation_left_out", "has no polarisation factor (polar is 1)", {}, unpolarised});
  list.push_back({"polarisation_not_applied",
                  "computes the polarisation factor but does not multiply by it",
                  {},
                  unpolarised,
                  {},
                  {"polar", "source.polar", "cos_2theta"}});
  list.push_back({"steps_left_out", "does not count the steps (steps is 1)", {}, undivided});
  list.push_back({"steps_not_applied",
                  "counts the steps but does not divide by them",
                  {},
                  undivided,
                  {},
                  {"steps"}});
}

// A matrix file holds the reciprocal axes times the wavelength.
void add_matrix_wavelength(std::vector<Mistake>& list, const Settings& settings) {
  if (!settings.matrix_file || settings.cell) return;
  list.push_back({"matrix_without_wavelength",
                  "takes the numbers of the matrix for 1/A, without dividing by the wavelength",
                  {},
                  [](SamplingPlan plan, const Job& run) {
                    const double wavelength_A = run.experiment.beam->wavelength.value() * 1e10;
                    return with_lattice(std::move(plan), 1.0 / wavelength_A);
                  }});
}

}  // namespace

std::vector<Mistake> plausible_mistakes(const Settings& settings) {
  std::vector<Mistake> list;
  add_degrees(list);
  add_two_pi(list);
  add_half_pixel(list);
  add_swaps(list);
  add_distance_kind(list);
  add_units(list);
  add_left_out(list);
  add_matrix_wavelength(list, settings);
  // What leaves the settings as they are was not in them.
  std::erase_if(list, [&](const Mistake& mistake) {
    return mistake.settings && mistake.settings(settings) == settings;
  });
  return list;
}

}  // namespace nanobragg::commands
