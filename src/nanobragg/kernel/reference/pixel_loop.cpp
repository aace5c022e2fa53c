// The loops of the C program, one function a loop.
#include "nanobragg/kernel/reference/pixel_loop.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/kernel/reference/polarisation.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"
#include "nanobragg/physics/water.hpp"

namespace nanobragg::kernel::reference {
namespace {

using compat::Quirk;
using enum FactorSampling;

// For whole numbers of cells the grating is periodic, and the C program evaluates it at the index
// itself, not at the offset from the nearest one: the same up to rounding.
bool evaluated_at_index(const plan::CrystalSamples& crystal) {
  return crystal.shape == CrystalShape::square &&
         std::ranges::all_of(crystal.cells, [](double n) { return n == std::floor(n); });
}

// In the C program the background is the start of the running sum. Where each term gets its
// factors once, so must the background: it then stays apart.
bool background_joins_sum(compat::QuirkSet quirks) {
  return quirks.has(Quirk::running_product) && quirks.has(Quirk::thick_layers);
}

}  // namespace

PixelLoop::PixelLoop(const plan::SamplingPlan& plan, std::size_t panel)
    : plan_(plan),
      panel_(plan.detector.panels[panel]),
      lattice_size_{plan.crystal.cells, plan.crystal.fudge, plan.crystal.lattice.reciprocal},
      background_(physics::water_background(plan.water_m, plan.beam.fluence)),
      polarisation_axis_(plan.beam.polarisation_axis),
      interpolating_(plan.crystal.interpolation == Interpolation::tricubic) {}

double PixelLoop::photons(PixelIndex pixel) {
  now_ = {};
  at_first_ = {};
  if (plan_.beam.polarisation == Polarisation::off) {
    now_.polarisation = at_first_.polarisation = 1.0;
  }
  sum_ = background_joins_sum(plan_.quirks) ? background_ : 0.0;
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) add_layer(pixel, layer);
  return scaled();
}

void PixelLoop::add_layer(PixelIndex pixel, int layer) {
  now_.capture = plan_.detector.layers.range == 0.0 ? 1.0 : 0.0;
  const auto n = static_cast<std::size_t>(plan_.sampling.oversample);
  for (std::size_t slow = 0; slow < n; ++slow) {
    for (std::size_t fast = 0; fast < n; ++fast) {
      add_subpixel(pixel, layer, {slow, fast});
      const bool first_of_layer = slow == 0 && fast == 0;
      if (!first_of_layer) continue;
      at_first_.capture += now_.capture;
      if (layer == 0) at_first_.solid_angle = now_.solid_angle;
    }
  }
}

void PixelLoop::add_subpixel(PixelIndex pixel, int layer, PixelIndex sub) {
  const Vec3<double> position = physics::position_of({pixel, sub, layer}, panel_, plan_);
  Vec3<double> diffracted = unit(position);
  update_factors(diffracted, length(position), layer);
  for (const plan::SourceSample& source : plan_.beam.sources) add_source(source, diffracted);
}

void PixelLoop::update_factors(const Vec3<double>& diffracted, double distance, int layer) {
  const Sampling& sampling = plan_.sampling;
  if (now_.solid_angle == 0.0 || sampling.solid_angle == per_subpixel) {
    now_.solid_angle = physics::solid_angle_of(panel_, plan_.detector.pixel_model, distance);
  }
  // Without a sensor the C program still applies -oversample_thick, and captures nothing.
  const bool due = sampling.absorption == per_subpixel &&
                   (plan_.detector.layers.range > 0.0 || has(Quirk::thick_layers));
  if (now_.capture == 0.0 || due) {
    now_.capture = physics::captured_fraction(layer, plan_.detector.layers.step,
                                              plan_.detector.attenuation_per_m,
                                              dot(diffracted, panel_.normal));
  }
}

