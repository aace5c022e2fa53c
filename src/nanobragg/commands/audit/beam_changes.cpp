// The rays of the beam, the scattering vector, and the polarisation.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg::commands {
namespace {

using kernel::reference::Formulas;
using plan::Ray;
using plan::SamplingPlan;
using plan::SteppedRange;

constexpr double kTwoPi = 2.0 * std::numbers::pi;

// Where the samples of a grid stand: offset = first + i·step.
struct Grid {
  double first = 0.0, step = 0.0;
};
Grid as_planned(const SteppedRange& r) { return {-0.5 * r.range, r.step}; }

struct GridChange {
  const char *name, *does;
  Grid (*of)(const SteppedRange&);
};
constexpr std::array kGridChanges{
    GridChange{"not_centred", "counts the {} from 0 instead of centring it",
               [](const SteppedRange& r) {
                 return Grid{0.0, r.step};
               }},
    GridChange{"at_mid_step", "samples the {} in the middle of its steps",
               [](const SteppedRange& r) {
                 return Grid{-0.5 * r.range + 0.5 * r.step, r.step};
               }},
    GridChange{"over_n", "divides the range of the {} by n instead of n - 1 (leaves out its end)",
               [](const SteppedRange& r) {
                 return Grid{-0.5 * r.range, r.range / r.count};
               }},
    GridChange{"over_n_at_middle", "samples the {} in the middle of n steps of range/n",
               [](const SteppedRange& r) {
                 return Grid{-0.5 * r.range + 0.5 * r.range / r.count, r.range / r.count};
               }},
    GridChange{"over_n_less_1", "divides the range of the {} by n - 1 (includes its end)",
               [](const SteppedRange& r) {
                 return Grid{-0.5 * r.range, r.range / std::max(r.count - 1, 1)};
               }},
    GridChange{"half_width", "takes the full width of the {} for a half width (twice as wide)",
               [](const SteppedRange& r) {
                 return Grid{-r.range, 2.0 * r.step};
               }},
    GridChange{"half_range", "takes half of the {} (a half width for a full one)",
               [](const SteppedRange& r) {
                 return Grid{-0.25 * r.range, 0.5 * r.step};
               }},
    GridChange{"centred_by_range", "starts the {} a whole range before its middle",
               [](const SteppedRange& r) {
                 return Grid{-r.range, r.step};
               }},
    GridChange{"reversed", "goes through the {} in the opposite direction",
               [](const SteppedRange& r) {
                 return Grid{0.5 * r.range, -r.step};
               }},
};

struct Grids {
  Grid horizontal, vertical, dispersion;
};

// The rays of a generated beam over these grids, as plan::generated_sources has them.
std::vector<Ray<double>> rays_over(const Grids& grids, const BeamValues& beam,
                                   const plan::RaySamples& samples) {
  const auto at = [](const Grid& grid, int i) { return grid.first + grid.step * i; };
  const plan::RayRanges<double> ranges{0.0, samples.horizontal, samples.vertical,
                                       samples.dispersion};
  const Vector upwards = plan::upwards_of(beam);
  const bool is_round = beam.divergence.outline == DivergenceOutline::round;
  std::vector<Ray<double>> rays;
  for (int i = 0; i < samples.horizontal.count; ++i) {
    for (int j = 0; j < samples.vertical.count; ++j) {
      const double h = at(grids.horizontal, i);
      const double v = at(grids.vertical, j);
      if (is_round && plan::outside_ellipse(h, v, ranges)) continue;
      const Vector incident =
          unit(rotate_about(rotate_about(beam.direction, beam.polarisation_axis, v), upwards, h));
      for (int k = 0; k < samples.dispersion.count; ++k) {
        const double longer = 1.0 + at(grids.dispersion, k);
        rays.push_back({incident, beam.wavelength.value() * longer, 1.0});
      }
    }
  }
  return rays;
}

void set_sources(SamplingPlan& plan, std::vector<Ray<double>> sources) {
  if (sources.empty()) return;
  plan.steps *= static_cast<double>(sources.size()) / static_cast<double>(plan.beam.sources.size());
  plan.beam.sources = std::move(sources);
}

void add_grids(Changes& changes, const Scene& scene) {
  const BeamValues beam = *scene.job.experiment.beam;
  const plan::RaySamples samples = scene.plan.beam.samples;
  const bool is_generated = beam.sources.empty() && beam.dispersion_profile == Profile::uniform &&
                            beam.divergence.profile == Profile::uniform;
  if (!is_generated) return;
  struct Axis {
    const char *name, *what;
    SteppedRange plan::RaySamples::*samples;
    Grid Grids::*grid;
  };
  using plan::RaySamples;
  for (const Axis& axis :
       {Axis{"hdiv", "horizontal divergence", &RaySamples::horizontal, &Grids::horizontal},
        Axis{"vdiv", "vertical divergence", &RaySamples::vertical, &Grids::vertical},
        Axis{"dispersion", "dispersion", &RaySamples::dispersion, &Grids::dispersion}}) {
    if ((samples.*axis.samples).count < 2) continue;
    for (const GridChange& change : kGridChanges) {
      Grids grids{as_planned(samples.horizontal), as_planned(samples.vertical),
                  as_planned(samples.dispersion)};
      grids.*axis.grid = change.of(samples.*axis.samples);
      changes.plan(fmt::format("{}_{}", axis.name, change.name),
                   fmt::format(fmt::runtime(change.does), axis.what),
                   [=](SamplingPlan& plan) { set_sources(plan, rays_over(grids, beam, samples)); });
    }
  }
  if (samples.dispersion.count > 1) {
    changes.plan("dispersion_of_energy", "spreads the photon energy evenly, not the wavelength",
                 [=](SamplingPlan& plan) {
                   for (Ray<double>& ray : plan.beam.sources) {
                     const double mean = beam.wavelength.value();
                     ray.wavelength_m = mean / (2.0 - ray.wavelength_m / mean);
                   }
                 });
  }
}

void add_sources(Changes& changes, const Scene& scene) {
  changes.plan("incident_opposite", "has the incident direction with the opposite sign",
               [](SamplingPlan& plan) {
                 for (Ray<double>& ray : plan.beam.sources) ray.incident = -ray.incident;
               });
  const std::size_t sources = scene.plan.beam.sources.size();
  if (sources < 2) return;
  const double mean = scene.job.experiment.beam->wavelength.value();
  changes.plan("one_wavelength", "takes one wavelength, that of -lambda, for all sources",
               [mean](SamplingPlan& plan) {
                 for (Ray<double>& ray : plan.beam.sources) ray.wavelength_m = mean;
               });
  changes.plan("wavelength_of_first_source", "takes the first source's wavelength for all sources",
               [](SamplingPlan& plan) {
                 for (Ray<double>& ray : plan.beam.sources) {
                   ray.wavelength_m = plan.beam.sources.front().wavelength_m;
                 }
               });
  changes.plan("one_direction", "takes the beam's direction for all sources",
               [](SamplingPlan& plan) {
                 for (Ray<double>& ray : plan.beam.sources) ray.incident = plan.beam.direction;
               });
  changes.plan(
      "sources_reversed", "goes through the sources in the opposite order",
      [](SamplingPlan& plan) { std::reverse(plan.beam.sources.begin(), plan.beam.sources.end()); });
  const std::vector<double>& listed = scene.source_weights;
  if (listed.size() != sources) return;
  double sum = 0.0;
  for (const double weight : listed) sum += weight;
  const double number = static_cast<double>(sources);
  const auto weighted = [&](const char* name, const char* does, auto weight) {
    changes.plan(name, does, [=](SamplingPlan& plan) {
      for (std::size_t i = 0; i < listed.size(); ++i) {
        plan.beam.sources[i].weight = weight(listed[i]);
      }
    });
  };
  weighted("weights_not_normalised",
           "takes the weights of sources as they are, not over their mean",
           [](double w) { return w; });
  weighted("weights_normalised", "weights sources, normalised to a mean of 1",
           [=](double w) { return w * number / sum; });
  weighted("weights_over_their_sum", "divides the weights of sources by their sum, not their mean",
           [=](double w) { return w / sum; });
  weighted("weights_ignored", "ignores the weights of sources", [](double) { return 1.0; });
  weighted("weights_squared", "weights sources by the squares of their weights",
           [](double w) { return w * w; });
}

void add_scattering(Changes& changes) {
  const auto changed = [&](const char* name, const char* does, auto edit) {
    changes.formulas(name, does, [=](ChangedFormulas& f) {
      f.scattering = [=, q = f.scattering](const Vector& d, const Ray<double>& ray) {
        return edit(q(d, ray), d, ray);
      };
    });
  };
  using R = const Ray<double>&;
  using V = const Vector&;
  changed("scattering_opposite",
          "has the scattering vector with the opposite sign (incident less "
          "diffracted)",
          [](V q, V, R) { return -q; });
  changed("scattering_sum", "adds the incident direction to the diffracted one",
          [](V, V d, R ray) { return (d + ray.incident) / ray.wavelength_m; });
  changed("scattering_of_diffracted", "leaves the incident direction out of the scattering vector",
          [](V, V d, R ray) { return d / ray.wavelength_m; });
  changed("two_pi_in_scattering_vector",
          "takes 2 pi/lambda for the length of the wave vector, without 2 pi in the lattice",
          [](V q, V, R) { return kTwoPi * q; });
  changed("two_pi_missing_in_scattering_vector",
          "divides the scattering vector by 2 pi, without 2 pi in the lattice",
          [](V q, V, R) { return q / kTwoPi; });
  changed("scattering_half", "takes sin(theta)/lambda for the length of the scattering vector",
          [](V q, V, R) { return 0.5 * q; });
  changed("scattering_not_over_wavelength",
          "does not divide the scattering vector by the wavelength",
          [](V q, V, R ray) { return ray.wavelength_m * q; });
  changed("scattering_times_wavelength",
          "multiplies the scattering vector by the wavelength instead of dividing",
          [](V q, V, R ray) { return ray.wavelength_m * ray.wavelength_m * q; });
  for (const double factor : {1e10, 1e-10, 1e3, 1e-3, 10.0, 0.1}) {
    const std::string times = fmt::format("{:.0e}", factor);
    changed(fmt::format("scattering_vector_times_{}", times).c_str(),
            fmt::format("has the scattering vector {} times as long (another unit)", times).c_str(),
            [factor](V q, V, R) { return factor * q; });
  }
}

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

void add_polarisation(Changes& changes, const Scene& scene) {
  if (scene.plan.beam.polarisation == Polarisation::off) return;
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

void add_azimuths(Changes& changes) {
  // With c and s of the azimuth ψ, cos 2ψ is what the factor holds.
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
  add_polarised(changes, "polarisation_without_sin2",
                "leaves the square of sin 2 theta out of the Kahn factor's term",
                [](P, double k, V i, V d, V axis) {
                  const double c = dot(i, d);
                  const Vector magnetic = unit(cross(axis, i));
                  const Vector electric = unit(cross(i, magnetic));
                  const double psi = -std::atan2(dot(d, magnetic), dot(d, electric));
                  return 0.5 * (1.0 + c * c - k * std::cos(2.0 * psi));
                });
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

void add_beams(Changes& changes, const Scene& scene) {
  add_grids(changes, scene);
  add_sources(changes, scene);
  add_scattering(changes);
  add_polarisation(changes, scene);
  if (scene.plan.beam.polarisation == Polarisation::off) return;
  add_azimuths(changes);
  add_polarisation_axes(changes, scene);
}

}  // namespace nanobragg::commands
