// The rays of the beam, and the scattering vector.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
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

// How two angles turn the beam, of axes across it.
using TurnedBeam = Vector (*)(const Vector& beam, const Vector& polarisation, const Vector& upwards,
                              double h, double v);
Vector as_planned(const Vector& beam, const Vector& polarisation, const Vector& upwards, double h,
                  double v) {
  return rotate_about(rotate_about(beam, polarisation, v), upwards, h);
}

struct DirectionChange {
  const char *name, *does;
  TurnedBeam turned;
};
using VR = const Vector&;
constexpr std::array kDirectionChanges{
    DirectionChange{"axes_swapped",
                    "turns the beam by its horizontal divergence about the axis of the vertical "
                    "one, and the other way round",
                    [](VR beam, VR polarisation, VR upwards, double h, double v) {
                      return rotate_about(rotate_about(beam, upwards, v), polarisation, h);
                    }},
    DirectionChange{"order", "turns the beam by its horizontal divergence before the vertical one",
                    [](VR beam, VR polarisation, VR upwards, double h, double v) {
                      return rotate_about(rotate_about(beam, upwards, h), polarisation, v);
                    }},
    DirectionChange{"order_axes_swapped",
                    "turns the beam by the divergences about each other's axes, in the other order",
                    [](VR beam, VR polarisation, VR upwards, double h, double v) {
                      return rotate_about(rotate_about(beam, polarisation, h), upwards, v);
                    }},
    DirectionChange{"horizontal_sign", "turns the beam by its horizontal divergence the other way",
                    [](VR beam, VR polarisation, VR upwards, double h, double v) {
                      return as_planned(beam, polarisation, upwards, -h, v);
                    }},
    DirectionChange{"vertical_sign", "turns the beam by its vertical divergence the other way",
                    [](VR beam, VR polarisation, VR upwards, double h, double v) {
                      return as_planned(beam, polarisation, upwards, h, -v);
                    }},
    DirectionChange{"as_offset",
                    "adds the divergence to the direction of the beam instead of turning it",
                    [](VR beam, VR polarisation, VR upwards, double h, double v) {
                      return beam + h * polarisation + v * upwards;
                    }},
    DirectionChange{"as_offset_of_turn",
                    "adds the divergence to the direction of the beam, across the axes that it "
                    "should turn about",
                    [](VR beam, VR polarisation, VR upwards, double h, double v) {
                      return beam + h * cross(upwards, beam) + v * cross(polarisation, beam);
                    }},
    DirectionChange{"horizontal_alone", "leaves the vertical divergence out of the directions",
                    [](VR beam, VR polarisation, VR upwards, double h, double) {
                      return as_planned(beam, polarisation, upwards, h, 0.0);
                    }},
    DirectionChange{"vertical_alone", "leaves the horizontal divergence out of the directions",
                    [](VR beam, VR polarisation, VR upwards, double, double v) {
                      return as_planned(beam, polarisation, upwards, 0.0, v);
                    }},
};

struct Grids {
  Grid horizontal, vertical, dispersion;
};

