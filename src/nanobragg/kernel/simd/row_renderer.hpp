// A row of pixels, a vector of neighbours at a time: the text of kernel/scalar with packs for
// numbers. To be included only by files that are compiled for one instruction set each.
#pragma once

#include <algorithm>
#include <array>

#include "nanobragg/kernel/simd/lattice_sum.hpp"
#include "nanobragg/kernel/simd/pack.hpp"
#include "nanobragg/kernel/simd/pixel_line.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/factors.hpp"
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
      : task_(task), plan_(task.constants->plan), orientations_(task), traits_(traits()) {}

  static constexpr std::size_t kVectors = 4;
  static constexpr std::size_t kPixels = kVectors * Wide::lanes();

  // Photons of kPixels pixels from `fast` on; those beyond the end of the row hold something too.
  void photons(std::size_t fast, double* to);
  std::size_t fallbacks() const { return orientations_.fallbacks(); }

 private:
  // What is known of the pixels of one vector.
  struct Pixels {
    Wide::Mask in_row;
    Wide sum, polarisation;
    Wide solid_angle;  // of the first sub-pixel
    // Where there are factors: of the sub-pixel at work, and what multiplies its sum.
    Wide capture, factor;
  };
  // What decides the way through the stages.
  struct Traits {
    bool on_line;      // points stand on the line of their row
    bool along_row;    // orientations are summed along rows
    bool has_sensor;   // captures are less than one
    bool has_factors;  // sums of sub-pixels are multiplied by more than their polarisation
    bool is_limited;   // in resolution, so that not all light reaches every pixel
  };

  Traits traits() const;
  std::size_t subpixels() const;
  void place_lines(int layer, std::size_t from);
  void start(std::size_t fast);
  void find_points();
  HWY_NOINLINE Vec3<Wide> on_sphere(const Vec3<Wide>& flat) const;
  HWY_NOINLINE physics::AbsorptionPoint<Wide> at_mean_depth(const Vec3<Wide>& front) const;
  Vec3<Wide> position(std::size_t v) const;
  Wide squared_distance(std::size_t v) const;
  Vec3<Wide> diffracted(std::size_t v) const { return rays_[v].inverse_distance * position(v); }
  Wide along(const Vec3<double>& direction, std::size_t v) const;
  Vec3<Wide> scattering(std::size_t v, const SourceConstants<double>& source) const;
  void find_factors(int layer, bool is_first);
  void add_points(int layer, bool is_first);
  void sum_orientations(std::size_t source);
  void add_source(std::size_t v, const SourceConstants<double>& source);
  Wide::Mask within_limit(const Vec3<Wide>& scattering) const;
  Wide polarisation(const SourceConstants<double>& source, std::size_t v) const;
  bool is_deep() const { return plan_.detector.capture == plan::Capture::at_mean_depth; }
  Wide solid_angle(std::size_t v) const;
  Wide capture(std::size_t v, int layer) const;
  bool is_polarisation_missing() const;
  Wide scaled(const Pixels& pixels) const;

  const PanelConstants<double>& constants() const { return *task_.constants; }

  const RowTask& task_;
  const plan::PanelPlan& plan_;
  LatticeSum<Lattice, kPrecision, kInterpolation, kVectors> orientations_;
  Traits traits_;
  int layer_of_lines_ = -1;       // that the lines were placed for
  std::size_t first_of_lines_{};  // the sub-pixel of the first of them
  const PixelLine* line_{};       // of the sub-pixels at work
  bool awaits_polarisation_{};    // some pixel of the strip does
  // In memory between the stages.
  std::array<Pixels, kVectors> strip_;
  std::array<Ray, kVectors> rays_;
  std::array<physics::AbsorptionPoint<Wide>, kVectors> placed_;  // that do not stand on a line
  std::array<Vec3<Wide>, kVectors> scattering_;
};

template <class L, Precision P, Interpolation I>
auto RowRenderer<L, P, I>::traits() const -> Traits {
  const plan::DetectorSamples& detector = plan_.detector;
  const bool has_sensor = detector.capture != plan::Capture::everywhere;
  return {.on_line = detector.curvature == Curvature::flat && !is_deep(),
          .along_row = orientations_.can_sum_along_rows(),
          .has_sensor = has_sensor,
          .has_factors = has_sensor || physics::is_inside_sum(plan_.sampling.solid_angle),
          .is_limited = plan_.sampling.resolution_limit.value() > 0.0};
}

template <class L, Precision P, Interpolation I>
std::size_t RowRenderer<L, P, I>::subpixels() const {
  const auto n = static_cast<std::size_t>(plan_.sampling.oversample);
  return n * n;
}

