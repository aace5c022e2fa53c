// A row of pixels, a vector of neighbours at a time: the text of kernel/scalar with packs for
// numbers. To be included only by files that are compiled for one instruction set each.
#pragma once

#include <algorithm>
#include <array>
#include <type_traits>

#include "nanobragg/kernel/simd/pack.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// Two registers of doubles a pack, so that single precision fills one and double precision has two
// chains of operations under way.
using Wide = Pack<double, 2>;
using Narrow = Pack<float, 1>;

HWY_INLINE Vec3<Wide> widen(const Vec3<double>& v) { return {Wide(v.x), Wide(v.y), Wide(v.z)}; }

// Miller indices that all lanes of a step share nearly always, with the amplitude found there.
class AmplitudeCache {
 public:
  explicit AmplitudeCache(const AmplitudeTable& table) : table_(table) { look_up(0, 0, 0); }

  // |F|² at the nearest indices.
  HWY_INLINE Wide squared(const Vec3<Wide>& index) {
    if (!table_.amplitudes) return Wide(squared_);
    if (shared(index)) return Wide(squared_);
    look_up(index.x.first(), index.y.first(), index.z.first());
    return shared(index) ? Wide(squared_) : gathered(index);
  }

 private:
  HWY_INLINE bool shared(const Vec3<Wide>& index) const {
    return (index.x == Wide(h_) && index.y == Wide(k_) && index.z == Wide(l_)).all();
  }
  HWY_INLINE void look_up(double h, double k, double l) {
    h_ = h;
    k_ = k;
    l_ = l;
    const bool inside = table_.amplitudes && h >= table_.min[0] && h <= table_.max[0] &&
                        k >= table_.min[1] && k <= table_.max[1] && l >= table_.min[2] &&
                        l <= table_.max[2];
    double amplitude = table_.default_amplitude;
    if (inside) {
      const double position =
          ((h - table_.min[0]) * table_.size_k + (k - table_.min[1])) * table_.size_l +
          (l - table_.min[2]);
      amplitude = table_.amplitudes[static_cast<std::size_t>(position)];
    }
    squared_ = amplitude * amplitude;
  }
  HWY_INLINE Wide gathered(const Vec3<Wide>& index) const {
    const auto& [h, k, l] = index;
    const auto inside = h >= Wide(table_.min[0]) && h <= Wide(table_.max[0]) &&
                        k >= Wide(table_.min[1]) && k <= Wide(table_.max[1]) &&
                        l >= Wide(table_.min[2]) && l <= Wide(table_.max[2]);
    const Wide position =
        ((h - table_.min[0]) * table_.size_k + (k - table_.min[1])) * table_.size_l +
        (l - table_.min[2]);
    const Wide amplitude =
        select(inside, gather(table_.amplitudes, select(inside, position, Wide(0.0))),
               Wide(table_.default_amplitude));
    return amplitude * amplitude;
  }

  const AmplitudeTable& table_;
  double h_ = 0.0, k_ = 0.0, l_ = 0.0;
  double squared_ = 0.0;
};

// The same with tricubic interpolation: the 4×4×4 table values around the lanes' indices.
class TricubicAmplitude {
 public:
  explicit TricubicAmplitude(const AmplitudeTable& table) : table_(table) {}

  // |F|² between indices; counts the lanes of `wanted` whose neighbourhood leaves the table.
  HWY_INLINE Wide squared(const Vec3<Wide>& hkl, const Wide::Mask& wanted) {
    const auto inside = within(hkl.x, 0) && within(hkl.y, 1) && within(hkl.z, 2);
    fallbacks_ += (!inside && wanted).count();
    if (inside.none()) return Wide(table_.default_amplitude * table_.default_amplitude);
    const auto from = [&](const Wide& x, int axis) {
      return select(inside, floor(x) - 1.0, Wide(table_.min[axis]));
    };
    const Vec3<Wide> low{from(hkl.x, 0), from(hkl.y, 1), from(hkl.z, 2)};
    const Wide amplitude = select(inside, interpolated(hkl, low), Wide(table_.default_amplitude));
    return amplitude * amplitude;
  }
  std::size_t fallbacks() const { return fallbacks_; }