// The rays of a generated beam over these grids, as plan::generated_sources has them.
std::vector<Ray<double>> rays_over(const Grids& grids, const BeamValues& beam,
                                   const plan::RaySamples& samples,
                                   TurnedBeam turned = as_planned) {
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
      const Vector incident = unit(turned(beam.direction, beam.polarisation_axis, upwards, h, v));
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
  const Grids own{as_planned(samples.horizontal), as_planned(samples.vertical),
                  as_planned(samples.dispersion)};
  if (samples.horizontal.count > 1 || samples.vertical.count > 1) {
    for (const DirectionChange& change : kDirectionChanges) {
      changes.plan(fmt::format("divergence_{}", change.name), change.does, [=](SamplingPlan& plan) {
        set_sources(plan, rays_over(own, beam, samples, change.turned));
      });
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

// edit(rays, beam) of all sources.
void add_rays(Changes& changes, const char* name, const char* does,
              void (*edit)(std::vector<Ray<double>>&, const Vector& direction)) {
  changes.plan(name, does,
               [edit](SamplingPlan& plan) { edit(plan.beam.sources, plan.beam.direction); });
}

void add_directions(Changes& changes, std::size_t sources) {
  using Rays = std::vector<Ray<double>>;
  add_rays(changes, "incident_opposite", "has the incident direction with the opposite sign",
           [](Rays& rays, const Vector&) {
             for (Ray<double>& ray : rays) ray.incident = -ray.incident;
           });
  add_rays(changes, "incident_ten_times",
           "does not make the directions of sources, which stand 10 m away, unit vectors",
           [](Rays& rays, const Vector&) {
             for (Ray<double>& ray : rays) ray.incident = 10.0 * ray.incident;
           });
  if (sources < 2) return;
  add_rays(changes, "direction_of_source_before",
           "takes the direction of the source before (the first keeps its own)",
           [](Rays& rays, const Vector&) {
             for (std::size_t i = rays.size() - 1; i > 0; --i) {
               rays[i].incident = rays[i - 1].incident;
             }
           });
  add_rays(changes, "direction_of_first_source", "takes the first source's direction for all",
           [](Rays& rays, const Vector&) {
             for (Ray<double>& ray : rays) ray.incident = rays.front().incident;
           });
  add_rays(changes, "one_direction", "takes the beam's direction for all sources",
           [](Rays& rays, const Vector& direction) {
             for (Ray<double>& ray : rays) ray.incident = direction;
           });
  add_rays(changes, "sources_reversed", "goes through the sources in the opposite order",
           [](Rays& rays, const Vector&) { std::ranges::reverse(rays); });
}

void add_wavelengths(Changes& changes, const Scene& scene) {
  using Rays = std::vector<Ray<double>>;
  const std::size_t sources = scene.plan.beam.sources.size();
  if (sources < 2) return;
  add_rays(changes, "wavelength_of_source_before",
           "takes the wavelength of the source before (the first keeps its own)",
           [](Rays& rays, const Vector&) {
             for (std::size_t i = rays.size() - 1; i > 0; --i) {
               rays[i].wavelength_m = rays[i - 1].wavelength_m;
             }
           });
  double sum = 0.0;
  for (const Ray<double>& ray : scene.plan.beam.sources) sum += ray.wavelength_m;
  const auto one = [&](const char* name, const char* does, double wavelength_m) {
    changes.plan(name, does, [wavelength_m](SamplingPlan& plan) {
      for (Ray<double>& ray : plan.beam.sources) ray.wavelength_m = wavelength_m;
    });
  };
  one("one_wavelength", "takes one wavelength, that of -lambda, for all sources",
      scene.job.experiment.beam->wavelength.value());
  one("wavelength_of_first_source", "takes the first source's wavelength for all sources",
      scene.plan.beam.sources.front().wavelength_m);
  one("wavelength_of_last_source", "takes the last source's wavelength for all sources",
      scene.plan.beam.sources.back().wavelength_m);
  one("mean_wavelength", "takes the mean of the sources' wavelengths for all of them",
      sum / static_cast<double>(sources));
}

void add_weights(Changes& changes, const std::vector<double>& listed, std::size_t sources) {
  if (listed.size() != sources || sources < 2) return;
  double sum = 0.0;
  for (const double weight : listed) sum += weight;
  const double largest = *std::ranges::max_element(listed);
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
  weighted("weights_over_largest", "divides the weights of sources by the largest of them",
           [=](double w) { return w / largest; });
  weighted("weights_inverted", "divides by the weights of sources",
           [](double w) { return 1.0 / w; });
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
  changed("scattering_over_wavelength_in_A_twice",
          "divides the scattering vector by the wavelength in A once more",
          [](V q, V, R ray) { return q / (ray.wavelength_m * 1e10); });
  changed("scattering_times_wavelength_in_A",
          "does not divide the scattering vector by the wavelength in A (or multiplies once more)",
          [](V q, V, R ray) { return ray.wavelength_m * 1e10 * q; });
  changed("scattering_times_wavelength",
          "multiplies the scattering vector by the wavelength instead of dividing",
          [](V q, V, R ray) { return ray.wavelength_m * ray.wavelength_m * q; });
  changes.formulas(
      "diffracted_not_unit",
      "does not make the vector to the pixel a unit vector in the scattering vector",
      [](ChangedFormulas& f) {
        const auto distance = std::make_shared<double>(0.0);
        f.position = [distance, own = f.position](const auto& point, const auto& panel) {
          const Vector position = own(point, panel);
          *distance = length(position);
          return position;
        };
        f.scattering = [distance, q = f.scattering](const Vector& d, const Ray<double>& ray) {
          return q(*distance * d, ray);
        };
      });
  for (const double factor : {1e10, 1e-10, 1e3, 1e-3, 10.0, 0.1}) {
    const std::string times = fmt::format("{:.0e}", factor);
    changed(fmt::format("scattering_vector_times_{}", times).c_str(),
            fmt::format("has the scattering vector {} times as long (another unit)", times).c_str(),
            [factor](V q, V, R) { return factor * q; });
  }
}

}  // namespace

void add_beams(Changes& changes, const Scene& scene) {
  add_grids(changes, scene);
  add_directions(changes, scene.plan.beam.sources.size());
  add_wavelengths(changes, scene);
  add_weights(changes, scene.source_weights, scene.plan.beam.sources.size());
  add_scattering(changes);
}

}  // namespace nanobragg::commands