// As many as there is room for, from this sub-pixel on: a stage would wait for its own.
template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::place_lines(int layer, std::size_t from) {
  if (layer == layer_of_lines_ && from == first_of_lines_) return;
  layer_of_lines_ = layer;
  first_of_lines_ = from;
  const PanelValues& panel = plan_.panel;
  const auto n = static_cast<std::size_t>(plan_.sampling.oversample);
  const double size = panel.pixel_size.value();
  const std::size_t end = std::min(from + task_.along_row.lines.size(), subpixels());
  for (std::size_t part = from; part < end; ++part) {
    const Vec3<double> first{physics::subpixel_centre(0, part % n, n, size),
                             physics::subpixel_centre(task_.slow, part / n, n, size),
                             layer * plan_.detector.layers.step};
    task_.along_row.lines[part - from] = pixel_line(
        physics::flat_position(panel.corner_m, panel.fast, panel.slow, panel.normal, first),
        size * panel.fast);
  }
}

template <class L, Precision P, Interpolation I>
Vec3<Wide> RowRenderer<L, P, I>::on_sphere(const Vec3<Wide>& flat) const {
  const PanelValues& panel = plan_.panel;
  return physics::spherical_position(flat, wide(plan_.beam.direction), Wide(panel.distance.value()),
                                     wide(panel.fast), wide(panel.slow));
}

template <class L, Precision P, Interpolation I>
physics::AbsorptionPoint<Wide> RowRenderer<L, P, I>::at_mean_depth(const Vec3<Wide>& front) const {
  return physics::at_mean_depth(front, wide(plan_.panel.normal), Wide(plan_.detector.layers.step),
                                Wide(plan_.detector.attenuation_per_m));
}