 private:
  HWY_INLINE Wide::Mask within(const Wide& x, int axis) const {
    const double size = table_.max[axis] - table_.min[axis] + 1;
    return !(x - table_.min[axis] + 3.0 > Wide(size)) && x - 2.0 >= Wide(table_.min[axis]);
  }
  // Lagrange weights of the points low, low + 1, low + 2, low + 3.
  HWY_INLINE static std::array<Wide, 4> weights(const Wide& x, const Wide& low) {
    const Wide d0 = x - low;
    const Wide d1 = d0 - 1.0;
    const Wide d2 = d0 - 2.0;
    const Wide d3 = d0 - 3.0;
    return {d1 * d2 * d3 * (-1.0 / 6), d0 * d2 * d3 * 0.5, d0 * d1 * d3 * -0.5,
            d0 * d1 * d2 * (1.0 / 6)};
  }
  HWY_INLINE Wide interpolated(const Vec3<Wide>& hkl, const Vec3<Wide>& low) const {
    const Wide corner =
        ((low.x - table_.min[0]) * table_.size_k + (low.y - table_.min[1])) * table_.size_l +
        (low.z - table_.min[2]);
    const bool shared = (corner == Wide(corner.first())).all();
    const double* at = table_.amplitudes + static_cast<std::size_t>(corner.first());
    const auto wh = weights(hkl.x, low.x);
    const auto wk = weights(hkl.y, low.y);
    const auto wl = weights(hkl.z, low.z);
    Wide sum(0.0);
    for (int i = 0; i < 4; ++i) {
      Wide along_k(0.0);
      for (int j = 0; j < 4; ++j) {
        const double row = (i * table_.size_k + j) * table_.size_l;
        Wide along_l(0.0);
        for (int m = 0; m < 4; ++m) {
          const double offset = row + m;
          const Wide value = shared ? Wide(at[static_cast<std::size_t>(offset)])
                                    : gather(table_.amplitudes, corner + Wide(offset));
          along_l = along_l + wl[m] * value;
        }
        along_k = along_k + wk[j] * along_l;
      }
      sum = sum + wh[i] * along_k;
    }
    return sum;
  }

  const AmplitudeTable& table_;
  std::size_t fallbacks_ = 0;
};

enum class Precision : std::uint8_t { single, full };

// One row of one panel, for one shape of crystal.
template <class Lattice, Precision kPrecision, Interpolation kInterpolation>
class RowRenderer {
 public:
  explicit RowRenderer(const RowTask& task)
      : task_(task), plan_(*task.plan), nearest_(task.table), tricubic_(task.table) {}

  // Photons of the pixels from `fast` on; lanes beyond the end of the row hold something too.
  Wide photons(std::size_t fast);
  std::size_t fallbacks() const { return tricubic_.fallbacks(); }

 private:
  struct Point {
    Vec3<Wide> diffracted;
    Wide solid_angle, capture;
  };
  struct SourceSum {
    Wide intensity{0.0}, polarisation{0.0};
  };
  Point point(const Wide& pixel, int layer, PixelIndex sub) const;
  SourceSum over_sources(const Point& point, const Wide::Mask& in_row);
  Wide over_orientations(const Vec3<Wide>& scattering, const Wide::Mask& wanted);
  // Lattice factors are in single precision where the shape says how.
  static constexpr bool kHasPhases = requires { typename Lattice::SinglePrecision; };
  static constexpr bool kSingle = kHasPhases && kPrecision == Precision::single;
  using Factor = std::conditional_t<kSingle, Narrow, Wide>;
  HWY_INLINE static Factor to_factor(const Wide& x) {
    if constexpr (kSingle)
      return to_single<1>(x);
    else
      return x;
  }
  HWY_INLINE static Wide from_factor(const Factor& x) {
    if constexpr (kSingle)
      return to_double<1>(x);
    else
      return x;
  }
  HWY_INLINE Factor lattice_squared(const Vec3<Wide>& offset) const;

  const RowTask& task_;
  const plan::SamplingPlan& plan_;
  AmplitudeCache nearest_;
  TricubicAmplitude tricubic_;
};

template <class L, Precision P, Interpolation I>
auto RowRenderer<L, P, I>::point(const Wide& pixel, int layer, PixelIndex sub) const -> Point {
  const PanelValues& panel = *task_.panel;
  const double n = plan_.sampling.oversample;
  const double size = panel.pixel_size.value() / n;
  const Wide x = size * (pixel * n + static_cast<double>(sub.fast)) + size / 2.0;
  const Wide y(size * (static_cast<double>(task_.slow) * n + static_cast<double>(sub.slow)) +
               size / 2.0);
  const Vec3<Wide> fast = widen(panel.fast);
  const Vec3<Wide> slow = widen(panel.slow);
  Vec3<Wide> position =
      physics::flat_position(widen(panel.corner_m), fast, slow, widen(panel.normal),
                             Vec3<Wide>{x, y, Wide(layer * plan_.detector.layers.step)});
  if (plan_.detector.curvature == Curvature::spherical) {
    position = physics::spherical_position(position, widen(plan_.beam.direction),
                                           Wide(panel.distance.value()), fast, slow);
  }
  const Wide distance = length(position);
  const Vec3<Wide> diffracted = position / distance;
  const Wide solid_angle = plan_.detector.pixel_model == PixelModel::point
                               ? physics::point_solid_angle(distance)
                               : physics::solid_angle(Wide(panel.pixel_size.value()), distance,
                                                      Wide(panel.close_distance.value()));
  const Wide capture = (plan_.detector.layers.range > 0.0)
                           ? physics::captured_fraction(layer, Wide(plan_.detector.layers.step),
                                                        Wide(plan_.detector.attenuation_per_m),
                                                        dot(diffracted, widen(panel.normal)))
                           : Wide(1.0);
  return {diffracted, solid_angle, capture};
}

