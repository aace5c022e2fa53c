// The loops of the C program, one function a loop.
#include "nanobragg/kernel/reference/pixel_loop.hpp"

#include <optional>
#include <utility>

#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/water.hpp"

namespace nanobragg::kernel::reference {
namespace {

using compat::Quirk;
using enum FactorSampling;

// In the C program the background is the start of the running sum. Where each layer's terms have
// their own capture, so must the background: it then stays apart.
bool background_starts_sum(compat::QuirkSet quirks) {
  return quirks.has(Quirk::water_scaling) && quirks.has(Quirk::thick_layers);
}

}  // namespace

template <class F>
PixelLoop<F>::PixelLoop(const plan::PanelPlan& plan, const F& formulas)
    : plan_(plan),
      formulas_(formulas),
      panel_(physics::panel_geometry<double>(plan)),
      lattice_size_{plan.crystal.cells, plan.crystal.fudge, plan.crystal.lattice.reciprocal},
      water_(physics::water_photons(plan.amorphous.water_m, plan.beam.fluence)),
      kept_{plan.beam.polarisation_axis, plan.crystal.interpolation == Interpolation::tricubic} {}

template <class F>
PixelRecord PixelLoop<F>::record(PixelIndex pixel, StepSelection steps) {
  PixelRecorder recorder(pixel, plan_.index, steps);
  recorder_ = &recorder;
  const double result = photons(pixel);
  recorder_ = nullptr;
  PixelRecord& record = recorder.record();
  record.sum = sum_;
  record.solid_angle = now_.solid_angle;
  record.capture = now_.capture;
  record.polarisation = now_.polarisation;
  record.photons = result;
  return record;
}

// A sweep over the spindle steps leaves the same orientation behind whatever it began with, an
// axis that normalising does not move stays, and interpolation ends once and for all.
template <class F>
bool PixelLoop<F>::settled() const {
  const bool oriented = kept_.oriented || !has(Quirk::phi_carry_over);
  const bool axis_stays = unit(kept_.polarisation_axis) == kept_.polarisation_axis;
  const bool interpolation_stays = !kept_.interpolating || !has(Quirk::interpolation_latch);
  return oriented && axis_stays && interpolation_stays;
}

template <class F>
double PixelLoop<F>::photons(PixelIndex pixel) {
  now_ = {};
  at_first_ = {};
  if (plan_.beam.polarisation == Polarisation::off) {
    now_.polarisation = at_first_.polarisation = 1.0;
  }
  sum_ = background_starts_sum(plan_.quirks) ? water_ : 0.0;
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) add_layer(pixel, layer);
  return scaled();
}

