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

HWY_INLINE Vec3<Wide> widen(const Vec3<double>& v) { return {Wide(v.x), Wide(v.y), Wide(v.z)}; }

// One row of one panel, for one shape of crystal. A strip of several vectors is worked on at a
// time, stage by stage, so that the stages' long chains of operations overlap.
template <class Lattice, Precision kPrecision, Interpolation kInterpolation>
class RowRenderer {
 public:
  explicit RowRenderer(const RowTask& task) : task_(task), plan_(*task.plan), orientations_(task) {}

  static constexpr std::size_t kVectors = 4;
  static constexpr std::size_t kPixels = kVectors * Wide::lanes();

  // Photons of kPixels pixels from `fast` on; those beyond the end of the row hold something too.
  void photons(std::size_t fast, double* to);
  std::size_t fallbacks() const { return orientations_.fallbacks(); }

 private:
  // What is known of the pixels of one vector.
  struct Pixels {
    Wide number;  // along fast; beyond the end of the row that of its last pixel
    Wide::Mask in_row;
    Wide sum{0.0}, capture{0.0}, captures{0.0}, solid_angle{0.0}, polarisation{0.0};
    Wide intensity{0.0};  // over the sources of a sub-pixel
  };
  struct Point {
    Vec3<Wide> diffracted;
    Wide inverse_distance;
  };
  using Strip = std::array<Pixels, kVectors>;
  using Points = std::array<Point, kVectors>;

  Pixels pixels_from(std::size_t fast) const;
  Point point(const Wide& pixel, int layer, PixelIndex sub) const;
  Vec3<Wide> position(const Wide& pixel, int layer, PixelIndex sub) const;
  void add_point(Strip& strip, int layer, std::size_t sub_pixel);
  void sum_sources(Strip& strip, const Points& points);
  Step step_to(const Point& point, const Wide::Mask& in_row, const Source& source) const;
  void add_source(Pixels& pixels, const Source& source, const Vec3<Wide>& diffracted,
                  const Step& step) const;
  Wide::Mask within_limit(const Vec3<Wide>& scattering) const;
  Wide polarisation(const Source& source, const Vec3<Wide>& diffracted) const;
  Wide solid_angle(const Point& point) const;
  Wide capture(const Point& point, int layer) const;
  Wide scaled(const Pixels& pixels) const;

  const RowTask& task_;
  const plan::SamplingPlan& plan_;
  LatticeSum<Lattice, kPrecision, kInterpolation, kVectors> orientations_;
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
  const Vec3<Wide> at = position(pixel, layer, sub);
  const Wide inverse_distance = Wide(1.0) / length(at);
  return {inverse_distance * at, inverse_distance};
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::solid_angle(const Point& point) const {
  return physics::solid_angle_by_inverse(
      plan_.detector.pixel_model, Wide(task_.panel->pixel_size.value()), point.inverse_distance,
      Wide(task_.panel->close_distance.value()));
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::capture(const Point& point, int layer) const {
  const plan::SteppedRange& layers = plan_.detector.layers;
  if (layers.range <= 0.0) return Wide(1.0);
  return physics::captured_fraction(layer, Wide(layers.step),
                                    Wide(plan_.detector.attenuation_per_m),
                                    dot(point.diffracted, widen(task_.panel->normal)));
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::polarisation(const Source& source, const Vec3<Wide>& diffracted) const {
  if (plan_.beam.polarisation == Polarisation::off) return Wide(1.0);
  const physics::PolarisationFrame<Wide> frame{widen(source.frame.magnetic),
                                               widen(source.frame.electric)};
  return physics::polarisation_factor(plan_.beam.kahn_factor,
                                      dot(widen(source.incident), diffracted), diffracted, frame);
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
Step RowRenderer<L, P, I>::step_to(const Point& point, const Wide::Mask& in_row,
                                   const Source& source) const {
  const Vec3<Wide> q = physics::scattering_vector_by_inverse(
      point.diffracted, widen(source.incident), source.inverse_wavelength_per_m);
  const bool is_limited = plan_.sampling.resolution_limit.value() > 0.0;
  return {q, is_limited ? in_row && within_limit(q) : in_row};
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::add_source(Pixels& pixels, const Source& source,
                                      const Vec3<Wide>& diffracted, const Step& step) const {
  const auto& reached = step.wanted;
  Wide intensity = source.weight *
                   physics::displacement_factor(plan_.crystal.b_factor, step.scattering) * step.sum;
  const bool each = plan_.sampling.polarisation == FactorSampling::per_subpixel;
  const auto is_first = pixels.polarisation == Wide(0.0) && reached;
  if (each || !is_first.none()) {
    const Wide factor = polarisation(source, diffracted);
    pixels.polarisation = select(is_first, factor, pixels.polarisation);
    if (each) intensity = intensity * factor;
  }
  pixels.intensity = pixels.intensity + select(reached, intensity, Wide(0.0));
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::sum_sources(Strip& strip, const Points& points) {
  for (Pixels& pixels : strip) pixels.intensity = Wide(0.0);
  for (const Source& source : task_.sources) {
    const auto step = [&](std::size_t v) { return step_to(points[v], strip[v].in_row, source); };
    std::array<Step, kVectors> steps{step(0), step(1), step(2), step(3)};
    orientations_.sum(steps);
    for (std::size_t v = 0; v < kVectors; ++v) {
      if (!steps[v].wanted.none()) add_source(strip[v], source, points[v].diffracted, steps[v]);
    }
  }
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::add_point(Strip& strip, int layer, std::size_t sub_pixel) {
  const Sampling& sampling = plan_.sampling;
  const bool captured_each = sampling.absorption == FactorSampling::per_subpixel;
  const bool solid_angle_each = sampling.solid_angle == FactorSampling::per_subpixel;
  const auto n = static_cast<std::size_t>(sampling.oversample);
  const PixelIndex sub{sub_pixel / n, sub_pixel % n};
  const Points points{point(strip[0].number, layer, sub), point(strip[1].number, layer, sub),
                      point(strip[2].number, layer, sub), point(strip[3].number, layer, sub)};
  sum_sources(strip, points);
  for (std::size_t v = 0; v < kVectors; ++v) {
    Pixels& pixels = strip[v];
    if (sub_pixel == 0 || captured_each) pixels.capture = capture(points[v], layer);
    if (sub_pixel == 0) pixels.captures = pixels.captures + pixels.capture;
    if (sub_pixel == 0 && layer == 0) pixels.solid_angle = solid_angle(points[v]);
    Wide intensity = pixels.intensity * pixels.capture;
    if (solid_angle_each) intensity = intensity * solid_angle(points[v]);
    pixels.sum = pixels.sum + intensity;
  }
}

template <class L, Precision P, Interpolation I>
auto RowRenderer<L, P, I>::pixels_from(std::size_t fast) const -> Pixels {
  const Wide end(static_cast<double>(task_.end));
  const Wide number = Wide(static_cast<double>(fast)) + Wide::lane_numbers();
  return {.number = min(number, end - 1.0), .in_row = number < end};
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
  constexpr std::size_t kLanes = Wide::lanes();
  Strip strip{pixels_from(fast), pixels_from(fast + kLanes), pixels_from(fast + 2 * kLanes),
              pixels_from(fast + 3 * kLanes)};
  const auto n = static_cast<std::size_t>(plan_.sampling.oversample);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    for (std::size_t i = 0; i < n * n; ++i) add_point(strip, layer, i);
  }
  for (std::size_t v = 0; v < kVectors; ++v) scaled(strip[v]).store(to + v * kLanes);
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