template <class L, Precision P, Interpolation I>
auto RowRenderer<L, P, I>::over_sources(const Point& point, const Wide::Mask& in_row) -> SourceSum {
  SourceSum sum;
  const bool each = plan_.sampling.polarisation == FactorSampling::per_subpixel;
  for (const plan::SourceSample& source : plan_.beam.sources) {
    const Vec3<Wide> incident = widen(source.incident);
    const Vec3<Wide> q =
        physics::scattering_vector(point.diffracted, incident, Wide(source.wavelength_m));
    const auto reached = in_row && length(q) * plan_.sampling.resolution_limit.value() <= Wide(1.0);
    if (reached.none()) continue;
    Wide intensity = source.weight * over_orientations(q, reached);
    if (each || !(sum.polarisation == Wide(0.0) && reached).none()) {
      const Wide factor =
          plan_.beam.polarisation == Polarisation::off
              ? Wide(1.0)
              : physics::polarisation_factor(plan_.beam.kahn_factor, incident, point.diffracted,
                                             widen(plan_.beam.polarisation_axis));
      sum.polarisation = select(sum.polarisation == Wide(0.0) && reached, factor, sum.polarisation);
      if (each) intensity = intensity * factor;
    }
    sum.intensity = sum.intensity + select(reached, intensity, Wide(0.0));
  }
  return sum;
}

template <class L, Precision P, Interpolation I>
auto RowRenderer<L, P, I>::lattice_squared(const Vec3<Wide>& offset) const -> Factor {
  if constexpr (kSingle) {
    using Sine = typename L::SinglePrecision;
    const auto phases = L::phases(offset, task_.lattice_size, Sine::smallest);
    const auto single = [](const Vec3<Wide>& v) {
      return Vec3<Narrow>{to_single<1>(v.x), to_single<1>(v.y), to_single<1>(v.z)};
    };
    const typename L::template Phases<Narrow> narrow{single(phases.reduced), single(phases.offset)};
    const Narrow amplitude = L::template amplitude_of<Sine>(narrow, task_.lattice_size);
    return amplitude * amplitude;
  } else if constexpr (kHasPhases) {
    using Sine = typename L::DoublePrecision;
    const Wide amplitude = L::template amplitude_of<Sine>(
        L::phases(offset, task_.lattice_size, Sine::smallest), task_.lattice_size);
    return amplitude * amplitude;
  } else {
    const Wide amplitude = L::amplitude(offset, task_.lattice_size);
    return amplitude * amplitude;
  }
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::over_orientations(const Vec3<Wide>& q, const Wide::Mask& wanted) {
  // Single-precision sums stay short; the blocks are added up in double precision.
  constexpr std::size_t kBlock = 16;
  Wide sum(0.0);
  const std::vector<Axes<double>>& lattices = plan_.crystal.lattices;
  for (std::size_t from = 0; from < lattices.size(); from += kBlock) {
    const std::size_t to = std::min(from + kBlock, lattices.size());
    Factor block(0.0);
    for (std::size_t i = from; i < to; ++i) {
      const Axes<double>& axes = lattices[i];
      const auto index = [&](const Vec3<double>& axis) {
        return axis.x * q.x + axis.y * q.y + axis.z * q.z;
      };
      const Vec3<Wide> hkl{index(axes.a), index(axes.b), index(axes.c)};
      const Vec3<Wide> nearest{round(hkl.x), round(hkl.y), round(hkl.z)};
      const Wide cell =
          I == Interpolation::tricubic ? tricubic_.squared(hkl, wanted) : nearest_.squared(nearest);
      block = block + lattice_squared(hkl - nearest) * to_factor(cell);
    }
    sum = sum + from_factor(block);
  }
  return sum;
}

template <class L, Precision P, Interpolation I>
Wide RowRenderer<L, P, I>::photons(std::size_t fast) {
  const Sampling& sampling = plan_.sampling;
  const bool captured_each = sampling.absorption == FactorSampling::per_subpixel;
  const bool solid_angle_each = sampling.solid_angle == FactorSampling::per_subpixel;
  const auto n = static_cast<std::size_t>(sampling.oversample);
  const Wide pixel = Wide(static_cast<double>(fast)) + Wide::lane_numbers();
  const auto in_row = pixel < Wide(static_cast<double>(task_.end));
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
