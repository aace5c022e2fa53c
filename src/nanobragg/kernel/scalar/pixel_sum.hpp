// The executable specification: photons = r_e²·Φ/steps · Σ F_cell²·F_lattice²·(factors).
#pragma once

#include <cmath>
#include <utility>

#include "nanobragg/kernel/interface/pixel_recorder.hpp"
#include "nanobragg/kernel/pixel/panel_constants.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"

namespace nanobragg::kernel::scalar {

// The sum over one pixel: layer, sub-pixel, source, orientation. For one shape of crystal, in the
// arithmetic T, with amplitudes from a Table.
template <class Lattice, class T, class Recorder, class Table = StructureFactors>
class PixelSum {
 public:
  PixelSum(const PanelConstants<T>& in, Recorder recorder)
      : PixelSum(in, std::move(recorder), *in.plan.crystal.structure_factors) {}
  PixelSum(const PanelConstants<T>& in, Recorder recorder, const Table& table)
      : in_(in), sampling_(in.plan.sampling), table_(table), recorder_(std::move(recorder)) {}

  // Expected photons; to be asked once.
  T photons(PixelIndex pixel);
  std::size_t interpolation_fallbacks() const { return fallbacks_; }
  Recorder& recorder() { return recorder_; }

 private:
  // Zero means "not computed yet".
  struct Factors {
    T solid_angle{};
    T capture{};
    T polarisation{};
  };
  // A point of the sensor.
  struct Point {
    Vec3<T> position;
    T distance;
    Vec3<T> diffracted;
  };
  struct Step {
    Vec3<T> hkl, nearest;
    T lattice, cell, contribution;
  };

  void add_layer(PixelIndex pixel, int layer);
  void add_source(const SourceConstants<T>& source, const Point& point);
  void add_orientation(const Axes<T>& axes, const Vec3<T>& scattering, const T& factor);
  T cell_amplitude(const Vec3<T>& hkl, const Vec3<T>& nearest);
  T polarisation(const SourceConstants<T>& source, const Point& point) const;
  T scaled();

  void record_point(int layer, PixelIndex sub, const Point& point);
  void record_source(const SourceConstants<T>& source, const Point& point,
                     const Vec3<T>& scattering);
  void record_step(const Axes<T>& axes, const Step& step);
  void record_totals(const T& photons);