void PixelLoop::add_source(const plan::SourceSample& source, Vec3<double>& diffracted) {
  const Vec3<double> scattering =
      physics::scattering_vector(diffracted, source.incident, source.wavelength_m);
  const double stol = 0.5 * length(scattering);
  const double dmin = plan_.sampling.resolution_limit.value();
  if (dmin > 0.0 && stol > 0.0 && dmin > 0.5 / stol) return;

  // -nopolar does not keep the C program from evaluating the factor for -oversample_polar.
  const bool due = plan_.sampling.polarisation == per_subpixel &&
                   (plan_.beam.polarisation == Polarisation::kahn || has(Quirk::running_product));
  if (now_.polarisation == 0.0 || due) {
    // The C program makes its vectors unit once more, and later sources see the new last bit.
    diffracted = unit(diffracted);
    polarisation_axis_ = unit(polarisation_axis_);
    now_.polarisation = polarisation_by_azimuth(plan_.beam.kahn_factor, unit(source.incident),
                                                diffracted, polarisation_axis_);
    if (at_first_.polarisation == 0.0) at_first_.polarisation = now_.polarisation;
  }
  for (std::size_t step = 0; step < plan_.crystal.phi_rad.size(); ++step) {
    add_spindle_step(step, scattering, source.weight);
  }
}

void PixelLoop::add_spindle_step(std::size_t step, const Vec3<double>& scattering, double weight) {
  const bool left_in_place =
      has(Quirk::phi_carry_over) && oriented_ && plan_.crystal.phi_rad[step] == 0.0;
  if (!left_in_place) orientation_ = step;
  oriented_ = true;
  const std::size_t domains = plan_.crystal.domains.size();
  for (std::size_t domain = 0; domain < domains; ++domain) {
    add_step(plan_.crystal.lattices[orientation_ * domains + domain], scattering, weight);
  }
}

void PixelLoop::add_step(const Axes<double>& axes, const Vec3<double>& scattering, double weight) {
  const Vec3<double> hkl{dot(axes.a, scattering), dot(axes.b, scattering), dot(axes.c, scattering)};
  const Vec3<double> rounded{physics::nearest_integer(hkl.x), physics::nearest_integer(hkl.y),
                             physics::nearest_integer(hkl.z)};
  const Vec3<double> offset = evaluated_at_index(plan_.crystal) ? hkl : hkl - rounded;
  const double lattice = physics::with_lattice(
      plan_.crystal.shape, [&](auto shape) { return shape.amplitude(offset, lattice_size_); });
  if (lattice == 0.0 && plan_.water_m == 0.0) return;
  const double cell = cell_amplitude(hkl, rounded);
  accumulate(weight * (cell * cell * lattice * lattice));
}

double PixelLoop::cell_amplitude(const Vec3<double>& hkl, const Vec3<double>& rounded) {
  const StructureFactors& f = *plan_.crystal.structure_factors;
  if (interpolating_ && !physics::can_interpolate(hkl, f.box())) {
    ++fallbacks_;
    if (!has(Quirk::interpolation_latch)) return f.default_amplitude();
    interpolating_ = false;
  }
  return interpolating_ ? physics::tricubic_amplitude(hkl, f)
                        : f.at(physics::nearest_index(rounded));
}

void PixelLoop::accumulate(double term) {
  const Sampling& sampling = plan_.sampling;
  if (sampling.absorption == per_pixel && !has(Quirk::thick_layers)) term *= now_.capture;
  double& product = has(Quirk::running_product) ? sum_ : term;
  if (has(Quirk::running_product)) sum_ += term;
  if (sampling.absorption == per_subpixel) product *= now_.capture;
  if (sampling.polarisation == per_subpixel) product *= now_.polarisation;
  if (sampling.solid_angle == per_subpixel) product *= now_.solid_angle;
  if (!has(Quirk::running_product)) sum_ += term;
}

double PixelLoop::scaled() const {
  const auto photons_for = [&](double intensity) {
    return constants::kClassicalElectronRadiusSquared * plan_.beam.fluence * intensity /
           plan_.steps;
  };
  const Sampling& sampling = plan_.sampling;
  double photons = photons_for(sum_);
  if (sampling.absorption == per_pixel && has(Quirk::thick_layers)) photons *= now_.capture;
  if (sampling.polarisation == per_pixel) photons *= now_.polarisation;
  if (sampling.solid_angle == per_pixel) photons *= now_.solid_angle;
  if (background_joins_sum(plan_.quirks)) return photons;
  return photons + photons_for(background_) * at_first_.capture * at_first_.polarisation *
                       at_first_.solid_angle;
}

}  // namespace nanobragg::kernel::reference
