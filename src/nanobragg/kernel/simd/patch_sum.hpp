// The sums of a patch of pixels, a vector of them at a time: the text of kernel/scalar for one
// reflection. To be included only by files that are compiled for one instruction set each.
#pragma once

#include <algorithm>

#include "nanobragg/kernel/pixel/patch.hpp"
#include "nanobragg/kernel/simd/lattice_factor.hpp"
#include "nanobragg/kernel/simd/ray.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

template <class Lattice>
class PatchSum {
 public:
  explicit PatchSum(const PatchTask& task)
      : in_(*task.constants),
        sampling_(in_.plan.sampling),
        source_(*task.source),
        axes_(*task.axes),
        patch_(*task.patch),
        frame_{wide(source_.frame.magnetic), wide(source_.frame.electric)} {}

  // A patch is a few pixels wide: lanes go on in its next row.
  void write(double* to) const {
    constexpr std::size_t kLanes = Wide::lanes();
    const std::size_t size = patch_.size();
    for (std::size_t from = 0; from < size; from += kLanes) {
      double sums[kLanes];
      sum(from).store(sums);
      std::copy_n(sums, std::min(kLanes, size - from), to + from);
    }
  }

 private:
  struct Ray {
    Vec3<Wide> diffracted;
    Wide inverse_distance;  // of the layer's front
    Wide cosine;            // of its angle with the normal there, where there is a sensor
  };

  Wide sum(std::size_t from) const {
    const auto columns = static_cast<double>(patch_.columns());
    const Wide number = Wide(static_cast<double>(from)) + Wide::lane_numbers();
    const Wide row = floor((number + 0.5) / columns);
    const Wide slow = row + static_cast<double>(patch_.first.slow);
    const Wide fast = number - row * columns + static_cast<double>(patch_.first.fast);
    const auto in_patch = number < Wide(static_cast<double>(patch_.size()));
    const std::size_t n = in_.panel.oversample;
    Wide total(0.0);
    for (int layer = 0; layer < in_.plan.detector.layers.count; ++layer) {
      Wide captured(0.0);
      for (std::size_t i = 0; i < n * n; ++i) {
        const Ray ray = ray_to(slow, fast, {i / n, i % n}, layer);
        if (i == 0 || physics::is_inside_sum(sampling_.absorption)) {
          captured = physics::captured_in_layer(in_.panel, layer, ray.cosine);
        }
        const Vec3<Wide> miss = ray.diffracted - wide(patch_.centre);
        const auto reached = in_patch && dot(miss, miss) <= Wide(patch_.radius_squared);
        if (reached.none()) continue;
        total = total + captured * intensity(ray, reached);
      }
    }
    return source_.weight * patch_.amplitude_squared * total;
  }

  Ray ray_to(const Wide& slow, const Wide& fast, PixelIndex sub, int layer) const {
    const auto& panel = in_.panel;
    const auto centre = [&](const Wide& pixel, std::size_t part) {
      return physics::subpixel_centre_of(pixel, part, panel.oversample, panel.pixel_size);
    };
    const Vec3<Wide> position = physics::flat_position(
        wide(panel.corner), wide(panel.fast), wide(panel.slow), wide(panel.normal),
        Vec3<Wide>{centre(fast, sub.fast), centre(slow, sub.slow),
                   Wide(layer * panel.layer.thickness)});
    if (panel.layer.capture == plan::Capture::at_mean_depth) {
      const auto absorbed =
          physics::at_mean_depth(position, wide(panel.normal), Wide(panel.layer.thickness),
                                 Wide(panel.layer.attenuation_per_m));
      return {Wide(1.0) / length(absorbed.position) * absorbed.position,
              Wide(1.0) / absorbed.front_distance, absorbed.cosine};
    }
    const Wide inverse_distance = Wide(1.0) / length(position);
    return {inverse_distance * position, inverse_distance, Wide(1.0)};
  }

  // Lattice and displacement factors with those that follow the sub-pixels, where the reflection is
  // the nearest and within the resolution limit.
  Wide intensity(const Ray& ray, const Wide::Mask& reached) const {
    const Vec3<Wide> q = physics::scattering_vector_by_inverse(
        ray.diffracted, wide(source_.incident), source_.inverse_wavelength_per_m);
    const auto offset = [&](const Vec3<double>& axis, std::int32_t index) {
      return axis.x * q.x + axis.y * q.y + axis.z * q.z - static_cast<double>(index);
    };
    const auto& [h, k, l] = patch_.reflection;
    const Vec3<Wide> offsets{offset(axes_.a, h), offset(axes_.b, k), offset(axes_.c, l)};
    auto counts =
        reached && is_nearest(offsets.x) && is_nearest(offsets.y) && is_nearest(offsets.z);
    if (in_.resolution_limit_m > 0.0) {
      counts = counts && physics::is_within_limit(q, in_.resolution_limit_m);
    }
    Wide value = lattice_squared<Lattice, Wide>(offsets, in_.lattice_size) *
                 physics::displacement_factor(in_.b_factor, q);
    if (physics::is_inside_sum(sampling_.polarisation)) value = value * polarisation(ray);
    if (physics::is_inside_sum(sampling_.solid_angle)) value = value * solid_angle(ray);
    return select(counts, value, Wide(0.0));
  }

  // No other index is nearer: ⌈h − ½⌉ = n where −½ < h − n ≤ ½.
  static Wide::Mask is_nearest(const Wide& offset) {
    return offset > Wide(-0.5) && offset <= Wide(0.5);
  }

  Wide polarisation(const Ray& ray) const {
    if (in_.plan.beam.polarisation == Polarisation::off) return Wide(1.0);
    return physics::polarisation_factor(
        in_.kahn_factor, dot(wide(source_.incident), ray.diffracted), ray.diffracted, frame_);
  }
  Wide solid_angle(const Ray& ray) const {
    return physics::solid_angle_by_inverse(in_.panel.pixel_model, Wide(in_.panel.pixel_size),
                                           ray.inverse_distance, Wide(in_.panel.close_distance));
  }

  const PanelConstants<double>& in_;
  const Sampling& sampling_;
  const SourceConstants<double>& source_;
  const Axes<double>& axes_;
  const Patch& patch_;
  physics::PolarisationFrame<Wide> frame_;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
