// A row of pixels, a vector of neighbours at a time: the text of kernel/scalar with packs for
// numbers. To be included only by files that are compiled for one instruction set each.
#pragma once

#include <array>

#include "nanobragg/kernel/simd/lattice_sum.hpp"
#include "nanobragg/kernel/simd/pack.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// One row of one panel, for one shape of crystal. A strip of several vectors is worked on at a
// time, stage by stage, so that the stages' long chains of operations overlap.
template <class Lattice, Precision kPrecision, Interpolation kInterpolation>
class RowRenderer {
 public:
  explicit RowRenderer(const RowTask& task)
      : task_(task),
        plan_(*task.plan),
        orientations_(task),
        along_row_(orientations_.can_sum_along_rows()),
        pixel_m_(task.panel->pixel_size.value() * task.panel->fast) {}

  static constexpr std::size_t kVectors = 4;
  static constexpr std::size_t kPixels = kVectors * Wide::lanes();

  // Photons of kPixels pixels from `fast` on; those beyond the end of the row hold something too.
  void photons(std::size_t fast, double* to);
  std::size_t fallbacks() const { return orientations_.fallbacks(); }

 private:
  // What is known of the pixels of one vector.
  struct Pixels {
    Wide::Mask in_row;
    Wide sum, captures, polarisation;
    Wide solid_angle;      // of the first sub-pixel
    Wide capture, factor;  // of the sub-pixel at work; factor: what multiplies its sum
  };

  void start(std::size_t fast);
  void find_points(int layer, PixelIndex sub);
  Vec3<double> start_of_row(int layer, PixelIndex sub) const;
  HWY_NOINLINE Vec3<Wide> on_sphere(const Vec3<Wide>& flat) const;
  Vec3<Wide> position(std::size_t v) const;
  Vec3<Wide> diffracted(std::size_t v) const { return rays_[v].inverse_distance * position(v); }
  Vec3<Wide> scattering(std::size_t v, const Source& source) const;
  void find_factors(int layer, bool is_first);
  void add_points(int layer, PixelIndex sub);
  void sum_orientations(std::size_t source);
  void add_source(std::size_t v, const Source& source);
  Wide::Mask within_limit(const Vec3<Wide>& scattering) const;
  Wide polarisation(const Source& source, const Vec3<Wide>& diffracted) const;
  Wide solid_angle(std::size_t v) const;
  Wide capture(std::size_t v, int layer) const;
  Wide scaled(const Pixels& pixels) const;

  const RowTask& task_;
  const plan::SamplingPlan& plan_;
  LatticeSum<Lattice, kPrecision, kInterpolation, kVectors> orientations_;
  bool along_row_;        // orientations are summed along rows
  Vec3<double> pixel_m_;  // from one pixel of the row to the next
  // In memory between the stages.
  Vec3<double> row_start_m_{};  // where pixel 0 of the sub-pixels at work stands on the plane
  std::array<Pixels, kVectors> strip_;
  std::array<Ray, kVectors> rays_;
  std::array<Vec3<Wide>, kVectors> curved_m_;  // where pixels of a curved detector stand
  std::array<Vec3<Wide>, kVectors> scattering_;
};

template <class L, Precision P, Interpolation I>
Vec3<double> RowRenderer<L, P, I>::start_of_row(int layer, PixelIndex sub) const {
  const PanelValues& panel = *task_.panel;
  const auto n = static_cast<std::size_t>(plan_.sampling.oversample);
  const double size = panel.pixel_size.value();
  return physics::flat_position(
      panel.corner_m, panel.fast, panel.slow, panel.normal,
      Vec3<double>{physics::subpixel_centre(0, sub.fast, n, size),
                   physics::subpixel_centre(task_.slow, sub.slow, n, size),
                   layer * plan_.detector.layers.step});
}

template <class L, Precision P, Interpolation I>
Vec3<Wide> RowRenderer<L, P, I>::on_sphere(const Vec3<Wide>& flat) const {
  const PanelValues& panel = *task_.panel;
  return physics::spherical_position(flat, wide(plan_.beam.direction), Wide(panel.distance.value()),
                                     wide(panel.fast), wide(panel.slow));
}

template <class L, Precision P, Interpolation I>
Vec3<Wide> RowRenderer<L, P, I>::position(std::size_t v) const {
  if (plan_.detector.curvature != Curvature::flat) return curved_m_[v];
  return wide(row_start_m_) + rays_[v].number * wide(pixel_m_);
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::find_points(int layer, PixelIndex sub) {
  row_start_m_ = start_of_row(layer, sub);
  if (along_row_) orientations_.move_to(row_start_m_);
  if (plan_.detector.curvature != Curvature::flat) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      curved_m_[v] = on_sphere(wide(row_start_m_) + rays_[v].number * wide(pixel_m_));
    }
  }
  for (std::size_t v = 0; v < kVectors; ++v) {
    const Vec3<Wide> r = position(v);
    if constexpr (P == Precision::single) {
      rays_[v].inverse_distance = inverse_sqrt(dot(r, r));
    } else {
      rays_[v].inverse_distance = Wide(1.0) / length(r);
    }
  }
}

