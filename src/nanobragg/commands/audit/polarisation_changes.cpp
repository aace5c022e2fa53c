// The polarisation factor: Kahn's term, the azimuth and the axis.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/commands/audit/generators.hpp"

namespace nanobragg::commands {
namespace {

using kernel::reference::Formulas;

using P = const std::function<decltype(Formulas::polarisation)>&;
using V = const Vector&;

// edit(own factor, Kahn factor, incident, diffracted, axis) in the place of the factor.
template <class Edit>
void add_polarised(Changes& changes, const std::string& name, const std::string& does, Edit edit) {
  changes.formulas(name, does, [=](ChangedFormulas& f) {
    f.polarisation = [=, factor = f.polarisation](double k, V i, V d, V axis) {
      return edit(factor, k, i, d, axis);
    };
  });
}

// With what of the Lorentz factor may be thought to belong to a polarisation.
void add_lorentz(Changes& changes) {
  const auto times = [&](const char* name, const char* what, auto factor) {
    add_polarised(changes, fmt::format("polarisation_with_{}", name),
                  fmt::format("multiplies the polarisation by {} (a Lorentz factor)", what),
                  [=](P p, double k, V i, V d, V axis) {
                    const double c = dot(i, d);
                    return p(k, i, d, axis) * factor(c, std::sqrt(1.0 - c * c));
                  });
  };
  times("lorentz", "1/sin 2 theta", [](double, double s) { return 1.0 / s; });
  times("sin_2theta", "sin 2 theta", [](double, double s) { return s; });
  times("powder_lorentz", "1/(sin theta sin 2 theta)",
        [](double c, double s) { return 1.0 / (s * std::sqrt(0.5 * (1.0 - c))); });
  times("powder_lorentz_of_theta", "1/(sin^2 theta cos theta)",
        [](double c, double) { return 1.0 / (0.5 * (1.0 - c) * std::sqrt(0.5 * (1.0 + c))); });
  times("cos_2theta", "cos 2 theta", [](double c, double) { return c; });
}

void add_polarisation(Changes& changes) {
  add_polarised(changes, "polarisation_left_out", "has no polarisation factor (polar is 1)",
                [](P, double, V, V, V) { return 1.0; });
  add_polarised(
      changes, "polarisation_kahn_opposite",
      "takes the Kahn factor with the opposite sign, or the polarisation axis a quarter turn "
      "round the beam",
      [](P p, double k, V i, V d, V axis) { return p(-k, i, d, axis); });
  add_polarised(changes, "polarisation_of_unpolarised_beam",
                "ignores the Kahn factor (an unpolarised beam)",
                [](P p, double, V i, V d, V axis) { return p(0.0, i, d, axis); });
  add_polarised(changes, "polarisation_fully_polarised", "takes 1 for the Kahn factor",
                [](P p, double, V i, V d, V axis) { return p(1.0, i, d, axis); });
  add_polarised(changes, "polarisation_fraction_for_kahn_factor",
                "turns -polar, as if it were the fraction of polarisation, into a Kahn factor "
                "(2 x - 1)",
                [](P p, double k, V i, V d, V axis) { return p(2.0 * k - 1.0, i, d, axis); });
  add_polarised(changes, "polarisation_kahn_for_fraction", "takes (1 + K)/2 for the Kahn factor K",
                [](P p, double k, V i, V d, V axis) { return p(0.5 * (1.0 + k), i, d, axis); });
  add_polarised(changes, "polarisation_kahn_halved", "takes half of the Kahn factor",
                [](P p, double k, V i, V d, V axis) { return p(0.5 * k, i, d, axis); });
  add_polarised(changes, "polarisation_kahn_doubled", "takes twice the Kahn factor",
                [](P p, double k, V i, V d, V axis) { return p(2.0 * k, i, d, axis); });
  add_polarised(changes, "polarisation_kahn_left_for_1_less", "takes 1 - K for the Kahn factor K",
                [](P p, double k, V i, V d, V axis) { return p(1.0 - k, i, d, axis); });
  add_lorentz(changes);
  add_polarised(changes, "polarisation_not_halved",
                "leaves the factor 1/2 out of the polarisation factor",
                [](P p, double k, V i, V d, V axis) { return 2.0 * p(k, i, d, axis); });
  add_polarised(
      changes, "polarisation_of_cos_twotheta",
      "takes cos 2 theta for its square in the polarisation", [](P, double k, V i, V d, V axis) {
        const double c = dot(i, d);
        const double asymmetry = 1.0 + c * c - 2.0 * Formulas::polarisation(1.0, i, d, axis);
        return 0.5 * (1.0 + c - k * asymmetry);
      });
  add_polarised(changes, "polarisation_squared", "squares the polarisation factor",
                [](P p, double k, V i, V d, V axis) {
                  const double x = p(k, i, d, axis);
                  return x * x;
                });
  add_polarised(changes, "polarisation_is_cos2_twotheta",
                "takes the square of cos 2 theta for the polarisation",
                [](P, double, V i, V d, V) { return dot(i, d) * dot(i, d); });
  add_polarised(
      changes, "polarisation_of_theta", "takes theta for 2 theta in the polarisation factor",
      [](P, double k, V i, V d, V axis) {
        const double c2 = 0.5 * (1.0 + dot(i, d));  // cos² θ
        const double c = dot(i, d);
        const double s2 = 1.0 - c * c;
        const double cos_2psi =
            s2 == 0.0 ? 1.0 : (1.0 + c * c - 2.0 * Formulas::polarisation(1.0, i, d, axis)) / s2;
        return 0.5 * (1.0 + c2 - k * cos_2psi * (1.0 - c2));
      });
}

// ½(1 + cos²2θ − K·cos 2ψ·sin²2θ) with other terms: of(cos 2θ, K·cos 2ψ).
void add_kahn_terms(Changes& changes) {
  const auto by_terms = [&](const char* name, const char* does, auto of) {
    add_polarised(changes, name, does, [=](P, double k, V i, V d, V axis) {
      const Vector magnetic = unit(cross(axis, i));
      const Vector electric = unit(cross(i, magnetic));
      const double psi = -std::atan2(dot(d, magnetic), dot(d, electric));
      return of(dot(i, d), k * std::cos(2.0 * psi));
    });
  };
  by_terms("polarisation_without_sin2",
           "leaves the square of sin 2 theta out of the Kahn factor's term",
           [](double c, double k) { return 0.5 * (1.0 + c * c - k); });
  by_terms("polarisation_sine_not_squared",
           "takes sin 2 theta for its square in the Kahn factor's term",
           [](double c, double k) { return 0.5 * (1.0 + c * c - k * std::sqrt(1.0 - c * c)); });
  by_terms("polarisation_cos2_for_sin2",
           "takes the square of cos 2 theta for that of sin 2 theta in the Kahn factor's term",
           [](double c, double k) { return 0.5 * (1.0 + c * c - k * c * c); });
  by_terms("polarisation_1_less_cos2", "has 1 - cos^2 2 theta for 1 + cos^2 2 theta",
           [](double c, double k) { return 0.5 * (1.0 - c * c - k * (1.0 - c * c)); });
  by_terms("polarisation_kahn_not_halved", "does not halve the Kahn factor's term",
           [](double c, double k) { return 0.5 * (1.0 + c * c) - k * (1.0 - c * c); });
  by_terms("polarisation_kahn_halved_twice", "halves the Kahn factor's term twice",
           [](double c, double k) { return 0.5 * (1.0 + c * c) - 0.25 * k * (1.0 - c * c); });
}

void add_azimuths(Changes& changes) {
  // cos 2ψ of the azimuth ψ is what the factor holds.
  const auto by_azimuth = [&](const char* name, const char* does, auto asymmetry) {
    add_polarised(changes, name, does, [=](P, double k, V i, V d, V axis) {
      const double c = dot(i, d);
      const Vector magnetic = unit(cross(axis, i));
      const Vector electric = unit(cross(i, magnetic));
      const double psi = -std::atan2(dot(d, magnetic), dot(d, electric));
      return 0.5 * (1.0 + c * c - k * asymmetry(psi) * (1.0 - c * c));
    });
  };
  by_azimuth("polarisation_by_single_azimuth", "takes cos psi for cos 2 psi in the polarisation",
             [](double psi) { return std::cos(psi); });
  by_azimuth("polarisation_by_sine", "takes sin 2 psi for cos 2 psi in the polarisation",
             [](double psi) { return std::sin(2.0 * psi); });
  by_azimuth("polarisation_without_azimuth", "leaves the azimuth psi out of the polarisation",
             [](double) { return 1.0; });
  by_azimuth("polarisation_by_cos2", "takes the square of cos psi for cos 2 psi",
             [](double psi) { return std::cos(psi) * std::cos(psi); });
  by_azimuth("polarisation_azimuth_in_degrees",
             "takes the azimuth psi in degrees for radians in the polarisation",
             [](double psi) { return std::cos(2.0 * psi * 180.0 / std::numbers::pi); });
  by_azimuth("polarisation_azimuth_to_radians_twice",
             "turns the azimuth psi from degrees into radians, which it is in, in the polarisation",
             [](double psi) { return std::cos(2.0 * psi * std::numbers::pi / 180.0); });
  by_azimuth("polarisation_azimuth_halved", "takes psi/2 for 2 psi in the polarisation",
             [](double psi) { return std::cos(0.5 * psi); });
  by_azimuth("polarisation_azimuth_of_4", "takes 4 psi for 2 psi in the polarisation",
             [](double psi) { return std::cos(4.0 * psi); });
  add_kahn_terms(changes);
}

void add_polarisation_axes(Changes& changes, const Scene& scene) {
  if (scene.plan.beam.kahn_factor == 0.0) return;
  for (const auto& [name, axis] : {std::pair{"x", Vector{1, 0, 0}}, std::pair{"y", Vector{0, 1, 0}},
                                   std::pair{"z", Vector{0, 0, 1}}}) {
    add_polarised(
        changes, fmt::format("polarisation_axis_{}", name).c_str(),
        fmt::format("takes {} for the polarisation axis (another convention's)", name).c_str(),
        [axis = axis](P p, double k, V i, V d, V) { return p(k, i, d, axis); });
  }
  for (const auto& [name, member] :
       {std::pair{"fast", &PanelValues::fast}, std::pair{"slow", &PanelValues::slow}}) {
    const Vector axis = scene.plan.detector.panels.front().*member;
    add_polarised(
        changes, fmt::format("polarisation_axis_{}", name).c_str(),
        fmt::format("takes the detector's {} axis for the polarisation axis", name).c_str(),
        [axis](P p, double k, V i, V d, V) { return p(k, i, d, axis); });
  }
}

}  // namespace

void add_polarisations(Changes& changes, const Scene& scene) {
  if (scene.plan.beam.polarisation == Polarisation::off) return;
  add_polarisation(changes);
  add_azimuths(changes);
  add_polarisation_axes(changes, scene);
}

}  // namespace nanobragg::commands