template <class F>
void PixelLoop<F>::add_layer(PixelIndex pixel, int layer) {
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

template <class F>
void PixelLoop<F>::add_subpixel(PixelIndex pixel, int layer, PixelIndex sub) {
  at_.layer = layer;
  at_.sub = sub;
  const Vec3<double> front = formulas_.position({pixel, sub, layer}, panel_);
  const bool is_captured = panel_.layer.capture != plan::Capture::everywhere ||
                           plan_.sampling.absorption == per_subpixel;
  const double cosine = is_captured ? dot(unit(front), panel_.normal) : 1.0;
  const Vec3<double> position =
      panel_.layer.capture == plan::Capture::at_mean_depth
          ? front + physics::mean_depth_of_layer(panel_.layer.thickness,
                                                 panel_.layer.attenuation_per_m, cosine) *
                        panel_.normal
          : front;
  const double distance = length(position);
  Vec3<double> diffracted = unit(position);
  update_factors(cosine, front, layer);
  if (plan_.amorphous.water_m != 0.0 && layer == 0 && sub == PixelIndex{}) {
    water_polarisation_ = first_polarisation(diffracted);
  }
  if (recorder_) {
    recorder_->begin_point({layer,
                            sub,
                            position,
                            distance,
                            panel_.close_distance / distance,
                            now_.solid_angle,
                            now_.capture,
                            diffracted,
                            {}});
  }
  for (const plan::Ray<double>& source : plan_.beam.sources) add_source(source, diffracted);
}

// Of the first source, be it within the resolution limit or not.
template <class F>
double PixelLoop<F>::first_polarisation(const Vec3<double>& diffracted) const {
  if (plan_.beam.polarisation == Polarisation::off) return 1.0;
  return formulas_.polarisation(plan_.beam.kahn_factor, plan_.beam.sources.front().incident,
                                diffracted, unit(kept_.polarisation_axis));
}

template <class F>
void PixelLoop<F>::update_factors(double cosine, const Vec3<double>& front, int layer) {
  const Sampling& sampling = plan_.sampling;
  if (now_.solid_angle == 0.0 || sampling.solid_angle == per_subpixel ||
      !formulas_.kept.solid_angle) {
    now_.solid_angle = formulas_.solid_angle(panel_, front);
  }
  // Without a sensor the C program still applies -oversample_thick, and captures nothing.
  const bool due = sampling.absorption == per_subpixel &&
                   (plan_.detector.layers.range > 0.0 || has(Quirk::thick_layers));
  if (now_.capture == 0.0 || due || !formulas_.kept.capture) {
    now_.capture = formulas_.captured(
        {layer, plan_.detector.layers.step, plan_.detector.attenuation_per_m, cosine});
  }
}

template <class F>
void PixelLoop<F>::add_source(const plan::Ray<double>& source, Vec3<double>& diffracted) {
  at_.source = static_cast<std::size_t>(&source - plan_.beam.sources.data());
  const Vec3<double> scattering = formulas_.scattering(diffracted, source);
  const double stol = 0.5 * length(scattering);
  const double dmin = plan_.sampling.resolution_limit.value();
  if (dmin > 0.0 && stol > 0.0 && dmin > 0.5 / stol) {
    if (recorder_) {
      SourceRecord skipped = record_of(source, diffracted, scattering);
      skipped.use = SourceUse::beyond_resolution_limit;
      recorder_->begin_source(std::move(skipped));
    }
    return;
  }

  // -nopolar does not keep the C program from evaluating the factor for -oversample_polar.
  const bool due = plan_.sampling.polarisation == per_subpixel &&
                   (plan_.beam.polarisation == Polarisation::kahn || has(Quirk::nopolar_ignored));
  if (now_.polarisation == 0.0 || due || !formulas_.kept.polarisation) {
    // The C program makes its vectors unit once more, and later sources see the new last bit.
    diffracted = unit(diffracted);
    kept_.polarisation_axis = unit(kept_.polarisation_axis);
    now_.polarisation = formulas_.polarisation(plan_.beam.kahn_factor, unit(source.incident),
                                               diffracted, kept_.polarisation_axis);
    if (at_first_.polarisation == 0.0) at_first_.polarisation = now_.polarisation;
  }
  if (recorder_) recorder_->begin_source(record_of(source, diffracted, scattering));
  // The C program has no B factor: exactly 1 there.
  const double weight =
      source.weight * physics::displacement_factor(plan_.crystal.b_factor, scattering);
  for (std::size_t step = 0; step < plan_.crystal.phi_rad.size(); ++step) {
    add_spindle_step(step, scattering, weight);
  }
}

template <class F>
void PixelLoop<F>::add_spindle_step(std::size_t step, const Vec3<double>& scattering,
                                    double weight) {
  const bool left_in_place =
      has(Quirk::phi_carry_over) && kept_.oriented && plan_.crystal.phi_rad[step] == 0.0;
  if (!left_in_place) kept_.orientation = step;
  kept_.oriented = true;
  const std::size_t domains = plan_.crystal.domains.size();
  for (std::size_t domain = 0; domain < domains; ++domain) {
    const Axes<double>& axes = plan_.crystal.lattices[kept_.orientation * domains + domain];
    add_step({step, domain, axes}, scattering, weight);
  }
}

template <class F>
void PixelLoop<F>::add_step(const Orientation& at, const Vec3<double>& scattering, double weight) {
  at_.spindle_step = at.spindle_step;
  at_.domain = at.domain;
  const Vec3<double> hkl = formulas_.indices(at.axes, scattering);
  const Vec3<double> rounded = formulas_.nearest(hkl);
  const LatticeFactor factor =
      formulas_.lattice({plan_.crystal, lattice_size_, plan_.quirks, hkl, rounded});
  const double lattice = factor.amplitude;
  std::optional<double> cell;
  double contribution = 0.0;
  if (lattice != 0.0 || plan_.amorphous.water_m != 0.0) {
    cell = cell_amplitude(hkl, rounded);
    contribution = accumulate(weight * formulas_.intensity(*cell, lattice, at_));
  }
  if (recorder_) {
    recorder_->add_step({.spindle_step = at.spindle_step,
                         .domain = at.domain,
                         .phi_rad = plan_.crystal.phi_rad[at.spindle_step],
                         .axes_m = at.axes,
                         .hkl = hkl,
                         .nearest = rounded,
                         .lattice_along_axes = factor.along_axes,
                         .lattice = lattice,
                         .cell = cell,
                         .contribution = contribution,
                         .sum = sum_});
  }
}

template <class F>
double PixelLoop<F>::cell_amplitude(const Vec3<double>& hkl, const Vec3<double>& rounded) {
  const StructureFactors& f = *plan_.crystal.structure_factors;
  if (kept_.interpolating && !physics::can_interpolate(hkl, f.box())) {
    ++kept_.fallbacks;
    if (!has(Quirk::interpolation_latch)) return f.default_amplitude();
    kept_.interpolating = false;
  }
  return formulas_.amplitude({f, hkl, rounded, kept_.interpolating});
}

// Returns what the term adds to the sum; where factors multiply the sum itself, what it adds before
// they do.
template <class F>
double PixelLoop<F>::accumulate(double term) {
  const Sampling& sampling = plan_.sampling;
  if (sampling.absorption == per_pixel && !has(Quirk::thick_layers)) term *= now_.capture;
  double& product = has(Quirk::running_product) ? sum_ : term;
  if (has(Quirk::running_product)) sum_ += term;
  if (sampling.absorption == per_subpixel) product *= now_.capture;
  if (sampling.polarisation == per_subpixel) product *= now_.polarisation;
  if (sampling.solid_angle == per_subpixel) product *= now_.solid_angle;
  if (!has(Quirk::running_product)) sum_ += term;
  return term;
}

template <class F>
double PixelLoop<F>::scaled() {
  const Sampling& sampling = plan_.sampling;
  const double captured = has(Quirk::thick_layers) && sampling.absorption == per_pixel
                              ? now_.capture
                              : at_first_.capture;
  // Without a step there is no factor, and the sum holds water alone.
  const bool is_cut =
      plan_.amorphous.water_m != 0.0 && now_.polarisation == 0.0 && !has(Quirk::water_cut_by_dmin);
  const double polarisation = is_cut ? water_polarisation_ : now_.polarisation;
  const double water_polarisation =
      has(Quirk::water_cut_by_dmin) ? at_first_.polarisation : water_polarisation_;
  double background = 0.0;
  if (background_starts_sum(plan_.quirks)) {
    background = water_;
  } else if (has(Quirk::water_scaling)) {
    // What is sampled at each sub-pixel is not multiplied below.
    background = water_ * captured;
    if (sampling.polarisation == per_subpixel) background *= water_polarisation;
    if (sampling.solid_angle == per_subpixel) background *= at_first_.solid_angle;
    sum_ += background;
  }
  LastStep last{.sum = sum_,
                .fluence = plan_.beam.fluence,
                .steps = plan_.steps,
                .blocks = plan_.crystal.continuous.blocks};
  if (sampling.absorption == per_pixel && has(Quirk::thick_layers)) last.capture = now_.capture;
  if (sampling.polarisation == per_pixel) last.polarisation = polarisation;
  if (sampling.solid_angle == per_pixel) last.solid_angle = now_.solid_angle;
  const double photons = formulas_.photons(last);
  const double water = has(Quirk::water_scaling)
                           ? 0.0
                           : water_ * captured * water_polarisation * at_first_.solid_angle;
  if (recorder_) {
    recorder_->record().background = background;
    recorder_->record().diffuse.water = water;
  }
  return photons + water;
}

template <class F>
SourceRecord PixelLoop<F>::record_of(const plan::Ray<double>& source,
                                     const Vec3<double>& diffracted,
                                     const Vec3<double>& scattering) const {
  return {.index = static_cast<std::size_t>(&source - plan_.beam.sources.data()),
          .use = SourceUse::computed,
          .incident = source.incident,
          .wavelength_m = source.wavelength_m,
          .weight = source.weight,
          .scattering_per_m = scattering,
          .cos_2theta = dot(source.incident, diffracted),
          .polarisation = now_.polarisation,
          .steps = {}};
}

template class PixelLoop<Formulas>;
template class PixelLoop<ChangedFormulas>;

}  // namespace nanobragg::kernel::reference
