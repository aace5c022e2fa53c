// A row of pixels, a vector of neighbours at a time: the text of kernel/scalar with packs for
// numbers. To be included only by files that are compiled for one instruction set each.
#pragma once

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

HWY_INLINE Vec3<Wide> widen(const Vec3<double>& v) { return {Wide(v.x), Wide(v.y), Wide(v.z)}; }

// One row of one panel, for one shape of crystal.
template <class Lattice, Precision kPrecision, Interpolation kInterpolation>
class RowRenderer {
 public:
  explicit RowRenderer(const RowTask& task) : task_(task), plan_(*task.plan), orientations_(task) {}

  // Photons of the pixels from `fast` on; lanes beyond the end of the row repeat its last pixel.
  Wide photons(std::size_t fast);
  std::size_t fallbacks() const { return orientations_.fallbacks(); }

 private:
  struct Point {
    Vec3<Wide> diffracted;
    Wide solid_angle, capture;
  };
  struct SourceSum {
    Wide intensity{0.0}, polarisation{0.0};
  };
  Point point(const Wide& pixel, int layer, PixelIndex sub) const;
  Vec3<Wide> position(const Wide& pixel, int layer, PixelIndex sub) const;
  SourceSum over_sources(const Point& point, const Wide::Mask& in_row);
  Wide polarisation(const Source& source, const Vec3<Wide>& diffracted) const;

  const RowTask& task_;
  const plan::SamplingPlan& plan_;
  LatticeSum<Lattice, kPrecision, kInterpolation> orientations_;
};

template <class L, Precision P, Interpolation I>
Vec3<Wide> RowRenderer<L, P, I>::position(const Wide& pixel, int layer, PixelIndex sub) const {
  const PanelValues& panel = *task_.panel;
  const double n = plan_.sampling.oversample;
  const double size = panel.pixel_size.value() / n;
  const Wide x = size * (pixel * n + static_cast<double>(sub.fast)) + size / 2.0;
  const Wide y(size * (static_cast<double>(task_.slow) * n + static_cast<double>(sub.slow)) +
               size / 2.0);
  const Vec3<Wide> fast = widen(panel.fast);
  const Vec3<Wide> slow = widen(panel.slow);
  const Vec3<Wide> flat =
      physics::flat_position(widen(panel.corner_m), fast, slow, widen(panel.normal),
                             Vec3<Wide>{x, y, Wide(layer * plan_.detector.layers.step)});
  if (plan_.detector.curvature == Curvature::flat) return flat;
  return physics::spherical_position(flat, widen(plan_.beam.direction),
                                     Wide(panel.distance.value()), fast, slow);
}

template <class L, Precision P, Interpolation I>
auto RowRenderer<L, P, I>::point(const Wide& pixel, int layer, PixelIndex sub) const -> Point {
  const PanelValues& panel = *task_.panel;
  const Vec3<Wide> at = position(pixel, layer, sub);
  const Wide inverse_distance = Wide(1.0) / length(at);
  const Vec3<Wide> diffracted = inverse_distance * at;
  const Wide solid_angle =
      physics::solid_angle_by_inverse(plan_.detector.pixel_model, Wide(panel.pixel_size.value()),
                                      inverse_distance, Wide(panel.close_distance.value()));
  const Wide capture = (plan_.detector.layers.range > 0.0)
                           ? physics::captured_fraction(layer, Wide(plan_.detector.layers.step),
                                                        Wide(plan_.detector.attenuation_per_m),
                                                        dot(diffracted, widen(panel.normal)))
                           : Wide(1.0);
  return {diffracted, solid_angle, capture};
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::polarisation(const Source& source, const Vec3<Wide>& diffracted) const {
  if (plan_.beam.polarisation == Polarisation::off) return Wide(1.0);
  const physics::PolarisationFrame<Wide> frame{widen(source.frame.magnetic),
                                               widen(source.frame.electric)};
  return physics::polarisation_factor(plan_.beam.kahn_factor,
                                      dot(widen(source.incident), diffracted), diffracted, frame);
}

template <class L, Precision P, Interpolation I>
auto RowRenderer<L, P, I>::over_sources(const Point& point, const Wide::Mask& in_row) -> SourceSum {
  SourceSum sum;
  const bool each = plan_.sampling.polarisation == FactorSampling::per_subpixel;
  const double limit = plan_.sampling.resolution_limit.value();
  for (const Source& source : task_.sources) {
    const Vec3<Wide> q = physics::scattering_vector_by_inverse(
        point.diffracted, widen(source.incident), source.inverse_wavelength_per_m);
    auto reached = in_row;
    if (limit > 0.0) {
      reached = reached && length(q) * limit <= Wide(1.0);
      if (reached.none()) continue;
    }
    Wide intensity = source.weight * physics::displacement_factor(plan_.crystal.b_factor, q) *
                     orientations_.at(q, reached);
    if (each || !(sum.polarisation == Wide(0.0) && reached).none()) {
      const Wide factor = polarisation(source, point.diffracted);
      sum.polarisation = select(sum.polarisation == Wide(0.0) && reached, factor, sum.polarisation);
      if (each) intensity = intensity * factor;
    }
    sum.intensity = sum.intensity + select(reached, intensity, Wide(0.0));
  }
  return sum;
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::photons(std::size_t fast) {
  const Sampling& sampling = plan_.sampling;
  const bool captured_each = sampling.absorption == FactorSampling::per_subpixel;
  const bool solid_angle_each = sampling.solid_angle == FactorSampling::per_subpixel;
  const auto n = static_cast<std::size_t>(sampling.oversample);
  const Wide lane = Wide(static_cast<double>(fast)) + Wide::lane_numbers();
  const auto in_row = lane < Wide(static_cast<double>(task_.end));
  const Wide pixel = min(lane, Wide(static_cast<double>(task_.end - 1)));
  Wide sum(0.0);
  Wide captures(0.0);
  Wide solid_angle(0.0);
  Wide polarisation(0.0);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    Wide capture(0.0);
    for (std::size_t i = 0; i < n * n; ++i) {
      const Point at = point(pixel, layer, {i / n, i % n});
      if (i == 0) captures = captures + at.capture;
      if (i == 0 || captured_each) capture = at.capture;
      if (i == 0 && layer == 0) solid_angle = at.solid_angle;
      const SourceSum sources = over_sources(at, in_row);
      polarisation = select(polarisation == Wide(0.0), sources.polarisation, polarisation);
      const Wide factor = solid_angle_each ? capture * at.solid_angle : capture;
      sum = sum + sources.intensity * factor;
    }
  }
  if (sampling.polarisation == FactorSampling::per_pixel) sum = sum * polarisation;
  if (!solid_angle_each) sum = sum * solid_angle;
  return task_.scale * (sum + task_.background * captures * polarisation * solid_angle);
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