template <class L, Precision P, Interpolation I>
Vec3<Wide> RowRenderer<L, P, I>::scattering(std::size_t v, const Source& source) const {
  return physics::scattering_vector_by_inverse(diffracted(v), wide(source.incident),
                                               source.inverse_wavelength_per_m);
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::solid_angle(std::size_t v) const {
  return physics::solid_angle_by_inverse(
      plan_.detector.pixel_model, Wide(task_.panel->pixel_size.value()), rays_[v].inverse_distance,
      Wide(task_.panel->close_distance.value()));
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::capture(std::size_t v, int layer) const {
  const plan::SteppedRange& layers = plan_.detector.layers;
  if (layers.range <= 0.0) return Wide(1.0);
  return physics::captured_fraction(layer, Wide(layers.step),
                                    Wide(plan_.detector.attenuation_per_m),
                                    dot(diffracted(v), wide(task_.panel->normal)));
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::polarisation(const Source& source, const Vec3<Wide>& diffracted) const {
  if (plan_.beam.polarisation == Polarisation::off) return Wide(1.0);
  const physics::PolarisationFrame<Wide> frame{wide(source.frame.magnetic),
                                               wide(source.frame.electric)};
  return physics::polarisation_factor(plan_.beam.kahn_factor,
                                      dot(wide(source.incident), diffracted), diffracted, frame);
}

// |q| ≤ 1/limit. Squares tell, but for those so near to the limit that rounding might.
template <class L, Precision P, Interpolation I>
Wide::Mask RowRenderer<L, P, I>::within_limit(const Vec3<Wide>& scattering) const {
  constexpr double kRounding = 1e-14;
  const double limit = plan_.sampling.resolution_limit.value();
  const Wide square = dot(scattering, scattering) * (limit * limit);
  if (!(abs(square - 1.0) < Wide(kRounding)).none()) [[unlikely]] {
    return length(scattering) * limit <= Wide(1.0);
  }
  return square <= Wide(1.0);
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::sum_orientations(std::size_t source) {
  const Source& from = task_.sources[source];
  const bool is_limited = plan_.sampling.resolution_limit.value() > 0.0;
  if (is_limited) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      rays_[v].wanted = strip_[v].in_row && within_limit(scattering(v, from));
    }
  }
  if (along_row_) {
    orientations_.sum_along_row(rays_, source);
  } else {
    for (std::size_t v = 0; v < kVectors; ++v) scattering_[v] = scattering(v, from);
    orientations_.sum(rays_, scattering_);
  }
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::add_source(std::size_t v, const Source& source) {
  Pixels& pixels = strip_[v];
  const auto& reached = rays_[v].wanted;
  Wide intensity = source.weight * rays_[v].sum;
  if (plan_.crystal.b_factor != 0.0) {
    intensity =
        intensity * physics::displacement_factor(plan_.crystal.b_factor, scattering(v, source));
  }
  const bool each = plan_.sampling.polarisation == FactorSampling::per_subpixel;
  const auto is_first = pixels.polarisation == Wide(0.0) && reached;
  if (each || !is_first.none()) {
    const Wide factor = polarisation(source, diffracted(v));
    pixels.polarisation = select(is_first, factor, pixels.polarisation);
    if (each) intensity = intensity * factor;
  }
  pixels.sum = pixels.sum + select(reached, intensity * pixels.factor, Wide(0.0));
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::find_factors(int layer, bool is_first) {
  const bool captured_each = plan_.sampling.absorption == FactorSampling::per_subpixel;
  const bool solid_angle_each = plan_.sampling.solid_angle == FactorSampling::per_subpixel;
  if (!is_first && !captured_each && !solid_angle_each) return;
  for (std::size_t v = 0; v < kVectors; ++v) {
    Pixels& pixels = strip_[v];
    if (is_first || captured_each) pixels.capture = capture(v, layer);
    if (is_first) pixels.captures = pixels.captures + pixels.capture;
    if (is_first && layer == 0) pixels.solid_angle = solid_angle(v);
    pixels.factor = solid_angle_each ? pixels.capture * solid_angle(v) : pixels.capture;
  }
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::add_points(int layer, PixelIndex sub) {
  find_points(layer, sub);
  find_factors(layer, sub == PixelIndex{0, 0});
  for (std::size_t source = 0; source < task_.sources.size(); ++source) {
    sum_orientations(source);
    for (std::size_t v = 0; v < kVectors; ++v) {
      if (!rays_[v].wanted.none()) add_source(v, task_.sources[source]);
    }
  }
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::start(std::size_t fast) {
  const Wide end(static_cast<double>(task_.end));
  for (std::size_t v = 0; v < kVectors; ++v) {
    const Wide number = Wide(static_cast<double>(fast + v * Wide::lanes())) + Wide::lane_numbers();
    Pixels& pixels = strip_[v];
    pixels.in_row = number < end;
    pixels.sum = Wide(0.0);
    pixels.captures = Wide(0.0);
    pixels.polarisation = Wide(0.0);
    rays_[v].wanted = pixels.in_row;
    // Beyond the end of the row that of its last pixel.
    rays_[v].number = min(number, end - 1.0);
  }
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::scaled(const Pixels& p) const {
  const Sampling& sampling = plan_.sampling;
  Wide sum = p.sum;
  if (sampling.polarisation == FactorSampling::per_pixel) sum = sum * p.polarisation;
  if (sampling.solid_angle == FactorSampling::per_pixel) sum = sum * p.solid_angle;
  return task_.scale * (sum + task_.background * p.captures * p.polarisation * p.solid_angle);
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::photons(std::size_t fast, double* to) {
  start(fast);
  const auto n = static_cast<std::size_t>(plan_.sampling.oversample);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    for (std::size_t slow_part = 0; slow_part < n; ++slow_part) {
      for (std::size_t fast_part = 0; fast_part < n; ++fast_part) {
        add_points(layer, {slow_part, fast_part});
      }
    }
  }
  for (std::size_t v = 0; v < kVectors; ++v) scaled(strip_[v]).store(to + v * Wide::lanes());
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