template <class L, Precision P, Interpolation I>
Vec3<Wide> RowRenderer<L, P, I>::position(std::size_t v) const {
  return traits_.on_line ? position_on(*line_, rays_[v].number) : placed_[v].position;
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::squared_distance(std::size_t v) const {
  if (P == Precision::single && traits_.on_line)
    return squared_distance_on(*line_, rays_[v].number);
  const Vec3<Wide> r = position(v);
  return dot(r, r);
}

// What of the diffracted direction is along another.
template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::along(const Vec3<double>& direction, std::size_t v) const {
  if (P == Precision::single && traits_.on_line) {
    return rays_[v].inverse_distance * product_on(*line_, rays_[v].number, direction);
  }
  return dot(wide(direction), diffracted(v));
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::find_points() {
  if (traits_.along_row) orientations_.move_to(line_->start);
  if (!traits_.on_line) {
    const bool curved = plan_.detector.curvature == Curvature::spherical;
    for (std::size_t v = 0; v < kVectors; ++v) {
      const Vec3<Wide> front = position_on(*line_, rays_[v].number);
      if (curved) {
        placed_[v].position = on_sphere(front);
      } else {
        placed_[v] = at_mean_depth(front);
      }
    }
  }
  for (std::size_t v = 0; v < kVectors; ++v) {
    if constexpr (P == Precision::single) {
      rays_[v].inverse_distance = inverse_sqrt(squared_distance(v));
    } else {
      rays_[v].inverse_distance = Wide(1.0) / sqrt(squared_distance(v));
    }
  }
}

template <class L, Precision P, Interpolation I>
Vec3<Wide> RowRenderer<L, P, I>::scattering(std::size_t v,
                                            const SourceConstants<double>& source) const {
  return physics::scattering_vector_by_inverse(diffracted(v), wide(source.incident),
                                               source.inverse_wavelength_per_m);
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::solid_angle(std::size_t v) const {
  return physics::solid_angle_by_inverse(
      plan_.detector.pixel_model, Wide(plan_.panel.pixel_size.value()),
      is_deep() ? Wide(1.0) / placed_[v].front_distance : rays_[v].inverse_distance,
      Wide(plan_.panel.close_distance.value()));
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::capture(std::size_t v, int layer) const {
  if (!traits_.has_sensor) return Wide(1.0);
  return physics::captured_fraction(layer, Wide(plan_.detector.layers.step),
                                    Wide(plan_.detector.attenuation_per_m),
                                    is_deep() ? placed_[v].cosine : along(plan_.panel.normal, v));
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::polarisation(const SourceConstants<double>& source,
                                        std::size_t v) const {
  if (plan_.beam.polarisation == Polarisation::off) return Wide(1.0);
  return physics::polarisation_factor(plan_.beam.kahn_factor, along(source.incident, v),
                                      along(source.frame.magnetic, v),
                                      along(source.frame.electric, v));
}

// |q| ≤ 1/limit. Squares tell, but for those so near to the limit that rounding might.
template <class L, Precision P, Interpolation I>
Wide::Mask RowRenderer<L, P, I>::within_limit(const Vec3<Wide>& scattering) const {
  constexpr double kRounding = 1e-14;
  const double limit = plan_.sampling.resolution_limit.value();
  const Wide square = dot(scattering, scattering) * (limit * limit);
  if (!(abs(square - 1.0) < Wide(kRounding)).none()) [[unlikely]] {
    return physics::is_within_limit(scattering, limit);
  }
  return square <= Wide(1.0);
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::sum_orientations(std::size_t source) {
  const SourceConstants<double>& from = constants().sources[source];
  if (traits_.is_limited) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      rays_[v].wanted = strip_[v].in_row && within_limit(scattering(v, from));
    }
  }
  if (traits_.along_row) {
    orientations_.sum_along_row(rays_, source);
  } else {
    for (std::size_t v = 0; v < kVectors; ++v) scattering_[v] = scattering(v, from);
    orientations_.sum(rays_, scattering_);
  }
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::add_source(std::size_t v, const SourceConstants<double>& source) {
  Pixels& pixels = strip_[v];
  const auto& reached = rays_[v].wanted;
  Wide intensity = (source.weight * orientations_.scale()) * rays_[v].sum;
  if (plan_.crystal.b_factor != 0.0) {
    intensity =
        intensity * physics::displacement_factor(plan_.crystal.b_factor, scattering(v, source));
  }
  const bool each = physics::is_inside_sum(plan_.sampling.polarisation);
  if (each || awaits_polarisation_) {
    const Wide factor = polarisation(source, v);
    const auto is_first = pixels.polarisation == Wide(0.0) && reached;
    pixels.polarisation = select(is_first, factor, pixels.polarisation);
    if (each) intensity = intensity * factor;
  }
  if (traits_.has_factors) intensity = intensity * pixels.factor;
  pixels.sum = pixels.sum + select(reached, intensity, Wide(0.0));
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::find_factors(int layer, bool is_first) {
  const bool captured_each = physics::is_inside_sum(plan_.sampling.absorption);
  const bool solid_angle_each = physics::is_inside_sum(plan_.sampling.solid_angle);
  if (!is_first && !captured_each && !solid_angle_each) return;
  for (std::size_t v = 0; v < kVectors; ++v) {
    Pixels& pixels = strip_[v];
    if (traits_.has_factors && (is_first || captured_each)) pixels.capture = capture(v, layer);
    if (is_first && layer == 0) pixels.solid_angle = solid_angle(v);
    if (traits_.has_factors) {
      pixels.factor = solid_angle_each ? pixels.capture * solid_angle(v) : pixels.capture;
    }
  }
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::add_points(int layer, bool is_first) {
  find_points();
  find_factors(layer, is_first);
  for (std::size_t source = 0; source < constants().sources.size(); ++source) {
    sum_orientations(source);
    for (std::size_t v = 0; v < kVectors; ++v) {
      if (!rays_[v].wanted.none()) add_source(v, constants().sources[source]);
    }
    if (awaits_polarisation_) awaits_polarisation_ = is_polarisation_missing();
  }
}

// A factor of 0 counts as one that was not found yet.
template <class L, Precision P, Interpolation I>
bool RowRenderer<L, P, I>::is_polarisation_missing() const {
  bool missing = false;
  for (const Pixels& pixels : strip_) {
    missing = missing || !(pixels.in_row && pixels.polarisation == Wide(0.0)).none();
  }
  return missing;
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::start(std::size_t fast) {
  awaits_polarisation_ = true;
  const Wide end(static_cast<double>(task_.end));
  for (std::size_t v = 0; v < kVectors; ++v) {
    const Wide number = Wide(static_cast<double>(fast + v * Wide::lanes())) + Wide::lane_numbers();
    Pixels& pixels = strip_[v];
    pixels.in_row = number < end;
    pixels.sum = Wide(0.0);
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
  if (!physics::is_inside_sum(sampling.polarisation)) sum = sum * p.polarisation;
  if (!physics::is_inside_sum(sampling.solid_angle)) sum = sum * p.solid_angle;
  return constants().scale * sum;
}

template <class L, Precision P, Interpolation I>
void RowRenderer<L, P, I>::photons(std::size_t fast, double* to) {
  start(fast);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    const std::size_t room = task_.along_row.lines.size();
    for (std::size_t from = 0; from < subpixels(); from += room) {
      place_lines(layer, from);
      const std::size_t count = std::min(room, subpixels() - from);
      for (std::size_t i = 0; i < count; ++i) {
        line_ = &task_.along_row.lines[i];
        add_points(layer, from + i == 0);
      }
    }
  }
  for (std::size_t v = 0; v < kVectors; ++v) scaled(strip_[v]).store(to + v * Wide::lanes());
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