  const PanelConstants<T>& in_;
  const Sampling& sampling_;
  const Table& table_;
  Factors now_;  // of the sub-pixel at hand, or kept from an earlier one
  T sum_{};      // of intensities with every factor but those sampled once a pixel
  std::size_t fallbacks_ = 0;
  [[no_unique_address]] Recorder recorder_;
};

template <class Lattice, class T, class Recorder, class Table>
T PixelSum<Lattice, T, Recorder, Table>::photons(PixelIndex pixel) {
  for (int layer = 0; layer < in_.plan.detector.layers.count; ++layer) add_layer(pixel, layer);
  return scaled();
}

template <class Lattice, class T, class Recorder, class Table>
void PixelSum<Lattice, T, Recorder, Table>::add_layer(PixelIndex pixel, int layer) {
  const std::size_t n = in_.panel.oversample;
  for (std::size_t i = 0; i < n * n; ++i) {
    const PixelIndex sub{i / n, i % n};
    const auto [position, front_distance, cosine] =
        physics::absorption_point({pixel, sub, layer}, in_.panel);
    const T distance = length(position);
    const Point point{position, distance, position / distance};
    if (i == 0 || physics::is_inside_sum(sampling_.absorption)) {
      now_.capture = physics::captured_in_layer(in_.panel, layer, cosine);
    }
    if (now_.solid_angle == T(0) || physics::is_inside_sum(sampling_.solid_angle)) {
      now_.solid_angle = physics::solid_angle_of(in_.panel, front_distance);
    }
    if constexpr (Recorder::kRecords) record_point(layer, sub, point);
    for (const SourceConstants<T>& source : in_.sources) add_source(source, point);
  }
}

template <class Lattice, class T, class Recorder, class Table>
T PixelSum<Lattice, T, Recorder, Table>::polarisation(const SourceConstants<T>& source,
                                                      const Point& point) const {
  if (in_.plan.beam.polarisation == Polarisation::off) return T(1);
  return physics::polarisation_factor(in_.kahn_factor, dot(source.incident, point.diffracted),
                                      point.diffracted, source.frame);
}

template <class Lattice, class T, class Recorder, class Table>
void PixelSum<Lattice, T, Recorder, Table>::add_source(const SourceConstants<T>& source,
                                                       const Point& point) {
  const Vec3<T> q =
      physics::scattering_vector(point.diffracted, source.incident, source.wavelength_m);
  const bool beyond_limit = !physics::is_within_limit(q, in_.resolution_limit_m);
  if (!beyond_limit &&
      (now_.polarisation == T(0) || physics::is_inside_sum(sampling_.polarisation))) {
    now_.polarisation = polarisation(source, point);
  }
  if constexpr (Recorder::kRecords) record_source(source, point, q);
  if (beyond_limit) return;

  T factor = source.weight * now_.capture * physics::displacement_factor(in_.b_factor, q);
  if (physics::is_inside_sum(sampling_.polarisation)) factor *= now_.polarisation;
  if (physics::is_inside_sum(sampling_.solid_angle)) factor *= now_.solid_angle;
  for (const Axes<T>& axes : in_.lattices) add_orientation(axes, q, factor);
}

template <class Lattice, class T, class Recorder, class Table>
void PixelSum<Lattice, T, Recorder, Table>::add_orientation(const Axes<T>& axes, const Vec3<T>& q,
                                                            const T& factor) {
  const Vec3<T> hkl{dot(axes.a, q), dot(axes.b, q), dot(axes.c, q)};
  const Vec3<T> nearest = physics::nearest_integers(hkl);
  const T lattice = Lattice::amplitude(hkl - nearest, in_.lattice_size);
  if (lattice == T(0)) {
    if constexpr (Recorder::kRecords) record_step(axes, {hkl, nearest, lattice, T(0), T(0)});
    return;
  }
  const T cell = cell_amplitude(hkl, nearest);
  const T contribution = factor * ((cell * lattice) * (cell * lattice));
  sum_ += contribution;
  if constexpr (Recorder::kRecords) record_step(axes, {hkl, nearest, lattice, cell, contribution});
}

template <class Lattice, class T, class Recorder, class Table>
T PixelSum<Lattice, T, Recorder, Table>::cell_amplitude(const Vec3<T>& hkl,
                                                        const Vec3<T>& nearest) {
  if (in_.plan.crystal.interpolation == Interpolation::nearest) {
    return static_cast<T>(table_.at(physics::nearest_index(nearest)));
  }
  if (physics::can_interpolate(hkl, table_.box())) return physics::tricubic_amplitude(hkl, table_);
  ++fallbacks_;
  return static_cast<T>(table_.default_amplitude());
}

template <class Lattice, class T, class Recorder, class Table>
T PixelSum<Lattice, T, Recorder, Table>::scaled() {
  T photons = in_.scale * sum_;
  if (!physics::is_inside_sum(sampling_.polarisation)) photons *= now_.polarisation;
  if (!physics::is_inside_sum(sampling_.solid_angle)) photons *= now_.solid_angle;
  if constexpr (Recorder::kRecords) record_totals(photons);
  return photons;
}

template <class Lattice, class T, class Recorder, class Table>
void PixelSum<Lattice, T, Recorder, Table>::record_point(int layer, PixelIndex sub,
                                                         const Point& point) {
  recorder_.begin_point({.layer = layer,
                         .sub = sub,
                         .position_m = vec3_as<double>(point.position),
                         .distance_m = point.distance,
                         .obliquity = in_.panel.close_distance / point.distance,
                         .solid_angle = now_.solid_angle,
                         .capture = now_.capture,
                         .diffracted = vec3_as<double>(point.diffracted),
                         .sources = {}});
}

template <class Lattice, class T, class Recorder, class Table>
void PixelSum<Lattice, T, Recorder, Table>::record_source(const SourceConstants<T>& source,
                                                          const Point& point,
                                                          const Vec3<T>& scattering) {
  const bool beyond_limit = !physics::is_within_limit(scattering, in_.resolution_limit_m);
  recorder_.begin_source(
      {.index = static_cast<std::size_t>(&source - in_.sources.data()),
       .use = beyond_limit ? SourceUse::beyond_resolution_limit : SourceUse::computed,
       .incident = vec3_as<double>(source.incident),
       .wavelength_m = source.wavelength_m,
       .weight = source.weight,
       .scattering_per_m = vec3_as<double>(scattering),
       .cos_2theta = dot(source.incident, point.diffracted),
       .polarisation = now_.polarisation,
       .steps = {}});
}

template <class Lattice, class T, class Recorder, class Table>
void PixelSum<Lattice, T, Recorder, Table>::record_step(const Axes<T>& axes, const Step& step) {
  const plan::CrystalSamples& crystal = in_.plan.crystal;
  const auto index = static_cast<std::size_t>(&axes - in_.lattices.data());
  const std::size_t spindle_step = index / crystal.domains.size();
  StepRecord record{.spindle_step = spindle_step,
                    .domain = index % crystal.domains.size(),
                    .phi_rad = crystal.phi_rad[spindle_step],
                    .axes_m = axes_as<double>(axes),
                    .hkl = vec3_as<double>(step.hkl),
                    .nearest = vec3_as<double>(step.nearest),
                    .lattice_along_axes = std::nullopt,
                    .lattice = step.lattice,
                    .cell = std::nullopt,
                    .contribution = step.contribution,
                    .sum = sum_};
  if (step.lattice != T(0)) record.cell = step.cell;
  if constexpr (requires { Lattice::along_axes(step.hkl, in_.lattice_size); }) {
    // Shown as evaluated at the index itself, where the sum above takes the offset from the
    // nearest one: the same but for the sign, which the square removes.
    const Vec3<T> sign = Lattice::signs_at(step.nearest, in_.lattice_size);
    const Vec3<T> along = Lattice::along_axes(step.hkl - step.nearest, in_.lattice_size);
    record.lattice_along_axes =
        vec3_as<double>(Vec3<T>{sign.x * along.x, sign.y * along.y, sign.z * along.z});
    record.lattice = sign.x * sign.y * sign.z * step.lattice;
  }
  recorder_.add_step(record);
}

template <class Lattice, class T, class Recorder, class Table>
void PixelSum<Lattice, T, Recorder, Table>::record_totals(const T& photons) {
  PixelRecord& record = recorder_.record();
  record.sum = sum_;
  record.solid_angle = now_.solid_angle;
  record.capture = now_.capture;
  record.polarisation = now_.polarisation;
  record.photons = photons;
}

}  // namespace nanobragg::kernel::scalar
